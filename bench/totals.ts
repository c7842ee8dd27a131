import type { Measurement } from './measure.ts';
import { IDLE_INTERVALS, type PhaseName } from './phases.ts';
import type { CaseResult } from './run.ts';

/** All Cloudflare calls of a phase. */
export function cloudflareCalls(result: CaseResult, phase: PhaseName): number {
  return total(measurementOf(result, phase).cloudflareCalls);
}

/** Cloudflare calls of a phase that could change something. */
export function cloudflareWrites(result: CaseResult, phase: PhaseName): number {
  const { cloudflareCalls: calls } = measurementOf(result, phase);
  return total(Object.fromEntries(Object.entries(calls).filter(([endpoint]) => !endpoint.startsWith('GET'))));
}

/** All writes to the cluster in a phase, except for the Lease. */
export function kubernetesWrites(result: CaseResult, phase: PhaseName): number {
  return total(measurementOf(result, phase).kubernetesWrites);
}

/** Writes until every Service has been exposed and deleted, including the share of the Tunnels. */
export function writesPerService(result: CaseResult): number {
  const writes = kubernetesWrites(result, 'cold start') + kubernetesWrites(result, 'mass delete');
  return writes / result.benchCase.services;
}

/** Cloudflare calls of one drift interval in which nothing changes. */
export function callsPerInterval(result: CaseResult): number {
  return cloudflareCalls(result, 'idle') / IDLE_INTERVALS;
}

/** The highest of all phases. */
export function peakRssMb({ measurements }: CaseResult): number {
  return Math.max(...measurements.map((one) => one.peakRssMb));
}

/** The highest of all phases. */
export function proxyKib({ measurements }: CaseResult): number {
  return Math.max(...measurements.map((one) => one.proxyKib));
}

/** Whether all of these phases were measured. */
export function hasPhase({ measurements }: CaseResult, ...phases: readonly PhaseName[]): boolean {
  return phases.every((phase) => measurements.some((one) => one.phase === phase));
}

/** Throws if the phase was not measured. `hasPhase` tells. */
export function measurementOf({ measurements }: CaseResult, phase: PhaseName): Measurement {
  const found = measurements.find((one) => one.phase === phase);
  if (found === undefined) throw new Error(`the phase "${phase}" was not measured`);
  return found;
}

/** The sum of all counts. */
export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
