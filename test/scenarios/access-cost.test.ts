/** What protected hostnames cost. */
import { beforeAll, expect, it } from '@jest/globals';
import { useWorld } from '../support/shared.ts';
import { accessPolicy, service, tunnel } from '../support/world-objects.ts';
import { exposed, ready } from '../support/world-views.ts';

const HOSTNAMES = 100;

const world = useWorld({ speed: 1, flags: ['--drift-interval=1h'] });

beforeAll(async () => {
  await world.addNamespace('shop');
  await world.kube.create(accessPolicy('shop/staff', { decision: 'Allow', include: [{ emailDomain: 'example.com' }] }));
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
  await ready(world, 'shop/home');
  await world.settled();
});

it('are an application each, one batch of records and no more reads, however many there are', async () => {
  world.forgetCalls();
  const names = Array.from({ length: HOSTNAMES }, (_, index) => `web-${index}`);
  await Promise.all(
    names.map((name) =>
      world.kube.create(service(`shop/${name}`, { tunnel: 'home', hostname: `${name}.example.com`, access: 'staff' })),
    ),
  );
  for (const name of names) await exposed(world, `shop/${name}`, [`${name}.example.com`]);
  await world.settled();

  const { calls } = world.cloudflare;
  const written = world.writtenSoFar().cloudflare;
  expect(written.length).toBeLessThanOrEqual(HOSTNAMES + 10);
  expect(calls.count(/^POST .*dns_records\/batch/)).toBe(1);
  expect(calls.count(/^POST .*access\/apps/)).toBe(HOSTNAMES);
  // Each list once, and once more for each burst that the hostnames come in: on a busy machine those are several.
  expect(calls.count(/^GET .*access\//)).toBeLessThanOrEqual(HOSTNAMES / 10);
});

it('are nothing at rest', async () => {
  world.forgetCalls();

  const written = await world.writesAfterRestart();

  expect(written).toEqual({ kubernetes: [], cloudflare: [] });
  expect(world.cloudflare.calls.count(/^GET .*access\//)).toBeLessThanOrEqual(3);
});
