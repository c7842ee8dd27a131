import { beforeAll, expect, it } from '@jest/globals';
import { tracesOf } from '../support/local-world.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import { request, withdraw } from '../support/world-actions.ts';
import { tunnel } from '../support/world-objects.ts';
import { becomes } from '../support/world-views.ts';

const HOSTNAME = 'web.example.com';
const ALL = { isRuled: true, isRecorded: true, hasFinalizer: true };
const NOTHING = { isRuled: false, isRecorded: false, hasFinalizer: false };

const world = useLocalWorld();

beforeAll(async () => {
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
});

// Invariant 10.
it.each([
  { what: 'the zones', path: /\/zones$/ },
  { what: 'the records', path: /\/dns_records$/ },
])('while $what cannot be listed, nothing of a withdrawn Service is released', async ({ path }) => {
  await request(world, 'shop/web', 'home', HOSTNAME);
  await eventually(async () => expect(await tracesOf(world, HOSTNAME)).toEqual(ALL));
  await world.stopOperator();
  const outage = world.sandbox.cloudflare.faults.add({ method: 'GET', path, effect: { kind: 'reply', status: 503 } });
  await withdraw(world, 'shop/web');

  await world.startOperator();
  await becomes(world, ['Tunnel', 'shop/home'], 'DNSReady', { status: 'False', reason: 'CloudflareUnavailable' });
  const meanwhile = await tracesOf(world, HOSTNAME);
  outage.remove();

  expect(meanwhile).toEqual(ALL);
  await eventually(async () => expect(await tracesOf(world, HOSTNAME)).toEqual(NOTHING));
});
