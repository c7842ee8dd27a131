import { type BenchCase, isIdeal } from './case.ts';
import { PEERS, type Peer } from './peers.ts';
import type { PhaseName } from './phases.ts';
import { asMarkdownTable, figure } from './report.ts';
import type { CaseResult } from './run.ts';
import { callsPerInterval, cloudflareCalls, hasPhase } from './totals.ts';

/** The titles of the phases. */
const ROWS: readonly (readonly [PhaseName, string])[] = [
  ['cold start', 'from nothing to all exposed'],
  ['idle', 'ten idle minutes'],
  ['one change', 'one hostname changed'],
  ['restart', 'operator restarted, nothing changed'],
  ['mass delete', 'all un-exposed'],
];

/** Cloudflare calls compared with those of the peers, for every size with an ideal network. */
export function asPeerTable(results: readonly CaseResult[]): string {
  const header = ['Hostnames, zones', 'Cloudflare calls', 'cftunnel-operator', ...PEERS.map(({ name }) => name)];
  const rows = results.filter(({ benchCase }) => isIdeal(benchCase)).flatMap(rowsOf);
  return asMarkdownTable(header, rows);
}

function rowsOf(result: CaseResult): readonly (readonly string[])[] {
  const { benchCase } = result;
  return ROWS.filter(([phase]) => hasPhase(result, phase)).map(([phase, title], index) => [
    index === 0 ? `**${figure(benchCase.services)}**, ${benchCase.zones}` : '',
    title,
    `**${figure(ownCalls(result, phase))}**`,
    ...PEERS.map((peer) => peerCell(peer, phase, benchCase)),
  ]);
}

/** The default drift interval is ten minutes. */
function ownCalls(result: CaseResult, phase: PhaseName): number {
  return phase === 'idle' ? callsPerInterval(result) : cloudflareCalls(result, phase);
}

function peerCell({ calls, measured }: Peer, phase: PhaseName, { services, zones }: BenchCase): string {
  const formula = calls[phase];
  if (formula === undefined) return '?';
  const isMeasured = measured[phase]?.includes(services) === true;
  return `${figure(formula(services, zones))} ${isMeasured ? '(m)' : '(c)'}`;
}
