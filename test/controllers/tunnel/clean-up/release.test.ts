import { expect, it } from '@jest/globals';
import { type ReleasePort, release } from '../../../../src/controllers/tunnel/clean-up/release.ts';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import type { RoutingTable } from '../../../../src/core/routing/table.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aClock, aPass } from '../../../support/tunnel-pass.ts';

const TUNNEL = aTunnel('shop/home', { finalized: true, deleting: true });
const NO_REQUESTS = { resultsByTunnel: new Map() } as unknown as RoutingTable;

/** What happens once the Tunnel has waited for so long for the Services that are still held. */
async function releasing({ waitedMs, held }: { readonly waitedMs: number; readonly held: readonly string[] }) {
  const woken: string[] = [];
  const finalizers: (readonly string[])[] = [];
  const statuses: unknown[] = [];
  const port: ReleasePort = {
    releasable: () => held,
    wakeServices: (services) => void woken.push(...services),
    postObservation: () => undefined,
    observationOf: () => undefined,
    unansweredMs: () => undefined,
    tunnels: { get: () => undefined },
    sources: { conditionOf: () => undefined },
    deployments: { get: () => undefined },
    routing: () => NO_REQUESTS,
    now: () => '',
    record: async () => undefined,
    objects: {
      setFinalizers: async (_, list) => finalizers.push(list) > 0,
      applyStatus: async (_, status) => void statuses.push(status),
    },
  };
  const clock = aClock();
  const memories = new TunnelMemories(clock);
  memories.of(TUNNEL).waits.startOrContinue('release');
  clock.nowMs = waitedMs;
  const outcome = await release(port, aPass(TUNNEL, { memories }));
  return { outcome, woken, isGone: finalizers.length === 1, said: JSON.stringify(statuses) };
}

// Invariant 35.
it('a Tunnel loses its finalizer at once when no Service is held', async () => {
  expect(await releasing({ waitedMs: 0, held: [] })).toMatchObject({ isGone: true, woken: [], said: '[]' });
});

// Invariant 35.
it('a Tunnel has its Services released first', async () => {
  const { outcome, woken, isGone } = await releasing({ waitedMs: 0, held: ['shop/web'] });

  expect({ woken, isGone }).toEqual({ woken: ['shop/web'], isGone: false });
  expect(outcome).toEqual({ recheckAfterMs: 1_000 });
});

it('a Service that cannot be released is named in the condition of the Tunnel', async () => {
  const { outcome, isGone, said } = await releasing({ waitedMs: 10_000, held: ['shop/web'] });

  expect(isGone).toBe(false);
  expect(said).toContain('Waiting for the finalizer cftunnel.io/finalizer to be removed from Services shop/web');
  expect(outcome.failures).toHaveLength(1);
});

it('a Service that cannot be released does not keep a Tunnel for ever', async () => {
  expect(await releasing({ waitedMs: 60_000, held: ['shop/web'] })).toMatchObject({ isGone: true });
});
