/** What a session says when Cloudflare says no to who we are, or to what we may do. */
import { describe, expect, it } from '@jest/globals';
import { Permission } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import type { CloudflareSession } from '../../../src/adapters/cloudflare/session.ts';
import { MANNER, type TestCloud, aCloud, never } from './a-session.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const MARK = 'cftunnel.io owner=test/';
const { tunnelWrite, tunnelRead, dnsWrite, dnsRead, zoneRead } = Permission;

type Call = (session: CloudflareSession, cloud: TestCloud) => Promise<unknown>;
const CALLS: readonly { readonly name: string; readonly call: Call }[] = [
  { name: 'tunnels', call: (session, { account }) => session.tunnels(account, 0, never) },
  { name: 'createTunnel', call: (session, { account }) => session.createTunnel(account, 'home', SECRET, never) },
  { name: 'records', call: (session, { zone }) => session.records(zone, MARK, 0, never) },
  { name: 'allRecords', call: (session, { zone }) => session.allRecords(zone, never) },
];

describe('a token that Cloudflare does not take', () => {
  it.each(CALLS)('is told by $name', async ({ call }) => {
    const cloud = await aCloud();
    const token = cloud.admin.addToken();
    cloud.admin.revokeToken(token);

    await expect(call(cloud.sessionOf(token), cloud)).rejects.toMatchObject({
      reason: 'CredentialsRejected',
      disposition: 'stall',
      message: expect.stringContaining('Cloudflare does not accept the credentials (Invalid access token (code 9109))'),
    });
  });

  it.each([
    { case: 'malformed', token: () => 'nonsense' },
    { case: 'disabled', token: ({ admin }: TestCloud) => admin.addToken({ status: 'disabled' }) },
    { case: 'expired', token: ({ admin }: TestCloud) => admin.addToken({ status: 'expired' }) },
    {
      case: 'account-owned and unknown',
      token: ({ admin }: TestCloud) => {
        const token = admin.addToken({ kind: 'account' });
        admin.revokeToken(token);
        return token;
      },
    },
  ])('may be $case', async ({ token }) => {
    const cloud = await aCloud();

    const zones = cloud.sessionOf(token(cloud)).zones(0, never);

    await expect(zones).rejects.toMatchObject({ reason: 'CredentialsRejected', disposition: 'stall' });
  });
});

describe('a permission that a token lacks', () => {
  it.each([
    { lacks: tunnelWrite, has: [dnsWrite, zoneRead], name: 'tunnels' },
    { lacks: tunnelWrite, has: [tunnelRead, dnsWrite, zoneRead], name: 'createTunnel' },
    { lacks: dnsWrite, has: [tunnelWrite, zoneRead], name: 'records' },
    { lacks: dnsWrite, has: [tunnelWrite, zoneRead], name: 'allRecords' },
  ])('is named by $name: $lacks', async ({ lacks, has, name }) => {
    const cloud = await aCloud();
    const { call } = CALLS.find((candidate) => candidate.name === name) ?? {};
    const session = cloud.sessionOf(cloud.admin.addToken({ permissions: has }));

    await expect(call?.(session, cloud)).rejects.toMatchObject({
      reason: 'PermissionMissing',
      disposition: 'stall',
      message: expect.stringContaining(`the token needs the permission "${lacks}"`),
    });
  });

  it('is named when the token may read records, but not write them', async () => {
    const { sessionOf, admin, zone } = await aCloud();
    const session = sessionOf(admin.addToken({ permissions: [dnsRead, zoneRead] }));
    const { id } = admin.addRecord('example.com', { name: 'app.example.com', type: 'A', content: '192.0.2.1' });

    await expect(session.records(zone, MARK, 0, never)).resolves.toEqual([]);
    await expect(
      session.writeRecords(zone, [{ kind: 'delete', id, name: 'app' }], MANNER, never),
    ).resolves.toMatchObject({
      failure: { reason: 'PermissionMissing', message: expect.stringContaining('"DNS Write"') },
    });
  });

  it('is named where the list of zones is refused, and not just empty', async () => {
    const { sessionOf, admin } = await aCloud({ assumptions: { zonesWithoutPermission: 'refused' } });
    const session = sessionOf(admin.addToken({ permissions: [tunnelWrite] }));

    await expect(session.zones(0, never)).rejects.toMatchObject({
      reason: 'PermissionMissing',
      message: expect.stringContaining('"Zone Read"'),
    });
  });

  it('is not guessed when the question about the token fails', async () => {
    const { sessionOf, admin, faults, account } = await aCloud();
    faults.add({ path: /tokens\/verify/, effect: { kind: 'html', status: 503 } });
    const session = sessionOf(admin.addToken({ permissions: [] }));

    await expect(session.tunnels(account, 0, never)).rejects.toMatchObject({
      reason: 'CloudflareUnavailable',
      disposition: 'retry',
    });
  });
});

describe('an account-owned token', () => {
  it('does all that the operator needs', async () => {
    const { sessionOf, admin, account, zone } = await aCloud();
    const session = sessionOf(admin.addToken({ kind: 'account', accounts: [account] }));

    await expect(session.zones(0, never)).resolves.toHaveLength(1);
    await expect(session.createTunnel(account, 'home', SECRET, never)).resolves.toMatchObject({ name: 'home' });
    await expect(session.records(zone, MARK, 0, never)).resolves.toEqual([]);
  });

  it('sees no accounts, and that is no failure', async () => {
    const { sessionOf, admin, account } = await aCloud();
    const session = sessionOf(admin.addToken({ kind: 'account', accounts: [account] }));

    await expect(session.accounts(0, never)).resolves.toEqual([]);
  });

  it.each([
    { lacks: tunnelWrite, has: [dnsWrite, zoneRead], name: 'tunnels' },
    { lacks: dnsWrite, has: [tunnelWrite, zoneRead], name: 'records' },
    { lacks: dnsWrite, has: [tunnelWrite, zoneRead], name: 'allRecords' },
  ])('that lacks $lacks is not taken for a wrong one by $name', async ({ lacks, has, name }) => {
    const cloud = await aCloud();
    const { call } = CALLS.find((candidate) => candidate.name === name) ?? {};
    const token = cloud.admin.addToken({ kind: 'account', accounts: [cloud.account], permissions: has });

    await expect(call?.(cloud.sessionOf(token), cloud)).rejects.toMatchObject({
      reason: 'PermissionMissing',
      message: expect.stringContaining(`"${lacks}"`),
    });
  });
});

describe('an API key', () => {
  it('does all that the operator needs', async () => {
    const cloud = await aCloud();
    const key = cloud.admin.addApiKey({ email: 'ops@example.com' });

    const tunnels = await cloud
      .clientOf({ kind: 'key', key, email: 'ops@example.com' })
      .zeroTrust.tunnels.cloudflared.list({ account_id: cloud.account });

    expect(tunnels.result).toEqual([]);
  });
});

it('a token that may not write records is told so in the same words, whether they are read or written', async () => {
  const { admin, sessionOf, zone } = await aCloud();
  const session = sessionOf(admin.addToken({ permissions: ['Zone Read'] }));
  const removal = { kind: 'delete', id: '0'.repeat(32), name: 'gone.example.com' } as const;

  const read = await said(session.records(zone, 'cftunnel.io owner=test/', 0, never));
  const { failure } = await session.writeRecords(zone, [removal], MANNER, never);

  expect(read).toContain('DNS Write');
  expect(String(failure)).toBe(read);
});

function said(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => String(error));
}
