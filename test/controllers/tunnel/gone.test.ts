import { expect, it } from '@jest/globals';
import type { TunnelContext } from '../../../src/controllers/tunnel/context.ts';
import { reconcileTunnel } from '../../../src/controllers/tunnel/reconcile.ts';
import { Patience } from '../../../src/runtime/patience.ts';

const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };
const KEY = 'shop/home';

it('a Tunnel that went without its operator leaves no clock running for the next one of its name', async () => {
  const world = { now: 0 };
  const patience = new Patience({ now: () => world.now });
  const [map, waiting] = [new Map<string, never>(), { done: () => undefined }];
  const ctx = {
    patience,
    secrets: {},
    tunnels: { get: () => undefined },
    answers: { forget: () => undefined },
    lastAccess: map,
    lastPass: map,
    cleared: map,
    departed: map,
    foreignConnectors: map,
    calm: waiting,
    standstill: waiting,
    postNews: () => undefined,
    releasable: () => [],
    wakeServices: () => undefined,
  } as unknown as TunnelContext;
  for (const clock of [KEY, `${KEY} release`]) patience.waitedMs(clock);
  world.now = 300_000;

  await reconcileTunnel(ctx, KEY, PASS);

  expect([KEY, `${KEY} release`].map((clock) => patience.waitedMs(clock))).toEqual([0, 0]);
});
