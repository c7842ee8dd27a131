import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { service, tunnel } from '../support/world-objects.ts';
import { becomes, conditionOf, exposed, gone, hostnamesOf, ready } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const NAMES = Array.from({ length: 12 }, (_, index) => `app-${index}`);

const world = useWorld();

beforeAll(async () => {
  await world.addNamespace('lost');
  await world.kube.create(tunnel('lost/home', { replicas: 1 }));
  await Promise.all(NAMES.map((name) => world.kube.create(asking(name))));
  await Promise.all(NAMES.map((name) => exposed(world, `lost/${name}`, [`${name}.example.com`])));
});

it('deletes many records at once when the deletions of their Services are observed', async () => {
  await Promise.all(NAMES.map((name) => world.kube.delete('Service', `lost/${name}`)));

  await Promise.all(NAMES.map((name) => gone(world, 'Service', `lost/${name}`)));
  expect(records()).toEqual([]);
  await Promise.all(NAMES.map((name) => world.kube.create(asking(name))));
  await Promise.all(NAMES.map((name) => exposed(world, `lost/${name}`, [`${name}.example.com`])));
});

it('keeps the records when as many Services disappear unobserved, until a user confirms', async () => {
  await world.operator.stop();
  await Promise.all(NAMES.map((name) => forceOut(name)));
  await world.operator.start();

  const refused = await becomes(world, ['Tunnel', 'lost/home'], 'DNSReady', {
    status: 'False',
    reason: 'MassDeleteRefused',
  });
  await world.settled();
  expect(records()).toHaveLength(NAMES.length);
  expect(await hostnamesOf(world, 'lost/home')).toHaveLength(NAMES.length);

  const hash = /cftunnel\.io\/confirm-delete=(\S+)/.exec(conditionOf(refused, 'DNSReady')?.message ?? '')?.[1] ?? '';
  await world.kube.annotate('Tunnel', 'lost/home', { 'cftunnel.io/confirm-delete': hash });

  await ready(world, 'lost/home');
  await eventually(() => expect(records()).toEqual([]));
});

function asking(name: string) {
  return service(`lost/${name}`, { tunnel: 'home', hostname: `${name}.example.com` });
}

/** The effect of a restored backup: the Service is gone without waiting for the finalizer. */
async function forceOut(name: string): Promise<void> {
  await world.kube.patch('Service', `lost/${name}`, { metadata: { finalizers: [] } });
  await world.kube.delete('Service', `lost/${name}`);
}

function records(): readonly string[] {
  return world.cloudflare.admin.records('example.com').map(({ name }) => name);
}
