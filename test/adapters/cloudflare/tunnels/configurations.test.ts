import { expect, it } from '@jest/globals';
import { type TestCloud, aCloud, never } from '../a-session.ts';

const HOME = { name: 'home', secret: btoa('s'.repeat(32)), isRemotelyManaged: true };
const RULES = { ingress: [{ hostname: 'a.example.com', service: 'http://a' }, { service: 'http_status:404' }] };
const OTHERS = { ingress: [{ service: 'hello_world' }], 'warp-routing': { enabled: true } };

async function aRemoteTunnel(cloud: TestCloud): Promise<{ accountId: string; tunnelId: string }> {
  const tunnel = await cloud.session.createTunnel(cloud.account, HOME, never);
  return { accountId: cloud.account, tunnelId: tunnel?.id ?? '' };
}

it('a new tunnel is known to have no configuration without a call', async () => {
  const cloud = await aCloud();
  const tunnel = await aRemoteTunnel(cloud);
  cloud.calls.clear();

  await expect(cloud.session.configuration(tunnel, 60_000, never)).resolves.toEqual({ version: 0, config: {} });
  expect(cloud.calls.entries).toEqual([]);
});

it('a tunnel without a configuration is read as empty', async () => {
  const cloud = await aCloud();
  const tunnel = await aRemoteTunnel(cloud);

  await expect(cloud.session.configuration(tunnel, 0, never)).resolves.toEqual({ version: 0, config: {} });
});

it('a write returns the version, and its result is known without another call', async () => {
  const cloud = await aCloud();
  const tunnel = await aRemoteTunnel(cloud);

  await expect(cloud.session.putConfiguration(tunnel, RULES, never)).resolves.toEqual({ version: 1, config: RULES });
  cloud.calls.clear();
  await expect(cloud.session.configuration(tunnel, 60_000, never)).resolves.toEqual({ version: 1, config: RULES });
  expect(cloud.calls.entries).toEqual([]);
});

it('a configuration written by others is read completely, with unknown keys', async () => {
  const cloud = await aCloud();
  const tunnel = await aRemoteTunnel(cloud);
  await cloud.session.putConfiguration(tunnel, RULES, never);
  await cloud.client.zeroTrust.tunnels.cloudflared.configurations.update(tunnel.tunnelId, {
    account_id: cloud.account,
    config: OTHERS as object,
  });

  await expect(cloud.session.configuration(tunnel, 0, never)).resolves.toEqual({ version: 2, config: OTHERS });
});

it('the result of a write without a response is read again, that of a rejected one is not', async () => {
  const cloud = await aCloud();
  const tunnel = await aRemoteTunnel(cloud);
  cloud.faults.add({ method: 'PUT', times: 1, effect: { kind: 'drop-after' } });

  await expect(cloud.session.putConfiguration(tunnel, RULES, never)).rejects.toMatchObject({
    reason: 'CloudflareUnreachable',
  });
  await expect(cloud.session.configuration(tunnel, 60_000, never)).resolves.toEqual({ version: 1, config: RULES });

  await expect(cloud.session.putConfiguration(tunnel, { ingress: [RULES.ingress[0]] }, never)).rejects.toMatchObject({
    reason: 'CloudflareRefused',
    message: expect.stringContaining('last ingress rule must match all'),
  });
  cloud.calls.clear();
  await expect(cloud.session.configuration(tunnel, 60_000, never)).resolves.toMatchObject({ version: 1 });
  expect(cloud.calls.entries).toEqual([]);
});
