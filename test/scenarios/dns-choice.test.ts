import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { withdraw } from '../support/world-actions.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { exposed, hostnamesOf, ready, recordAt, unexposed } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const world = useWorld();

beforeAll(async () => {
  await world.addNamespace('shop');
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
  await world.kube.create(tunnel('shop/handsoff', { replicas: 1, dns: { mode: 'Disabled' } }));
  await Promise.all([ready(world, 'shop/home'), ready(world, 'shop/handsoff')]);
});

it('creates no record for a Service with "disabled", and removes an existing one', async () => {
  const hostname = 'choice.example.com';
  await world.kube.create(service('shop/choice', { tunnel: 'home', hostname }));
  await exposed(world, 'shop/choice', [hostname]);
  expect(recordAt(world, hostname)).toBeDefined();

  await world.kube.annotate('Service', 'shop/choice', { 'cftunnel.io/dns': 'disabled' });

  await eventually(() => expect(recordAt(world, hostname)).toBeUndefined());
  await exposed(world, 'shop/choice', [hostname]);
  expect(await hostnamesOf(world, 'shop/home')).toContain(hostname);
});

it('creates and deletes the record of a Service with "managed", on a Tunnel without DNS', async () => {
  await world.kube.create(service('shop/quiet', { tunnel: 'handsoff', hostname: 'quiet.example.com' }));
  await world.kube.create(service('shop/loud', { tunnel: 'handsoff', hostname: 'loud.example.com', dns: 'managed' }));
  await exposed(world, 'shop/quiet', ['quiet.example.com']);
  await exposed(world, 'shop/loud', ['loud.example.com']);

  expect(recordAt(world, 'loud.example.com')).toBeDefined();
  expect(recordAt(world, 'quiet.example.com')).toBeUndefined();

  await withdraw(world, 'shop/loud');

  await unexposed(world, 'shop/loud');
  expect(recordAt(world, 'loud.example.com')).toBeUndefined();
});
