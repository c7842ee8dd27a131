import type { BenchWorld } from './world.ts';

/** The duration of the idle phase, in drift intervals. */
export const IDLE_INTERVALS = 3;

/** The shortest useful interval, because a Tunnel is reconciled at most every ten seconds. */
const IDLE_INTERVAL_SECONDS = 10;

/** So long that no drift check falls into a phase. */
const NO_DRIFT = '1h';

/** The work counts as done after this time without a call. A retry after a failure comes sooner. */
export const QUIET_MS = 1_500;

export type PhaseName =
  'cold start' | 'one change' | 'endpoint change' | 'mass change' | 'idle' | 'restart' | 'mass delete';

/** A phase in the life of an operator. */
export interface Phase {
  readonly name: PhaseName;
  /** Starts with a new process with this drift interval. */
  readonly freshProcess?: { readonly driftInterval: string };
  readonly act?: (world: BenchWorld) => void;
  /** How long no request must be made until the phase is over. */
  readonly quietMs?: number;
  /** Counts only what happens within this time after the world is settled. */
  readonly watchMs?: number;
}

/** In this order, each on the result of the previous one. */
export const PHASES: readonly Phase[] = [
  { name: 'cold start', freshProcess: { driftInterval: NO_DRIFT } },
  { name: 'one change', act: (world) => world.renameOne() },
  { name: 'mass change', act: (world) => world.renameAll() },
  {
    name: 'idle',
    freshProcess: { driftInterval: `${IDLE_INTERVAL_SECONDS}s` },
    watchMs: IDLE_INTERVALS * IDLE_INTERVAL_SECONDS * 1000,
  },
  // With a longer quiet time, because the world is settled before the operator has read it.
  { name: 'restart', freshProcess: { driftInterval: NO_DRIFT }, quietMs: 2 * QUIET_MS },
  { name: 'mass delete', act: (world) => world.deleteServices() },
];

/** The pods of one Service change. Only the proxy follows them. */
const ENDPOINT_CHANGE: Phase = {
  name: 'endpoint change',
  act: (world) => world.replacePods(),
  quietMs: 2 * QUIET_MS,
};

/** The same, and after the first change what only the proxy does. */
export function withEndpointChange(phases: readonly Phase[]): readonly Phase[] {
  return phases.flatMap((phase) => (phase.name === 'one change' ? [phase, ENDPOINT_CHANGE] : [phase]));
}

/** All except the one that takes half a minute. */
export const QUICK_PHASES: readonly Phase[] = PHASES.filter(({ watchMs }) => watchMs === undefined);
