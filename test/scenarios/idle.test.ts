/** The requests of an operator when nothing happens between two drift checks. */
import { expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { exposed } from '../support/world-views.ts';

/** Factor over real time. The operator reads its Secrets every 10 s of its own clock. */
const SPEED = 50;
const PASSES = 6;

/** Six passes with two reads each, the API token and the tunnel's credentials, and one more at either end. */
const MOST_PER_MINUTE = 2 * 8;

let passes = 0;

const world = useLocalWorld({
  operator: {
    speed: SPEED,
    observer: { ended: ({ controller }) => void (passes += controller === 'tunnel' ? 1 : 0) },
    driftIntervalMs: 600_000,
  },
});

it('an idle operator reads two Secrets of each Tunnel every ten seconds, and nothing else', async () => {
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
  await world.kube.create(service('shop/idle', { tunnel: 'home', hostname: 'idle.example.com' }));
  await exposed(world, 'shop/idle', ['idle.example.com']);
  await morePasses();
  const { kubernetes, cloudflare } = world.sandbox;
  kubernetes.calls.clear();
  cloudflare.calls.clear();
  const began = performance.now();

  await morePasses();
  const minutes = ((performance.now() - began) * SPEED) / 60_000;

  const asked = kubernetes.calls.entries.filter(({ userAgent }) => userAgent === 'cftunnel-operator');
  expect(new Set(asked.map(({ target }) => `${target?.verb} ${target?.resource}`))).toEqual(new Set(['get secrets']));
  expect(asked.length / minutes).toBeLessThan(MOST_PER_MINUTE);
  expect(cloudflare.calls.count()).toBe(0);
});

async function morePasses(): Promise<void> {
  const until = passes + PASSES;
  await eventually(() => expect(passes).toBeGreaterThanOrEqual(until));
}
