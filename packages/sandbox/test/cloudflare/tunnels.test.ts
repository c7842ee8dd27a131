import { describe, expect, it } from '@jest/globals';
import { aCloud, type TestCloud } from './a-cloud.ts';
import { OTHER_SECRET, SECRET, aTunnel as aTunnelWithPath } from './a-connection.ts';

const tunnels = (cloud: TestCloud) => `/accounts/${cloud.account}/cfd_tunnel`;
const aTunnel = async (cloud: TestCloud, body?: object) => (await aTunnelWithPath(cloud, body)).id;

describe('creating a tunnel', () => {
  it('returns the tunnel, its credentials file and its token', async () => {
    const cloud = await aCloud({ now: () => Date.UTC(2026, 0, 2) });

    const { result } = await cloud.post(tunnels(cloud), { name: 'home', tunnel_secret: SECRET });

    const id = String(result['id']);
    expect(result).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      account_tag: cloud.account,
      created_at: '2026-01-02T00:00:00.000000Z',
      deleted_at: null,
      name: 'home',
      connections: [],
      conns_active_at: null,
      conns_inactive_at: '2026-01-02T00:00:00.000000Z',
      tun_type: 'cfd_tunnel',
      metadata: {},
      status: 'inactive',
      remote_config: false,
      config_src: 'local',
      credentials_file: { AccountTag: cloud.account, TunnelID: id, TunnelName: 'home', TunnelSecret: SECRET },
      token: Buffer.from(JSON.stringify({ a: cloud.account, t: id, s: SECRET })).toString('base64'),
    });
  });

  it('generates a secret of 32 bytes by default', async () => {
    const cloud = await aCloud();

    const { result } = await cloud.post(tunnels(cloud), { name: 'home', config_src: 'cloudflare' });

    const { TunnelSecret } = result['credentials_file'] as { TunnelSecret: string };
    expect(Buffer.from(TunnelSecret, 'base64')).toHaveLength(32);
    expect(result).toMatchObject({ config_src: 'cloudflare', remote_config: true });
  });

  it.each([
    { case: 'no name', body: { tunnel_secret: SECRET } },
    { case: 'an empty name', body: { name: '' } },
    { case: 'a short secret', body: { name: 'home', tunnel_secret: Buffer.alloc(31).toString('base64') } },
    { case: 'a secret that is not base64', body: { name: 'home', tunnel_secret: '!'.repeat(44) } },
    { case: 'an unknown source', body: { name: 'home', config_src: 'git' } },
    { case: 'a body that is not an object', body: [] },
  ])('is rejected with 400 for $case', async ({ body }) => {
    const cloud = await aCloud();

    expect((await cloud.post(tunnels(cloud), body)).status).toBe(400);
    expect(cloud.admin.tunnels(cloud.account)).toEqual([]);
  });

  it('with the name of an existing tunnel fails with 409 1013, but may reuse the name of a deleted one', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);

    const taken = await cloud.post(tunnels(cloud), { name: 'home' });
    await cloud.call('DELETE', `${tunnels(cloud)}/${id}`);
    const free = await cloud.post(tunnels(cloud), { name: 'home' });

    expect([taken.status, taken.code]).toEqual([409, 1013]);
    expect(free.status).toBe(200);
  });

  it('fails above the quota of tunnels, not counting deleted ones', async () => {
    const cloud = await aCloud({ assumptions: { tunnelsPerAccount: 1 } });
    const id = await aTunnel(cloud);

    const tooMany = await cloud.post(tunnels(cloud), { name: 'more' });
    await cloud.call('DELETE', `${tunnels(cloud)}/${id}`);
    const again = await cloud.post(tunnels(cloud), { name: 'more' });

    expect([tooMany.status, again.status]).toEqual([400, 200]);
  });
});

