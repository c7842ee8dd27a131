import { expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import { secret, service, tunnel } from '../support/world-objects.ts';
import { becomes, gone } from '../support/world-views.ts';

const world = useLocalWorld();

// Invariant 18.
it('leftovers are reported when they arise, and again at the next start with the same account', async () => {
  const { admin } = world.sandbox.cloudflare;
  await world.kube.create(tunnel('shop/lost', { replicas: 1 }));
  await world.kube.create(service('shop/store', { tunnel: 'lost', hostname: 'lost.example.com' }));
  await eventually(() => expect(ourRecords()).toEqual(['lost.example.com']));

  admin.revokeToken(world.token);
  await world.kube.delete('Tunnel', 'shop/lost');
  await becomes(world, ['Tunnel', 'shop/lost'], 'Ready', { status: 'False', reason: 'CredentialsRejected' });
  await gone(world, 'Tunnel', 'shop/lost');
  const id = world.tunnels().find(({ name }) => name === `${world.cluster}/shop/lost`)?.id ?? '';
  expect(await told('Tunnel')).toEqual([expect.stringContaining(id)]);
  expect(await told('Tunnel')).toEqual([expect.stringContaining('lost.example.com')]);
  const [report, ...others] = await told('Lease');
  expect(others).toEqual([]);
  expect(report).toContain('Tunnel shop/lost was deleted. Left behind at Cloudflare: tunnel ');

  await restartWithAnotherToken();
  await world.kube.create(tunnel('shop/found', { replicas: 1, credentialsRef: { name: 'another' } }));
  await world.kube.create(service('shop/stall', { tunnel: 'found', hostname: 'found.example.com' }));

  await eventually(async () =>
    expect((await told('Lease')).toSorted()).toEqual([
      expect.stringContaining('record lost.example.com CNAME'),
      expect.stringContaining(`tunnel ${world.cluster}/shop/lost (${id})`),
      report,
    ]),
  );
  expect([world.operator().orphans('tunnel'), world.operator().orphans('record')]).toEqual([1, 1]);
  await eventually(() => expect(ourRecords()).toEqual(['found.example.com', 'lost.example.com']));
  expect(world.tunnels().map(({ name }) => name)).toContain(`${world.cluster}/shop/lost`);
});

async function restartWithAnotherToken(): Promise<void> {
  const token = world.sandbox.cloudflare.admin.addToken({ accounts: [world.accountId] });
  await world.stopOperator();
  await world.kube.create(secret('shop/another', { CLOUDFLARE_API_TOKEN: token }));
  await world.startOperator();
}

function ourRecords(): readonly string[] {
  const names = world.ownRecords().map(({ name }) => name);
  return names.toSorted();
}

/** The leftovers in events, by the kind of the object that they are about. */
async function told(kind: string): Promise<readonly string[]> {
  const events = await world.kube.list('Event');
  return events
    .filter((event) => event['reason'] === 'LeftBehind' && (event['involvedObject'] as { kind: string }).kind === kind)
    .map(({ message }) => String(message));
}
