import { expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import { tunnel } from '../support/world-objects.ts';
import { conditionOf } from '../support/world-views.ts';

const HOSTNAME = 'moving.example.com';

/** In accelerated time, because the operator waits for the other Tunnel. */
const world = useLocalWorld();

it('a deleted Tunnel does not leave a record behind that another Tunnel claims but never takes over', async () => {
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
  await world.kube.annotate('Service', 'shop/web', { 'cftunnel.io/tunnel': 'home', 'cftunnel.io/hostname': HOSTNAME });
  await eventually(() => expect(ownNames()).toEqual([HOSTNAME]));
  await world.kube.create(tunnel('shop/next', { suspend: true }));
  await eventually(async () => expect(await suspended('shop/next')).toBe('Suspended'));

  await world.kube.annotate('Service', 'shop/web', { 'cftunnel.io/tunnel': 'next' });
  await world.kube.delete('Tunnel', 'shop/home');

  await eventually(async () => expect(await world.kube.find('Tunnel', 'shop/home')).toBeUndefined());
  expect(ownNames()).toEqual([]);
});

function ownNames(): readonly string[] {
  return world.ownRecords().map(({ name }) => name);
}

async function suspended(key: string): Promise<string | undefined> {
  return conditionOf(await world.kube.get('Tunnel', key), 'Ready')?.reason;
}
