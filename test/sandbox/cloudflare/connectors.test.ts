import { describe, expect, it, jest } from '@jest/globals';
import type { Connector } from '../../../sandbox/edge/connection.ts';
import { aCloud, type TestCloud } from './a-cloud.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const OTHER_SECRET = Buffer.alloc(32, 8).toString('base64');

async function aTunnel(cloud: TestCloud, body: object = {}): Promise<{ id: string; path: string }> {
  const tunnels = `/accounts/${cloud.account}/cfd_tunnel`;
  const { result } = await cloud.post(tunnels, { name: 'home', tunnel_secret: SECRET, ...body });
  return { id: String(result['id']), path: `${tunnels}/${String(result['id'])}` };
}

function aConnector(overrides: Partial<Connector> = {}): Connector {
  return {
    id: 'c1',
    version: '2026.8.2',
    originIp: '203.0.113.7',
    connections: 4,
    serve: () => undefined,
    ...overrides,
  };
}

describe('registering', () => {
  it.each([
    {
      case: 'an unknown tunnel',
      change: { tunnelId: '6ff42ae2-765d-4adf-8112-31c55c1551ef' },
      cause: /Tunnel not found/,
    },
    { case: 'another account', change: { accountTag: '0'.repeat(32) }, cause: /Tunnel not found/ },
    { case: 'a wrong secret', change: { tunnelSecret: OTHER_SECRET }, cause: /Invalid tunnel secret/ },
  ])('with $case is unauthorized', async ({ change, cause }) => {
    const cloud = await aCloud();
    const { id } = await aTunnel(cloud);
    const credentials = { accountTag: cloud.account, tunnelId: id, tunnelSecret: SECRET, ...change };

    const registration = cloud.connectors.register(credentials, aConnector());

    expect(registration).toEqual({ kind: 'refused', cause: expect.stringMatching(/^Unauthorized: /) });
    expect(registration).toEqual({ kind: 'refused', cause: expect.stringMatching(cause) });
  });

  it('fails with the old secret after a rotation, while old connections stay', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud);
    const credentials = { accountTag: cloud.account, tunnelId: id, tunnelSecret: SECRET };
    cloud.connectors.register(credentials, aConnector());

    await cloud.call('PATCH', path, { tunnel_secret: OTHER_SECRET });

    expect(cloud.connectors.register(credentials, aConnector({ id: 'c2' })).kind).toBe('refused');
    expect(cloud.connectors.connectorsOf(id)).toHaveLength(1);
  });

  it('fails on a deleted tunnel', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud);
    await cloud.call('DELETE', path);

    expect(() => cloud.backdoor.connect(id)).toThrow('Unauthorized: Tunnel not found');
  });

  it('ends at the limit of replicas', async () => {
    const cloud = await aCloud({ assumptions: { replicasPerTunnel: 1 } });
    const { id } = await aTunnel(cloud);
    const first = cloud.backdoor.connect(id);

    expect(() => cloud.backdoor.connect(id)).toThrow('Too many connections');
    first.disconnect();
    expect(() => cloud.backdoor.connect(id)).not.toThrow();
  });
});

const at = (second: number) => `1970-01-01T00:00:0${second}.000000Z`;

async function connectionsShown(cloud: TestCloud): Promise<unknown> {
  const { id, path } = await aTunnel(cloud);
  cloud.backdoor.connect(id);
  return (await cloud.get(path)).result['connections'];
}

