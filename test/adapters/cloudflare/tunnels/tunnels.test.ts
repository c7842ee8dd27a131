import { describe, expect, it } from '@jest/globals';
import { readConnectorToken } from '../../../../src/core/tunnel/credentials.ts';
import { type TestCloud, aCloud, never } from '../a-session.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const HOME = { name: 'home', secret: SECRET, isRemotelyManaged: false };
const GONE = '01234567-89ab-4cde-8f01-23456789abcd';

async function aTunnel(cloud: TestCloud, name = 'home'): Promise<string> {
  const tunnel = await cloud.session.createTunnel(cloud.account, { ...HOME, name }, never);
  if (tunnel === undefined) throw new Error('the name is taken');
  return tunnel.id;
}

describe('createTunnel', () => {
  it('creates a locally managed tunnel with our secret', async () => {
    const { session, admin, account } = await aCloud();

    const tunnel = await session.createTunnel(account, HOME, never);

    expect(admin.tunnels(account)).toMatchObject([{ name: 'home', secret: SECRET, configSource: 'local' }]);
    expect(tunnel).toEqual({ id: admin.tunnels(account)[0]?.id, name: 'home', isRemotelyManaged: false });
  });

  it('creates none if the name is taken', async () => {
    const cloud = await aCloud();
    await aTunnel(cloud);

    await expect(cloud.session.createTunnel(cloud.account, HOME, never)).resolves.toBeUndefined();
    expect(cloud.admin.tunnels(cloud.account)).toHaveLength(1);
  });

  it('finds the name taken after its answer was lost', async () => {
    const { session, faults, account } = await aCloud();
    faults.add({ method: 'POST', times: 1, effect: { kind: 'drop-after' } });

    await expect(session.createTunnel(account, HOME, never)).rejects.toMatchObject({
      reason: 'CloudflareUnreachable',
    });

    await expect(session.createTunnel(account, HOME, never)).resolves.toBeUndefined();
  });
});

describe('tunnels', () => {
  it('are those that are not deleted', async () => {
    const cloud = await aCloud();
    await cloud.session.deleteTunnel(cloud.account, await aTunnel(cloud, 'gone'), never);
    const id = await aTunnel(cloud);

    await expect(cloud.session.tunnels(cloud.account, 0, never)).resolves.toEqual([
      { id, name: 'home', isRemotelyManaged: false },
    ]);
  });

  it('are marked if they are remotely managed', async () => {
    const { client, session, account } = await aCloud();
    await client.zeroTrust.tunnels.cloudflared.create({
      account_id: account,
      name: 'remote',
      config_src: 'cloudflare',
    });

    await expect(session.tunnels(account, 0, never)).resolves.toMatchObject([{ isRemotelyManaged: true }]);
  });
});

describe('connectorToken', () => {
  it('contains the secret', async () => {
    const cloud = await aCloud();
    const tunnelId = await aTunnel(cloud);

    const token = await cloud.session.connectorToken(cloud.account, tunnelId, never);

    expect(readConnectorToken(token)).toEqual({ accountId: cloud.account, tunnelId, tunnelSecret: SECRET });
  });
});

describe('setTunnelSecret', () => {
  it('replaces the secret and nothing else, and connectors stay', async () => {
    const cloud = await aCloud();
    const tunnelId = await aTunnel(cloud);
    const connector = cloud.admin.connect(tunnelId);
    const before = await cloud.session.tunnels(cloud.account, 0, never);
    const secret = btoa('n'.repeat(32));

    await cloud.session.setTunnelSecret(cloud.account, tunnelId, secret, never);

    const token = await cloud.session.connectorToken(cloud.account, tunnelId, never);
    expect(readConnectorToken(token)).toEqual({ accountId: cloud.account, tunnelId, tunnelSecret: secret });
    await expect(cloud.session.tunnels(cloud.account, 0, never)).resolves.toEqual(before);
    await expect(cloud.session.connectors(cloud.account, tunnelId, 0, never)).resolves.toMatchObject([
      { id: connector.id },
    ]);
  });
});

describe('deleteTunnel', () => {
  it.each([400, 409] as const)('is false when connectors use the tunnel, reported with a %d', async (status) => {
    const cloud = await aCloud({ assumptions: { tunnelInUseStatus: status } });
    const id = await aTunnel(cloud);
    const connector = cloud.admin.connect(id);

    await expect(cloud.session.deleteTunnel(cloud.account, id, never)).resolves.toBe(false);
    connector.disconnect();

    await expect(cloud.session.deleteTunnel(cloud.account, id, never)).resolves.toBe(true);
  });

  it('does not count a routing error as a missing tunnel', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    const body = { success: false, errors: [{ code: 7003, message: 'Could not route' }], messages: [], result: null };
    cloud.faults.add({ method: 'DELETE', effect: { kind: 'reply', status: 404, body } });

    await expect(cloud.session.dropConnections(cloud.account, id, never)).rejects.toThrow('7003');
    await expect(cloud.session.deleteTunnel(cloud.account, id, never)).rejects.toThrow('7003');
  });

  it('counts a tunnel that does not exist as deleted', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    await cloud.session.deleteTunnel(cloud.account, id, never);

    await expect(cloud.session.deleteTunnel(cloud.account, id, never)).resolves.toBe(true);
    await expect(cloud.session.deleteTunnel(cloud.account, GONE, never)).resolves.toBe(true);
  });

  it('passes on any other refusal', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    cloud.admin.addTunnelRoutes(id);

    await expect(cloud.session.deleteTunnel(cloud.account, id, never)).rejects.toThrow('1023');
  });
});

