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

/** Milliseconds before attempt `failures + 1`; between half and the whole of the doubled pace. */
export function backoffMs(disposition: Disposition, failures: number, random: () => number): number {
  const { firstMs, mostMs } = PACES[disposition];
  const whole = Math.min(firstMs * 2 ** Math.min(failures, 20), mostMs);
  return whole * (0.5 + random() / 2);
}