describe('listing tunnels', () => {
  it.each([
    { query: '', names: ['web', 'web-old', 'shop'] },
    { query: 'is_deleted=false', names: ['web', 'shop'] },
    { query: 'is_deleted=true', names: ['web-old'] },
    { query: 'name=web', names: ['web'] },
    { query: 'include_prefix=web', names: ['web', 'web-old'] },
    { query: 'name_prefix=web', names: ['web', 'web-old'] },
    { query: 'exclude_prefix=web', names: ['shop'] },
    { query: 'status=healthy', names: ['shop'] },
    { query: 'status=inactive&is_deleted=false', names: ['web'] },
    { query: 'existed_at=1970-01-01T00:00:02Z', names: ['web', 'web-old'] },
    { query: 'was_active_at=1970-01-01T00:00:10Z', names: ['shop'] },
    { query: 'was_inactive_at=1970-01-01T00:00:10Z&is_deleted=false', names: ['web'] },
    { query: 'per_page=1&page=2', names: ['web-old'] },
  ])('?$query finds $names', async ({ query, names }) => {
    let now = 1000;
    const cloud = await aCloud({ now: () => now });
    await aTunnel(cloud, { name: 'web' });
    const old = await aTunnel(cloud, { name: 'web-old' });
    now = 5000;
    await cloud.call('DELETE', `${tunnels(cloud)}/${old}`);
    cloud.admin.connect(await aTunnel(cloud, { name: 'shop' }));

    const { list } = await cloud.get(`${tunnels(cloud)}?${query}`);

    expect(list.map((tunnel) => tunnel['name'])).toEqual(names);
  });

  it('finds a tunnel by id, and lists all kinds elsewhere', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);

    const byId = await cloud.get(`${tunnels(cloud)}?uuid=${id}`);
    const ofKind = await cloud.get(`/accounts/${cloud.account}/tunnels?tun_types=cfd_tunnel,warp_connector`);
    const ofOther = await cloud.get(`/accounts/${cloud.account}/tunnels?tun_types=warp_connector`);

    expect([byId.list.length, ofKind.list.length, ofOther.list.length]).toEqual([1, 1, 0]);
  });

  it('never includes tunnels of another account', async () => {
    const cloud = await aCloud();
    const other = cloud.admin.addAccount({ name: 'Other' }).id;
    const id = await aTunnel(cloud);

    const list = await cloud.get(`/accounts/${other}/cfd_tunnel`);
    const single = await cloud.get(`/accounts/${other}/cfd_tunnel/${id}`);

    expect(list.list).toEqual([]);
    expect(single.status).toBe(404);
  });
});

describe('changing a tunnel', () => {
  it('renames it, but not to a name in use', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    await aTunnel(cloud, { name: 'taken' });

    const renamed = await cloud.call('PATCH', `${tunnels(cloud)}/${id}`, { name: 'new' });
    const same = await cloud.call('PATCH', `${tunnels(cloud)}/${id}`, { name: 'new' });
    const taken = await cloud.call('PATCH', `${tunnels(cloud)}/${id}`, { name: 'taken' });

    expect([renamed.status, same.status]).toEqual([200, 200]);
    expect(renamed.result['name']).toBe('new');
    expect([taken.status, taken.code]).toEqual([409, 1013]);
  });

  it('rotates the secret, and therefore the token', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);

    await cloud.call('PATCH', `${tunnels(cloud)}/${id}`, { tunnel_secret: OTHER_SECRET });

    const { body } = await cloud.get(`${tunnels(cloud)}/${id}/token`);
    const token = JSON.parse(Buffer.from(String(body['result']), 'base64').toString()) as unknown;
    expect(token).toEqual({ a: cloud.account, t: id, s: OTHER_SECRET });
  });
});

