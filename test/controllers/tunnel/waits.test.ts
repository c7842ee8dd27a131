import { expect, it } from '@jest/globals';
import type { TunnelContext } from '../../../src/controllers/tunnel/context.ts';
import { reconcileTunnel } from '../../../src/controllers/tunnel/reconcile.ts';
import { waitOf } from '../../../src/controllers/tunnel/waits.ts';
import { Waits } from '../../../src/runtime/waits.ts';

const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };
const MAP = { delete: () => true };
const MEMORY = { end: () => undefined, forget: () => undefined };

it('a Tunnel that has gone leaves its successor the whole time to wait', async () => {
  let now = 0;
  const timers = new Waits({ now: () => now });
  const waits = (['credentials', 'handover', 'release', 'unseen zones'] as const).map((what) => waitOf('a/b', what));
  for (const wait of waits) timers.startOrContinue(wait);
  now = 600_000;

  await reconcileTunnel(aContext(timers), 'a/b', PASS);

  expect(waits.map((wait) => timers.startOrContinue(wait))).toEqual([0, 0, 0, 0]);
});

function aContext(waits: Waits): TunnelContext {
  return {
    waits,
    tunnels: { get: () => undefined },
    secrets: { get: async () => undefined, forget: () => undefined },
    lastAccess: MAP,
    lastPass: MAP,
    unpublished: MAP,
    foreignConnectors: MAP,
    cleanedUp: MAP,
    answers: MEMORY,
    stableSince: MEMORY,
    standstill: MEMORY,
    postObservation: () => undefined,
    wakeServices: () => undefined,
    releasable: () => [],
  } as unknown as TunnelContext;
}
