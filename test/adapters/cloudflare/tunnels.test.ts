import { describe, expect, it } from '@jest/globals';
import {
  createTunnel,
  deleteTunnel,
  dropConnections,
  listConnectors,
  listTunnels,
  readConnectorToken,
} from '../../../src/adapters/cloudflare/tunnels.ts';
import { readConnectorToken as parseToken } from '../../../src/core/tunnel/credentials.ts';
import { type TestCloud, aCloud, never } from './a-session.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const UNKNOWN = '01234567-89ab-4cde-8f01-23456789abcd';

async function aTunnel(cloud: TestCloud, name = 'home'): Promise<string> {
  const tunnel = await createTunnel(cloud.client, cloud.account, name, SECRET, never);
  if (tunnel === undefined) throw new Error('the name is taken');
  return tunnel.id;
}

describe('createTunnel', () => {
  it('makes a tunnel with our secret, whose rules lie with us', async () => {
    const { client, admin, account } = await aCloud();

    const tunnel = await createTunnel(client, account, 'home', SECRET, never);

    expect(admin.tunnels(account)).toMatchObject([{ name: 'home', secret: SECRET, configSource: 'local' }]);
    expect(tunnel).toEqual({ id: admin.tunnels(account)[0]?.id, name: 'home', isRemotelyManaged: false });
  });

  it('makes none where the name is taken', async () => {
    const cloud = await aCloud();
    await aTunnel(cloud);

    await expect(createTunnel(cloud.client, cloud.account, 'home', SECRET, never)).resolves.toBeUndefined();
    expect(cloud.admin.tunnels(cloud.account)).toHaveLength(1);
  });

  it('finds the name taken after its own answer was lost', async () => {
    const { client, faults, account } = await aCloud();
    faults.add({ method: 'POST', times: 1, effect: { kind: 'drop-after' } });

    await expect(createTunnel(client, account, 'home', SECRET, never)).rejects.toThrow('Connection error');

    await expect(createTunnel(client, account, 'home', SECRET, never)).resolves.toBeUndefined();
  });
});

describe('listTunnels', () => {
  it('gives the tunnels that are not deleted', async () => {
    const cloud = await aCloud();
    await deleteTunnel(cloud.client, cloud.account, await aTunnel(cloud, 'gone'), never);
    const id = await aTunnel(cloud);

    await expect(listTunnels(cloud.client, cloud.account, never)).resolves.toEqual([
      { id, name: 'home', isRemotelyManaged: false },
    ]);
  });

  it('says whose rules lie at Cloudflare', async () => {
    const { client, account } = await aCloud();
    await client.zeroTrust.tunnels.cloudflared.create({
      account_id: account,
      name: 'remote',
      config_src: 'cloudflare',
    });

    await expect(listTunnels(client, account, never)).resolves.toMatchObject([{ isRemotelyManaged: true }]);
  });
});

describe('readConnectorToken', () => {
  it('gives the token that proves the secret', async () => {
    const cloud = await aCloud();
    const tunnelId = await aTunnel(cloud);

    const token = await readConnectorToken(cloud.client, cloud.account, tunnelId, never);

    expect(parseToken(token)).toEqual({ accountId: cloud.account, tunnelId, tunnelSecret: SECRET });
  });
});

describe('deleteTunnel', () => {
  it('deletes a tunnel', async () => {
    const cloud = await aCloud();

    await expect(deleteTunnel(cloud.client, cloud.account, await aTunnel(cloud), never)).resolves.toBe(true);
    await expect(listTunnels(cloud.client, cloud.account, never)).resolves.toEqual([]);
  });

  it.each([400, 409] as const)('says so when connectors hold the tunnel, told with a %d', async (status) => {
    const cloud = await aCloud({ assumptions: { tunnelInUseStatus: status } });
    const id = await aTunnel(cloud);
    const connector = cloud.admin.connect(id);

    await expect(deleteTunnel(cloud.client, cloud.account, id, never)).resolves.toBe(false);
    connector.disconnect();

    await expect(deleteTunnel(cloud.client, cloud.account, id, never)).resolves.toBe(true);
  });

  it('does not take a path that leads nowhere for a tunnel that is gone', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    const body = { success: false, errors: [{ code: 7003, message: 'Could not route' }], messages: [], result: null };
    cloud.faults.add({ method: 'DELETE', effect: { kind: 'reply', status: 404, body } });

    await expect(dropConnections(cloud.client, cloud.account, id, never)).rejects.toThrow('7003');
    await expect(deleteTunnel(cloud.client, cloud.account, id, never)).rejects.toThrow('7003');
  });

  it('counts a tunnel that is deleted, or never was, as deleted', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    await deleteTunnel(cloud.client, cloud.account, id, never);

    await expect(deleteTunnel(cloud.client, cloud.account, id, never)).resolves.toBe(true);
    await expect(deleteTunnel(cloud.client, cloud.account, UNKNOWN, never)).resolves.toBe(true);
  });

  it('hands on any other refusal', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    cloud.admin.addTunnelRoutes(id);

    await expect(deleteTunnel(cloud.client, cloud.account, id, never)).rejects.toThrow('1023');
  });
});

describe('listConnectors', () => {
  it('names those that are connected, and not those that have just gone', async () => {
    const cloud = await aCloud({ assumptions: { disconnectedLingerMs: 60_000 } });
    const id = await aTunnel(cloud);
    const [stays, goes] = [cloud.admin.connect(id), cloud.admin.connect(id)];
    goes.disconnect();

    await expect(listConnectors(cloud.client, cloud.account, id, never)).resolves.toEqual([stays.id]);
  });
});

describe('dropConnections', () => {
  it('frees a tunnel of its connectors, so that it can be deleted', async () => {
    const cloud = await aCloud();
    const id = await aTunnel(cloud);
    cloud.admin.connect(id);

    await dropConnections(cloud.client, cloud.account, id, never);

    await expect(deleteTunnel(cloud.client, cloud.account, id, never)).resolves.toBe(true);
  });

  it('has nothing to do for a tunnel that is not there', async () => {
    const { client, account } = await aCloud();

    await expect(dropConnections(client, account, UNKNOWN, never)).resolves.toBeUndefined();
  });
});
