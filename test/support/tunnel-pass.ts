import type { Tunnel } from '../../src/api/objects.ts';
import { TunnelMemories } from '../../src/controllers/tunnel/pass/memory.ts';
import { type PassPort, type TunnelPass, beginPass } from '../../src/controllers/tunnel/pass/tunnel-pass.ts';
import type { Pass } from '../../src/runtime/controller.ts';

/** The non-default properties of a pass. */
export interface PassTraits extends Partial<Pass>, Partial<PassPort> {}

/** The first pass over a Tunnel, in a cluster called `test`, without a readable Secret. */
export function aPass(tunnel: Tunnel, traits: PassTraits = {}): TunnelPass {
  const { signal = new AbortController().signal, failures = 0, isRetry = false } = traits;
  const port: PassPort = {
    cluster: 'test',
    driftIntervalMs: 60_000,
    hash: (text) => `hash of ${text.length}`,
    secrets: { get: async () => undefined, forget: () => undefined },
    memories: new TunnelMemories(),
    ...traits,
  };
  return beginPass(port, tunnel, { signal, failures, isRetry });
}

/** A clock that the test advances. */
export function aClock(): { nowMs: number; now(): number } {
  return {
    nowMs: 0,
    now() {
      return this.nowMs;
    },
  };
}
