import { isHeld, type Verdict } from './budgets.ts';
import { titleOf } from './case.ts';
import type { CaseResult } from './run.ts';
import { total } from './totals.ts';

const HEADER = [
  'Phase',
  'Cloudflare calls',
  'Kubernetes writes',
  'ConfigMap versions',
  'Rollouts',
  'Wall s',
  'CPU s',
  'RSS MB',
  'Peak RSS MB',
];

/** All results of a case, for the terminal. */
export function asText({ benchCase, measurements, failedCalls, problems }: CaseResult): string {
  const rows = measurements.map((one) => [
    one.phase,
    String(total(one.cloudflareCalls)),
    String(total(one.kubernetesWrites)),
    String(one.configMapVersions),
    String(one.rollouts),
    one.wallSeconds.toFixed(1),
    one.cpuSeconds.toFixed(2),
    one.rssMb.toFixed(0),
    one.peakRssMb.toFixed(0),
  ]);
  const details = measurements.map(
    ({ phase, cloudflareCalls, kubernetesWrites }) =>
      `${phase}\n  Cloudflare: ${listed(cloudflareCalls)}\n  Kubernetes: ${listed(kubernetesWrites)}`,
  );
  const title = `${titleOf(benchCase)}${failedCalls > 0 ? ` (${failedCalls} calls failed)` : ''}`;
  return [`# ${title}`, asMarkdownTable(HEADER, rows), ...details, ...problems].join('\n');
}

/** The end of a run: the number of kept budgets, and a line for each exceeded one. */
export function asVerdict(verdicts: readonly Verdict[]): string {
  const overspent = verdicts.filter((verdict) => !isHeld(verdict));
  const lines = overspent.map(
    ({ what, benchCase, spent, allowed }) =>
      `overspent: ${what}: ${figure(spent)}, budget ${figure(allowed)} (${titleOf(benchCase)})`,
  );
  return [`${verdicts.length - overspent.length} of ${verdicts.length} budgets held`, ...lines].join('\n');
}

/** A table in Markdown. */
export function asMarkdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** A number in its shortest form: whole if it is an integer, otherwise with one decimal. */
export function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

function listed(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} x ${name}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
