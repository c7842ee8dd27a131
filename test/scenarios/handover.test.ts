import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type CrashWorld, MARK, startCrashWorld } from '../crash/crash-world.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { startHurriedOperator } from '../support/hurried-operator.ts';
import type { LocalOperator } from '../support/local-operator.ts';
import { tunnel } from '../support/world-objects.ts';
import { conditionOf } from '../support/world-views.ts';

const HOSTNAME = 'moving.example.com';

let world: CrashWorld;
let operator: LocalOperator;

/** In accelerated time, because the operator waits for the other Tunnel. */
beforeAll(async () => {
  world = await startCrashWorld();
  operator = await startHurriedOperator(world);
});
afterAll(async () => {
  await operator.stop();
  await world.sandbox.stop();
});

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
  return world
    .records()
    .filter(({ comment }) => comment?.startsWith(MARK) === true)
    .map(({ name }) => name);
}

async function suspended(key: string): Promise<string | undefined> {
  return conditionOf(await world.kube.get('Tunnel', key), 'Ready')?.reason;
}
