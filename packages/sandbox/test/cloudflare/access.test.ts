import { describe, expect, it } from '@jest/globals';
import { Permission } from '../../src/cloudflare/identity/permissions.ts';
import { aCloud } from './a-cloud.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const UNKNOWN_TOKEN = 'x'.repeat(40);

describe('credentials', () => {
  it.each([
    { case: 'no header', headers: {}, inner: 6111 },
    { case: 'a malformed token', headers: bearer('short'), inner: 6111 },
    { case: 'another scheme', headers: { authorization: 'Basic abc' }, inner: 6111 },
    {
      case: 'a malformed API key',
      headers: { 'x-auth-key': 'short', 'x-auth-email': 'me@example.com' },
      inner: 6103,
    },
  ])('are rejected as 400 6003 with an error chain: $case', async ({ headers, inner }) => {
    const cloud = await aCloud();

    const { status, body } = await cloud.call('GET', '/zones', undefined, headers);

    expect(status).toBe(400);
    expect(body['errors']).toEqual([
      {
        code: 6003,
        message: 'Invalid request headers',
        error_chain: [{ code: inner, message: expect.stringContaining('Invalid format for') }],
      },
    ]);
  });

  it.each([9109, 10000] as const)(
    'get 403 %i if they are unknown, depending on the assumption',
    async (unknownTokenCode) => {
      const cloud = await aCloud({ assumptions: { unknownTokenCode } });

      const { status, code } = await cloud.call('GET', '/zones', undefined, bearer(UNKNOWN_TOKEN));

      expect([status, code]).toEqual([403, unknownTokenCode]);
    },
  );

  it('no longer work after the token is revoked', async () => {
    const cloud = await aCloud();

    cloud.admin.revokeToken(cloud.token);

    expect((await cloud.get('/zones')).status).toBe(403);
  });

  it('may be an API key with its e-mail address, which has all permissions', async () => {
    const cloud = await aCloud();
    const key = cloud.admin.addApiKey({ email: 'me@example.com' });
    const headers = (email: string) => ({ 'x-auth-key': key, 'x-auth-email': email });

    const right = await cloud.call('GET', '/accounts', undefined, headers('me@example.com'));
    const wrong = await cloud.call('GET', '/accounts', undefined, headers('you@example.com'));

    expect(right.list).toHaveLength(1);
    expect([wrong.status, wrong.code]).toEqual([400, 9106]);
  });
});

describe('token verification', () => {
  it.each(['active', 'disabled', 'expired'] as const)('reports that a token is %s', async (status) => {
    const cloud = await aCloud();
    const token = cloud.admin.addToken({ status });

    const { result, body } = await cloud.call('GET', '/user/tokens/verify', undefined, bearer(token));

    expect(result).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), status });
    expect(body['messages']).toEqual([{ code: 10000, message: expect.any(String), type: null }]);
  });

  it('rejects an unknown token', async () => {
    const cloud = await aCloud();

    const { status, code } = await cloud.call('GET', '/user/tokens/verify', undefined, bearer(UNKNOWN_TOKEN));

    expect([status, code]).toEqual([401, 1000]);
  });

  it('works for an account-owned token only at its account', async () => {
    const cloud = await aCloud();
    const token = cloud.admin.addToken({ kind: 'account', accounts: [cloud.account] });

    const atUser = await cloud.call('GET', '/user/tokens/verify', undefined, bearer(token));
    const atAccount = await cloud.call('GET', `/accounts/${cloud.account}/tokens/verify`, undefined, bearer(token));

    expect(token).toMatch(/^cfat_/);
    expect(atUser.status).toBe(401);
    expect(atAccount.result['status']).toBe('active');
  });
});

describe('accounts', () => {
  it('cannot be listed with an account-owned token', async () => {
    const cloud = await aCloud();
    const token = cloud.admin.addToken({ kind: 'account', accounts: [cloud.account] });

    const { status, code, message } = await cloud.call('GET', '/accounts', undefined, bearer(token));

    expect([status, code]).toEqual([400, 1001]);
    expect(message).toBe('List accounts endpoint does not support account owned tokens.');
  });

  it('are listed if the token can read their settings', async () => {
    const cloud = await aCloud();
    cloud.admin.setPermissions(cloud.token, [Permission.accountSettingsRead]);

    const { list } = await cloud.get('/accounts?name=Acme');

    expect(list).toEqual([expect.objectContaining({ id: cloud.account, name: 'Acme' })]);
  });
});