describe('connectors', () => {
  it('are those that are connected, without those that have just disconnected', async () => {
    const cloud = await aCloud({ assumptions: { disconnectedLingerMs: 60_000 } });
    const id = await aTunnel(cloud);
    const [stays, goes] = [cloud.admin.connect(id), cloud.admin.connect(id)];
    goes.disconnect();

    await expect(cloud.session.connectors(cloud.account, id, 0, never)).resolves.toEqual([
      { id: stays.id, configVersion: -1 },
    ]);
  });
});

describe('dropConnections', () => {
  it('makes a tunnel with connectors deletable', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    cloud.admin.connect(id);

    await cloud.session.dropConnections(cloud.account, id, never);

    await expect(cloud.session.deleteTunnel(cloud.account, id, never)).resolves.toBe(true);
  });

  it('does nothing for a tunnel that does not exist', async () => {
    const { session, account } = await aCloud();

    await expect(session.dropConnections(account, GONE, never)).resolves.toBeUndefined();
  });
});

describe('dropConnector', () => {
  it('ends the connections of one connector only, and the list of connectors shows it', async () => {
    const cloud = await aCloud();
    const tunnelId = await aTunnel(cloud);
    const [stays, goes] = [cloud.admin.connect(tunnelId), cloud.admin.connect(tunnelId)];
    await cloud.session.connectors(cloud.account, tunnelId, 60_000, never);

    await cloud.session.dropConnector(cloud.account, { tunnelId, connector: goes.id }, never);

    await expect(cloud.session.connectors(cloud.account, tunnelId, 60_000, never)).resolves.toMatchObject([
      { id: stays.id },
    ]);
  });
});

describe('the connectors of a tunnel', () => {
  it('are none when the tunnel is gone, and the list of tunnels expires', async () => {
    const { session, calls, account } = await aCloud();
    await session.tunnels(account, 60_000, never);
    expect(session.tunnelsAgeMs(account)).toBeLessThan(60_000);

    await expect(session.connectors(account, GONE, 60_000, never)).resolves.toEqual([]);

    expect(session.tunnelsAgeMs(account)).toBe(Number.POSITIVE_INFINITY);
    await session.tunnels(account, 60_000, never);
    expect(calls.count('GET /accounts/:account/cfd_tunnel')).toBe(2);
  });
});

describe('the list of tunnels', () => {
  it('contains a tunnel that was created meanwhile, without another call', async () => {
    const { session, calls, account } = await aCloud();
    await session.tunnels(account, 60_000, never);

    const made = await session.createTunnel(account, HOME, never);

    await expect(session.tunnels(account, 60_000, never)).resolves.toEqual([made]);
    expect(calls.count('GET /accounts/:account/cfd_tunnel')).toBe(1);
  });

  it('contains a tunnel that was created, once, even if the list lags behind', async () => {
    const { session, faults, account } = await aCloud();
    const made = await session.createTunnel(account, HOME, never);
    const lag = faults.add({ method: 'GET', effect: { kind: 'stale-reads', lagMs: 10_000 } });

    await expect(session.tunnels(account, 0, never)).resolves.toEqual([made]);
    lag.remove();
    await expect(session.tunnels(account, 0, never)).resolves.toEqual([made]);
  });

  it.each([
    { effect: { kind: 'drop-after' }, isDoubtful: true },
    { effect: { kind: 'html', status: 503 }, isDoubtful: true },
    { effect: { kind: 'truncate' }, isDoubtful: true },
    { effect: { kind: 'reply', status: 403 }, isDoubtful: false },
    { effect: { kind: 'reply', status: 429 }, isDoubtful: false },
    { effect: { kind: 'lock' }, isDoubtful: false },
  ] as const)('is not authoritative after an uncertain creation ($effect.kind): $isDoubtful', async (example) => {
    const { session, faults, account } = await aCloud();
    faults.add({ method: 'POST', effect: example.effect });

    await session.createTunnel(account, HOME, never).catch(() => undefined);
    await session.tunnels(account, 0, never);

    expect(session.hasAllTunnels(account)).toBe(!example.isDoubtful);
  });

  it('does not contain a tunnel that was deleted', async () => {
    const { session, account } = await aCloud();
    const made = await session.createTunnel(account, HOME, never);
    await session.tunnels(account, 60_000, never);

    await session.deleteTunnel(account, made?.id ?? '', never);

    await expect(session.tunnels(account, 60_000, never)).resolves.toEqual([]);
  });

  it.each(['because connectors hold it', 'because the call failed'])(
    'still contains a tunnel that could not be deleted %s',
    async (why) => {
      const { session, admin, faults, account } = await aCloud();
      const made = await session.createTunnel(account, HOME, never);
      await session.tunnels(account, 60_000, never);
      if (why === 'because connectors hold it') admin.connect(made?.id ?? '');
      else faults.add({ method: 'DELETE', effect: { kind: 'html', status: 503 } });

      await session.deleteTunnel(account, made?.id ?? '', never).catch(() => undefined);

      await expect(session.tunnels(account, 60_000, never)).resolves.toEqual([made]);
    },
  );
});
