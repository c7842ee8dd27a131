import type { Measurement } from './measure.ts';

/** The figures as a Markdown table, ready for the docs. */
export function asTable(measurements: readonly Measurement[]): string {
  const header = [
    'Services',
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
  const rows = measurements.map((one) => [
    String(one.services),
    one.phase,
    String(sum(one.cloudflareCalls)),
    String(sum(one.kubernetesWrites)),
    String(one.configMapVersions),
    String(one.rollouts),
    one.wallSeconds.toFixed(1),
    one.cpuSeconds.toFixed(2),
    one.rssMb.toFixed(0),
    one.peakRssMb.toFixed(0),
  ]);
  return [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** What the sums are made of. */
export function asDetails(measurements: readonly Measurement[]): string {
  return measurements
    .map(
      ({ services, phase, cloudflareCalls, kubernetesWrites }) =>
        `${services}, ${phase}\n  Cloudflare: ${listed(cloudflareCalls)}\n  Kubernetes: ${listed(kubernetesWrites)}`,
    )
    .join('\n');
}

function listed(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} x ${name}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