describe('permissions', () => {
  const T = '/accounts/ACCOUNT/cfd_tunnel';
  const D = '/zones/ZONE/dns_records';

  it.each([
    { permission: Permission.tunnelRead, method: 'GET', path: T, allowed: true },
    { permission: Permission.tunnelRead, method: 'POST', path: T, allowed: false },
    { permission: Permission.tunnelRead, method: 'GET', path: `${T}/TUNNEL/token`, allowed: false },
    { permission: Permission.tunnelWrite, method: 'GET', path: `${T}/TUNNEL/token`, allowed: true },
    { permission: Permission.tunnelWrite, method: 'GET', path: D, allowed: false },
    { permission: 'Cloudflare One Connectors Read', method: 'GET', path: T, allowed: true },
    {
      permission: 'Cloudflare One Connector: cloudflared Write',
      method: 'GET',
      path: `${T}/TUNNEL/token`,
      allowed: true,
    },
    { permission: Permission.dnsRead, method: 'GET', path: D, allowed: true },
    { permission: Permission.dnsRead, method: 'POST', path: `${D}/batch`, allowed: false },
    { permission: Permission.dnsWrite, method: 'GET', path: D, allowed: true },
    { permission: Permission.zoneRead, method: 'GET', path: '/zones/ZONE', allowed: true },
    { permission: Permission.dnsWrite, method: 'GET', path: '/zones/ZONE', allowed: false },
    { permission: Permission.dnsWrite, method: 'GET', path: '/user', allowed: false },
  ])('$permission: $method $path is allowed: $allowed', async ({ permission, method, path, allowed }) => {
    const cloud = await aCloud();
    const { result } = await cloud.post(`/accounts/${cloud.account}/cfd_tunnel`, { name: 'home' });
    cloud.admin.setPermissions(cloud.token, [permission]);
    const target = path
      .replace('ACCOUNT', cloud.account)
      .replace('ZONE', cloud.zone)
      .replace('TUNNEL', String(result['id']));

    const { status, code } = await cloud.call(method, target, method === 'POST' ? {} : undefined);

    expect([status, code]).toEqual(allowed ? [200, undefined] : [403, 10000]);
  });

  it('are limited to the accounts and zones of the token', async () => {
    const cloud = await aCloud();
    const other = cloud.admin.addAccount({ name: 'Other' }).id;
    const otherZone = cloud.admin.addZone({ name: 'example.org', account: other }).id;
    const token = cloud.admin.addToken({ accounts: [cloud.account], zones: [cloud.zone] });

    const zones = await cloud.call('GET', '/zones', undefined, bearer(token));
    const tunnels = await cloud.call('GET', `/accounts/${other}/cfd_tunnel`, undefined, bearer(token));
    const records = await cloud.call('GET', `/zones/${otherZone}/dns_records`, undefined, bearer(token));

    expect(zones.list.map((zone) => zone['name'])).toEqual(['example.com']);
    expect([tunnels.status, tunnels.code]).toEqual([403, 10000]);
    expect([records.status, records.code]).toEqual([403, 10000]);
  });

  it('never extend from an account-owned token to a zone of another account', async () => {
    const cloud = await aCloud();
    const other = cloud.admin.addAccount({ name: 'Other' }).id;
    cloud.admin.addZone({ name: 'example.org', account: other });
    const token = cloud.admin.addToken({ kind: 'account', accounts: [cloud.account] });

    const { list } = await cloud.call('GET', '/zones', undefined, bearer(token));

    expect(list.map((zone) => zone['name'])).toEqual(['example.com']);
  });
});

describe('paths', () => {
  it.each([
    { case: 'a zone id that is not hexadecimal', path: '/zones/nope/dns_records', status: 400 as const },
    { case: 'a tunnel id that is not a UUID', path: `/accounts/${'0'.repeat(32)}/cfd_tunnel/1`, status: 404 as const },
    { case: 'an unknown path', path: '/zones/x/y/z', status: 404 as const },
  ])('return 7003 and 7000 for $case', async ({ path, status }) => {
    const cloud = await aCloud({ assumptions: { malformedIdStatus: status } });

    const answer = await cloud.get(path);

    expect(answer.status).toBe(status);
    expect(answer.body['errors']).toEqual([
      { code: 7003, message: `Could not route to /client/v4${path}, perhaps your object identifier is invalid?` },
      { code: 7000, message: 'No route for that URI' },
    ]);
  });

  it('return 403 for a well-formed but unknown account', async () => {
    const cloud = await aCloud();

    const { status, code } = await cloud.get(`/accounts/${'0'.repeat(32)}/cfd_tunnel`);

    expect([status, code]).toEqual([403, 10000]);
  });
});
