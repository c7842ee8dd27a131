import { expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import { request } from '../support/world-actions.ts';
import { tunnel } from '../support/world-objects.ts';
import { becomes, gone } from '../support/world-views.ts';

const HOSTNAME = 'moving.example.com';

/** In accelerated time, because the operator waits for the other Tunnel. */
const world = useLocalWorld();

it('a deleted Tunnel does not leave a record behind that another Tunnel claims but never takes over', async () => {
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
  await request(world, 'shop/web', 'home', HOSTNAME);
  await eventually(() => expect(ownNames()).toEqual([HOSTNAME]));
  await world.kube.create(tunnel('shop/next', { suspend: true }));
  await becomes(world, ['Tunnel', 'shop/next'], 'Ready', { status: 'Unknown', reason: 'Suspended' });

  await world.kube.annotate('Service', 'shop/web', { 'cftunnel.io/tunnel': 'next' });
  await world.kube.delete('Tunnel', 'shop/home');

  await gone(world, 'Tunnel', 'shop/home');
  expect(ownNames()).toEqual([]);
});

function ownNames(): readonly string[] {
  return world.ownRecords().map(({ name }) => name);
}
