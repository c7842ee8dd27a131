import { isIdeal, titleOfSize, titleOfNetworkProfile } from './case.ts';
import { PHASES, type PhaseName } from './phases.ts';
import { asMarkdownTable, figure } from './report.ts';
import type { CaseResult } from './run.ts';
import {
  callsPerInterval,
  cloudflareCalls,
  hasPhase,
  kubernetesWrites,
  measurementOf,
  peakRssMb,
  writesPerService,
} from './totals.ts';

const ALL: readonly PhaseName[] = PHASES.map(({ name }) => name);
const TIMED = ALL.filter((name) => name !== 'idle');
const COMPLETE = (result: CaseResult): boolean => hasPhase(result, ...ALL);

/** Cloudflare calls of every case, by phase. */
export function asCallTable(results: readonly CaseResult[]): string {
  const header = [
    'Size',
    'Cloudflare',
    ...ALL.map((name) => (name === 'idle' ? 'idle, per interval' : name)),
    'failed',
  ];
  const rows = results
    .filter(COMPLETE)
    .map((result) => [
      ...titles(result),
      ...ALL.map((name) => figure(name === 'idle' ? callsPerInterval(result) : cloudflareCalls(result, name))),
      figure(result.failedCalls),
    ]);
  return asMarkdownTable(header, rows);
}

/** Seconds of every case by phase, and its use of machine and cluster. */
export function asTimeTable(results: readonly CaseResult[]): string {
  const cost = ['CPU s of a cold start', 'Kubernetes writes of a cold start', 'writes per Service', 'peak MB'];
  const header = ['Size', 'Cloudflare', ...TIMED.map((name) => `${name}, s`), ...cost];
  const rows = results
    .filter(COMPLETE)
    .map((result) => [
      ...titles(result),
      ...TIMED.map((name) => measurementOf(result, name).wallSeconds.toFixed(1)),
      measurementOf(result, 'cold start').cpuSeconds.toFixed(1),
      figure(kubernetesWrites(result, 'cold start')),
      figure(writesPerService(result)),
      peakRssMb(result).toFixed(0),
    ]);
  return asMarkdownTable(header, rows);
}

/** Shows each size once, above its network profiles. */
function titles({ benchCase }: CaseResult): readonly string[] {
  return [isIdeal(benchCase) ? titleOfSize(benchCase) : '', titleOfNetworkProfile(benchCase)];
}
