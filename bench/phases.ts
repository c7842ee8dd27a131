import type { BenchWorld } from './world.ts';

/** How long idleness is watched, in drift intervals. */
export const IDLE_INTERVALS = 3;

/** The shortest interval that means anything: a Tunnel is looked at no more often than every ten seconds. */
const IDLE_INTERVAL_SECONDS = 10;

/** So rare that nothing of it falls into a phase. */
const NO_DRIFT = '1h';

/** No call for so long is taken for the end of the work; a repetition after a failure comes sooner. */
export const QUIET_MS = 1_500;

export type PhaseName = 'cold start' | 'one change' | 'mass change' | 'idle' | 'restart' | 'mass delete';

/** One thing that happens in the life of an operator. */
export interface Phase {
  readonly name: PhaseName;
  /** Begins with a fresh process that looks for drift so often. */
  readonly freshProcess?: { readonly driftInterval: string };
  readonly act?: (world: BenchWorld) => void;
  /** How long nothing must have been asked for until all is taken to be at rest. */
  readonly quietMs?: number;
  /** Counts only what happens within this time from the moment when all is at rest. */
  readonly watchMs?: number;
}

/** In this order, each on what the one before has left. */
export const PHASES: readonly Phase[] = [
  { name: 'cold start', freshProcess: { driftInterval: NO_DRIFT } },
  { name: 'one change', act: (world) => world.renameOne() },
  { name: 'mass change', act: (world) => world.renameAll() },
  {
    name: 'idle',
    freshProcess: { driftInterval: `${IDLE_INTERVAL_SECONDS}s` },
    watchMs: IDLE_INTERVALS * IDLE_INTERVAL_SECONDS * 1000,
  },
  // Watched longer: its world is settled before it has looked at it.
  { name: 'restart', freshProcess: { driftInterval: NO_DRIFT }, quietMs: 2 * QUIET_MS },
  { name: 'mass delete', act: (world) => world.deleteServices() },
];

/** All but the one that takes half a minute. */
export const QUICK_PHASES: readonly Phase[] = PHASES.filter(({ watchMs }) => watchMs === undefined);