describe('deleting a tunnel', () => {
  it('is soft: it can still be read, but not changed or deleted again', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    const path = `${tunnels(cloud)}/${id}`;

    const deleted = await cloud.call('DELETE', path);

    expect(deleted.result['deleted_at']).toEqual(expect.any(String));
    expect((await cloud.get(path)).result['deleted_at']).toEqual(deleted.result['deleted_at']);
    expect((await cloud.call('PATCH', path, { name: 'x' })).status).toBe(404);
    expect((await cloud.call('DELETE', path)).status).toBe(404);
    expect((await cloud.get(`${path}/token`)).status).toBe(404);
  });

  it('fails with 1022 while a connector is connected, until the connections are cleaned up', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    cloud.admin.connect(id);

    const refused = await cloud.call('DELETE', `${tunnels(cloud)}/${id}`);
    const cleaned = await cloud.call('DELETE', `${tunnels(cloud)}/${id}/connections`);
    const deleted = await cloud.call('DELETE', `${tunnels(cloud)}/${id}`);

    expect([refused.status, refused.code, refused.message]).toEqual([
      400,
      1022,
      'Cannot delete tunnel because it has active connections',
    ]);
    expect(cleaned.body['result']).toBeNull();
    expect(deleted.status).toBe(200);
  });

  it('fails with 1023 while it has routes', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    cloud.admin.addTunnelRoutes(id);

    expect((await cloud.call('DELETE', `${tunnels(cloud)}/${id}`)).code).toBe(1023);
  });

  it('with cascade deletes its connections and routes', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    cloud.admin.addTunnelRoutes(id);
    cloud.admin.connect(id);

    const { status } = await cloud.call('DELETE', `${tunnels(cloud)}/${id}?cascade=true`);

    expect(status).toBe(200);
    expect(cloud.connectors.connectorsOf(id)).toEqual([]);
  });

  it('keeps its DNS records', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    cloud.admin.addRecord('example.com', { name: 'app', type: 'CNAME', content: `${id}.cfargotunnel.com` });

    await cloud.call('DELETE', `${tunnels(cloud)}/${id}`);

    expect(cloud.admin.records('example.com')).toHaveLength(1);
  });

  it.each([
    { assumptions: { cascadeHonoured: false }, query: '?cascade=true', status: 400 },
    { assumptions: { tunnelInUseStatus: 409 as const }, query: '', status: 409 },
  ])('fails with $status while it is in use, given $assumptions', async ({ assumptions, query, status }) => {
    const cloud = await aCloud({ assumptions });
    const id = await aTunnel(cloud);
    cloud.admin.connect(id);

    const answer = await cloud.call('DELETE', `${tunnels(cloud)}/${id}${query}`);

    expect([answer.status, answer.code]).toEqual([status, 1022]);
  });
});

describe('a remote configuration', () => {
  const VALID = {
    ingress: [{ hostname: 'app.example.com', service: 'http://app:80' }, { service: 'http_status:404' }],
  };

  it('is replaced as a whole, and its version incremented', async () => {
    const cloud = await aCloud();
    const path = `${tunnels(cloud)}/${await aTunnel(cloud, { config_src: 'cloudflare' })}/configurations`;

    const before = await cloud.get(path);
    const first = await cloud.call('PUT', path, { config: VALID });
    const second = await cloud.call('PUT', path, { config: { 'warp-routing': {} } });

    expect(before.result).toMatchObject({ version: 0, config: null, source: 'cloudflare' });
    expect(first.result).toMatchObject({ account_id: cloud.account, version: 1, config: VALID });
    expect(second.result).toMatchObject({ version: 2, config: { 'warp-routing': {} } });
    expect((await cloud.get(path)).result).toEqual(second.result);
  });

  it.each([
    {
      ingress: [{ hostname: 'a.example.com', service: 'http://app:80' }],
      reason: 'The last ingress rule must match all',
    },
    { ingress: [{ service: 'app:80' }], reason: 'app:80 is an invalid address' },
    {
      ingress: [{ originRequest: { connectTimeout: '30s' }, service: 'http_status:404' }],
      reason: 'strconv.ParseInt: parsing "\\"30s\\""',
    },
  ])('is rejected with 1056: $reason', async ({ ingress, reason }) => {
    const cloud = await aCloud();
    const path = `${tunnels(cloud)}/${await aTunnel(cloud)}/configurations`;

    const { status, code, message } = await cloud.call('PUT', path, { config: { ingress } });

    expect([status, code]).toEqual([400, 1056]);
    expect(message).toContain(`Bad Configuration: Validation failed: ${reason}`);
    expect((await cloud.get(path)).result['version']).toBe(0);
  });

  it('may be absent before the first PUT, if so assumed', async () => {
    const cloud = await aCloud({ assumptions: { unconfiguredTunnel: 'not-found' } });

    const { status } = await cloud.get(`${tunnels(cloud)}/${await aTunnel(cloud)}/configurations`);

    expect(status).toBe(404);
  });
});

it('a management token contains the tunnel and the resources', async () => {
  const cloud = await aCloud();
  const id = await aTunnel(cloud);

  const { body } = await cloud.post(`${tunnels(cloud)}/${id}/management`, { resources: ['logs'] });

  const claims = Buffer.from(String(body['result']).split('.')[1] ?? '', 'base64url').toString();
  expect(JSON.parse(claims)).toEqual({ tun: { id, account_tag: cloud.account }, res: ['logs'] });
});