describe('connections', () => {
  it('list every connector with its connections', async () => {
    const cloud = await aCloud({ now: () => 1000 });
    const { id, path } = await aTunnel(cloud);
    const connector = cloud.backdoor.connect(id, { connections: 2 });

    const { list } = await cloud.get(`${path}/connections`);
    const single = await cloud.get(`${path}/connectors/${connector.id}`);

    const connection = {
      id: expect.any(String),
      uuid: expect.any(String),
      client_id: connector.id,
      client_version: '2026.8.2',
      colo_name: expect.any(String),
      is_pending_reconnect: false,
      opened_at: '1970-01-01T00:00:01.000000Z',
      origin_ip: '203.0.113.7',
    };
    expect(list).toEqual([
      {
        id: connector.id,
        version: '2026.8.2',
        arch: 'linux_amd64',
        features: expect.any(Array),
        config_version: -1,
        run_at: '1970-01-01T00:00:01.000000Z',
        conns: [connection, connection],
      },
    ]);
    expect(single.result).toEqual(list[0]);
  });

  it('make the status of the tunnel', async () => {
    let now = 1000;
    const cloud = await aCloud({ now: () => now });
    const { id, path } = await aTunnel(cloud);
    const seen = async () => {
      const { result } = await cloud.get(path);
      return [result['status'], result['conns_active_at'], result['conns_inactive_at']];
    };

    expect(await seen()).toEqual(['inactive', null, at(1)]);
    now = 2000;
    const weak = cloud.backdoor.connect(id, { connections: 3 });
    expect(await seen()).toEqual(['degraded', at(2), null]);
    now = 3000;
    const strong = cloud.backdoor.connect(id);
    expect(await seen()).toEqual(['healthy', at(2), null]);
    weak.disconnect();
    now = 4000;
    strong.disconnect();
    expect(await seen()).toEqual(['down', null, at(4)]);
  });

  it('of one connector can be cleaned up alone', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud);
    const [one, two] = [cloud.backdoor.connect(id), cloud.backdoor.connect(id)];

    await cloud.call('DELETE', `${path}/connections?client_id=${one.id}`);

    expect(cloud.connectors.connectorsOf(id).map((connector) => connector.id)).toEqual([two.id]);
    expect((await cloud.get(`${path}/connectors/${one.id}`)).status).toBe(404);
  });

  it('that were cleaned up tell their connector', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud);
    const dropped = jest.fn();
    const credentials = { accountTag: cloud.account, tunnelId: id, tunnelSecret: SECRET };
    cloud.connectors.register(credentials, aConnector({ dropped }));

    await cloud.call('DELETE', `${path}/connections`);

    expect(dropped).toHaveBeenCalledTimes(1);
  });

  it('linger after a disconnect and block deletion, by the switch', async () => {
    let now = 1000;
    const cloud = await aCloud({ now: () => now, assumptions: { disconnectedLingerMs: 60_000 } });
    const { id, path } = await aTunnel(cloud);
    cloud.backdoor.connect(id).disconnect();

    const pending = await cloud.get(`${path}/connections`);
    const blocked = await cloud.call('DELETE', path);
    now += 60_000;
    const later = await cloud.get(`${path}/connections`);

    expect(pending.list).toMatchObject([{ conns: Array.from({ length: 4 }, () => ({ is_pending_reconnect: true })) }]);
    expect(blocked.code).toBe(1022);
    expect(later.list).toEqual([]);
    expect(cloud.connectors.connectorsOf(id)).toEqual([]);
  });

  it('are inside the tunnel object only by the switch', async () => {
    const [plain, listing] = [await aCloud(), await aCloud({ assumptions: { tunnelListsConnections: true } })];

    expect(await connectionsShown(plain)).toEqual([]);
    expect(await connectionsShown(listing)).toHaveLength(4);
  });
});

describe('a remote configuration', () => {
  const config = { ingress: [{ service: 'http_status:404' }] };

  it.each([
    { source: 'cloudflare', pushed: [[1, config]], version: 1 },
    { source: 'local', pushed: [], version: -1 },
  ])('of a tunnel with config_src $source is pushed $pushed.length times', async ({ source, pushed, version }) => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud, { config_src: source });
    const configure = jest.fn((newVersion: number, _config: unknown) => newVersion);
    const credentials = { accountTag: cloud.account, tunnelId: id, tunnelSecret: SECRET };
    cloud.connectors.register(credentials, aConnector({ configure }));

    await cloud.call('PUT', `${path}/configurations`, { config });

    expect(configure.mock.calls).toEqual(pushed);
    expect((await cloud.get(`${path}/connections`)).list).toMatchObject([{ config_version: version }]);
  });

  it('is pushed to a connector that comes later', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud, { config_src: 'cloudflare' });
    await cloud.call('PUT', `${path}/configurations`, { config });
    const configure = jest.fn((newVersion: number, _config: unknown) => newVersion);

    const credentials = { accountTag: cloud.account, tunnelId: id, tunnelSecret: SECRET };
    cloud.connectors.register(credentials, aConnector({ configure }));

    expect(configure).toHaveBeenCalledWith(1, config);
  });
});
