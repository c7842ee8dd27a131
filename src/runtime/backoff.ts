import type { Disposition } from './errors.ts';

interface Pace {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** How soon a failed key is looked at again; doubling, with jitter, so that many keys do not come back as one. */
const PACES: Readonly<Record<Disposition, Pace>> = {
  retry: { firstMs: 500, mostMs: 60_000 },
  wait: { firstMs: 2_000, mostMs: 10_000 },
  stall: { firstMs: 2_000, mostMs: 300_000 },
};

/** After a conflict: the cache has the other's write in a moment. */
const CONFLICT: Pace = { firstMs: 50, mostMs: 10_000 };

/** Milliseconds before attempt `failures + 1`; between half and the whole of the doubled pace. */
export function backoffMs(disposition: Disposition, failures: number, random: () => number): number {
  return paced(PACES[disposition], failures, random);
}

/** Milliseconds before the next look after a number of conflicts in a row. */
export function conflictMs(conflicts: number, random: () => number): number {
  return paced(CONFLICT, conflicts, random);
}

function paced({ firstMs, mostMs }: Pace, times: number, random: () => number): number {
  const whole = Math.min(firstMs * 2 ** Math.min(times, 20), mostMs);
  return whole * (0.5 + random() / 2);
}
