import type { Disposition } from './errors.ts';

interface Pace {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Delay before a failed key is retried. It doubles, with jitter, so that many keys are not retried at once. */
const PACES: Readonly<Record<Disposition, Pace>> = {
  retry: { firstMs: 500, maxMs: 60_000 },
  wait: { firstMs: 2_000, maxMs: 10_000 },
  stall: { firstMs: 2_000, maxMs: 300_000 },
};

/** After a conflict: the cache soon has the other write. */
const CONFLICT: Pace = { firstMs: 50, maxMs: 10_000 };

/** Milliseconds before the retry after `failures + 1` failures. */
export function backoffMs(disposition: Disposition, failures: number, random: () => number): number {
  return paced(PACES[disposition], failures, random);
}

/** Milliseconds before the retry after `conflicts + 1` consecutive conflicts. */
export function conflictMs(conflicts: number, random: () => number): number {
  return paced(CONFLICT, conflicts, random);
}

/** A random delay between half of the doubled delay and all of it. */
function paced({ firstMs, maxMs }: Pace, times: number, random: () => number): number {
  const whole = Math.min(firstMs * 2 ** Math.min(times, 20), maxMs);
  return whole * (0.5 + random() / 2);
}
