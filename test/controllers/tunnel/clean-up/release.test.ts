import { describe, expect, it } from '@jest/globals';
import { FINALIZER } from '../../../../src/api/names.ts';
import { NOTHING_SERVED } from '../../../support/routes.ts';
import { TunnelWorld } from '../../../support/tunnel-world.ts';

const HELD_UP =
  'Waiting for the finalizer cftunnel.io/finalizer to be removed from Services shop/web, which the API server refuses';

// Invariant 35.
describe('a Tunnel of which nothing is published any more', () => {
  it('loses its finalizer and its observation at once when no Service is held', async () => {
    const world = await releasing([]);
    world.edit({ metadata: { finalizers: [FINALIZER, 'example.com/other'] } });

    expect(await world.pass()).toEqual({ failures: [] });
    expect(world.log).toEqual(['finalizers example.com/other']);
    expect(world.observation).toBeUndefined();
  });

  it.each([
    { waitedMs: 4_999, log: ['wake services shop/web'], failures: undefined, isGone: false },
    { waitedMs: 5_000, log: ['write status', 'Deleting'], failures: [['wait', HELD_UP]], isGone: false },
    { waitedMs: 59_999, log: ['write status', 'Deleting'], failures: [['wait', HELD_UP]], isGone: false },
    { waitedMs: 60_000, log: ['finalizers '], failures: undefined, isGone: true },
  ])('waits $waitedMs ms for a Service that is held: $log', async ({ waitedMs, log, failures, isGone }) => {
    const world = await releasing(['shop/web']);
    expect(await world.pass()).toEqual({ recheckAfterMs: 1_000, failures: [] });
    world.log.length = 0;
    world.clock.nowMs = waitedMs;

    const outcome = await world.pass();

    expect(world.log).toEqual(log);
    expect(outcome.recheckAfterMs).toBe(isGone ? undefined : 1_000);
    expect(outcome.failures?.map((failure) => [failure.disposition, failure.message])).toEqual(failures);
    expect(world.condition('TunnelReady')?.message).toBe(failures?.[0]?.[1]);
  });
});

/** Nothing was ever created at Cloudflare. */
async function releasing(held: readonly string[]): Promise<TunnelWorld> {
  const world = new TunnelWorld({ finalized: true, deleting: true });
  world.held = held;
  world.observation = NOTHING_SERVED;
  return world;
}
