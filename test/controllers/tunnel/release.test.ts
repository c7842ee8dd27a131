import { expect, it } from '@jest/globals';
import type { TunnelContext } from '../../../src/controllers/tunnel/context.ts';
import { release } from '../../../src/controllers/tunnel/release.ts';
import { aTunnel } from '../../support/builders.ts';

const TUNNEL = aTunnel('shop/home', { finalized: true, deleting: true });
const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };

/** What happens when the Tunnel has waited for so long for the Services that are still held. */
async function releasing({
  startOrContinue,
  held,
}: {
  readonly startOrContinue: number;
  readonly held: readonly string[];
}) {
  const woken: string[] = [];
  const finalizers: (readonly string[])[] = [];
  const statuses: unknown[] = [];
  const ctx = {
    cleanedUp: new Map(),
    releasable: () => held,
    waits: { startOrContinue: () => startOrContinue, done: () => undefined },
    wakeServices: (services: readonly string[]) => void woken.push(...services),
    postObservation: () => undefined,
    tunnels: { get: () => undefined },
    deployments: { get: () => undefined },
    routing: () => ({ resultsByTunnel: new Map() }),
    now: () => '',
    record: async () => undefined,
    objects: {
      setFinalizers: async (_: unknown, list: readonly string[]) => void finalizers.push(list),
      applyStatus: async (_: unknown, status: unknown) => void statuses.push(status),
    },
  } as unknown as TunnelContext;
  const outcome = await release(ctx, TUNNEL, PASS);
  return { outcome, woken, isGone: finalizers.length === 1, said: JSON.stringify(statuses) };
}

// Invariant 35.
it('a Tunnel loses its finalizer at once when no Service is held', async () => {
  expect(await releasing({ startOrContinue: 0, held: [] })).toMatchObject({ isGone: true, woken: [], said: '[]' });
});

// Invariant 35.
it('a Tunnel has its Services released first', async () => {
  const { outcome, woken, isGone } = await releasing({ startOrContinue: 0, held: ['shop/web'] });

  expect({ woken, isGone }).toEqual({ woken: ['shop/web'], isGone: false });
  expect(outcome).toEqual({ recheckAfterMs: 1_000 });
});

it('a Service that cannot be released is named in the condition of the Tunnel', async () => {
  const { outcome, isGone, said } = await releasing({ startOrContinue: 10_000, held: ['shop/web'] });

  expect(isGone).toBe(false);
  expect(said).toContain('Waits until the finalizer cftunnel.io/finalizer is off Services shop/web');
  expect(outcome.failures).toHaveLength(1);
});

it('a Service that cannot be released does not keep a Tunnel for ever', async () => {
  expect(await releasing({ startOrContinue: 60_000, held: ['shop/web'] })).toMatchObject({ isGone: true });
});
