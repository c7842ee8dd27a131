import { expect, it } from '@jest/globals';
import type { TunnelContext } from '../../../src/controllers/tunnel/context.ts';
import { reconcileTunnel } from '../../../src/controllers/tunnel/reconcile.ts';
import { waitOf } from '../../../src/controllers/tunnel/waits.ts';
import { Patience } from '../../../src/runtime/patience.ts';

const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };
const MAP = { delete: () => true };
const MEMORY = { done: () => undefined, forget: () => undefined };

it('a Tunnel that has gone leaves its successor the whole time to wait', async () => {
  let now = 0;
  const patience = new Patience({ now: () => now });
  const waits = (['credentials', 'handover', 'release', 'unseen zones'] as const).map((what) => waitOf('a/b', what));
  for (const wait of waits) patience.waitedMs(wait);
  now = 600_000;

  await reconcileTunnel(aContext(patience), 'a/b', PASS);

  expect(waits.map((wait) => patience.waitedMs(wait))).toEqual([0, 0, 0, 0]);
});

function aContext(patience: Patience): TunnelContext {
  return {
    patience,
    tunnels: { get: () => undefined },
    secrets: { get: async () => undefined, forget: () => undefined },
    lastAccess: MAP,
    lastPass: MAP,
    cleared: MAP,
    foreignConnectors: MAP,
    departed: MAP,
    answers: MEMORY,
    calm: MEMORY,
    standstill: MEMORY,
    postNews: () => undefined,
    wakeServices: () => undefined,
    releasable: () => [],
  } as unknown as TunnelContext;
}
