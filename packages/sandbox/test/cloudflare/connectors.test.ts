import { describe, expect, it, jest } from '@jest/globals';
import { aCloud, type TestCloud } from './a-cloud.ts';
import { OTHER_SECRET, aConnection, aRequest, aTunnel } from './a-connection.ts';

describe('registering', () => {
  it.each([
    {
      case: 'an unknown tunnel',
      change: { tunnelId: '6ff42ae2-765d-4adf-8112-31c55c1551ef' },
      cause: 'Unauthorized: Tunnel not found',
    },
    { case: 'another account', change: { accountTag: '0'.repeat(32) }, cause: 'Unauthorized: Tunnel not found' },
    { case: 'a wrong secret', change: { tunnelSecret: OTHER_SECRET }, cause: 'Unauthorized: Invalid tunnel secret' },
  ])('with $case is unauthorized', async ({ change, cause }) => {
    const cloud = await aCloud();
    const { id } = await aTunnel(cloud);

    const registration = cloud.connectors.register(aRequest(cloud, id, change), aConnection());

    expect(registration).toMatchObject({ kind: 'refused', cause, shouldRetry: true });
  });

  it('fails with the old secret after a rotation, while existing connections stay', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud);
    cloud.connectors.register(aRequest(cloud, id), aConnection());

    await cloud.call('PATCH', path, { tunnel_secret: OTHER_SECRET });

    expect(cloud.connectors.register(aRequest(cloud, id, { connIndex: 1 }), aConnection()).kind).toBe('refused');
    expect(cloud.connectors.connectionsOf(id)).toHaveLength(1);
  });

  it('fails for a deleted tunnel', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud);
    await cloud.call('DELETE', path);

    expect(() => cloud.admin.connect(id)).toThrow('Unauthorized: Tunnel not found');
  });

  it('fails beyond the limit of replicas', async () => {
    const cloud = await aCloud({ assumptions: { replicasPerTunnel: 1 } });
    const { id } = await aTunnel(cloud);
    const first = cloud.admin.connect(id);

    expect(() => cloud.admin.connect(id)).toThrow('Too many connections');
    first.disconnect();
    expect(() => cloud.admin.connect(id)).not.toThrow();
  });
});

describe('a connection', () => {
  it('replaces an earlier one of the same index', async () => {
    const cloud = await aCloud();
    const { id } = await aTunnel(cloud);
    const drop = jest.fn();
    cloud.connectors.register(aRequest(cloud, id), aConnection({ drop }));
    cloud.connectors.register(aRequest(cloud, id, { connIndex: 1 }), aConnection());

    cloud.connectors.register(aRequest(cloud, id), aConnection());

    expect(drop).toHaveBeenCalledTimes(1);
    expect(cloud.connectors.connectionsOf(id)).toHaveLength(2);
  });

  it('is no longer listed after unregistering, but can stay listed after being lost', async () => {
    const cloud = await aCloud({ assumptions: { disconnectedLingerMs: 60_000 } });
    const { id, path } = await aTunnel(cloud);
    const [polite, lost] = [0, 1].map((connIndex) => {
      const outcome = cloud.connectors.register(aRequest(cloud, id, { connIndex }), aConnection());
      if (outcome.kind === 'refused') throw new Error(outcome.cause);
      return outcome;
    });

    polite?.unregister();
    polite?.lost();
    lost?.lost();

    const { list } = await cloud.get(`${path}/connections`);
    expect(list).toMatchObject([{ conns: [{ id: lost?.connectionId, is_pending_reconnect: true }] }]);
  });

  it('reports the configuration file of its connector to the API', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud);
    const rules = { ingress: [{ service: 'http_status:404' }], 'warp-routing': {} };
    const outcome = cloud.connectors.register(aRequest(cloud, id), aConnection());

    if (outcome.kind === 'registered') outcome.reportConfiguration(rules);

    const { result } = await cloud.get(`${path}/configurations`);
    expect(result).toMatchObject({ source: 'local', version: 1, config: rules });
  });
});

const at = (second: number) => `1970-01-01T00:00:0${second}.000000Z`;

async function connectionsShown(cloud: TestCloud): Promise<unknown> {
  const { id, path } = await aTunnel(cloud);
  cloud.admin.connect(id);
  return (await cloud.get(path)).result['connections'];
}

describe('connections', () => {
  it('list every connector with its connections', async () => {
    const cloud = await aCloud({ now: () => 1000 });
    const { id, path } = await aTunnel(cloud);
    const connector = cloud.admin.connect(id, { connections: 2 });

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
        features: [],
        config_version: -1,
        run_at: '1970-01-01T00:00:01.000000Z',
        conns: [connection, connection],
      },
    ]);
    expect(single.result).toEqual(list[0]);
  });

  it('determine the status of the tunnel', async () => {
    let now = 1000;
    const cloud = await aCloud({ now: () => now });
    const { id, path } = await aTunnel(cloud);
    const seen = async () => {
      const { result } = await cloud.get(path);
      return [result['status'], result['conns_active_at'], result['conns_inactive_at']];
    };

    expect(await seen()).toEqual(['inactive', null, at(1)]);
    now = 2000;
    const weak = cloud.admin.connect(id, { connections: 3 });
    expect(await seen()).toEqual(['degraded', at(2), null]);
    now = 3000;
    const strong = cloud.admin.connect(id);
    expect(await seen()).toEqual(['healthy', at(2), null]);
    weak.disconnect();
    now = 4000;
    strong.disconnect();
    expect(await seen()).toEqual(['down', null, at(4)]);
  });

  it('of one connector can be cleaned up alone', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud);
    const [one, two] = [cloud.admin.connect(id), cloud.admin.connect(id)];

    await cloud.call('DELETE', `${path}/connections?client_id=${one.id}`);

    expect(cloud.connectors.connectorsOf(id).map(({ info }) => info.id)).toEqual([two.id]);
    expect((await cloud.get(`${path}/connectors/${one.id}`)).status).toBe(404);
  });

  it('are closed by a clean-up', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud);
    const dropped = jest.fn();
    cloud.admin.connect(id, { dropped });

    await cloud.call('DELETE', `${path}/connections`);

    expect(dropped).toHaveBeenCalledTimes(4);
  });

  it('can stay listed after being lost, and prevent deletion', async () => {
    let elapsed = 1000;
    const cloud = await aCloud({ elapsed: () => elapsed, assumptions: { disconnectedLingerMs: 60_000 } });
    const { id, path } = await aTunnel(cloud);
    cloud.admin.connect(id).disconnect();

    const pending = await cloud.get(`${path}/connections`);
    const blocked = await cloud.call('DELETE', path);
    elapsed += 60_000;
    const later = await cloud.get(`${path}/connections`);

    expect(pending.list).toMatchObject([{ conns: Array.from({ length: 4 }, () => ({ is_pending_reconnect: true })) }]);
    expect(blocked.code).toBe(1022);
    expect(later.list).toEqual([]);
    expect(cloud.connectors.connectorsOf(id)).toEqual([]);
  });

  it('are part of the tunnel object only if so assumed', async () => {
    const [plain, listing] = [await aCloud(), await aCloud({ assumptions: { tunnelListsConnections: true } })];

    expect(await connectionsShown(plain)).toEqual([]);
    expect(await connectionsShown(listing)).toHaveLength(4);
  });
});
