import type { Measurement } from './measure.ts';

/** A promise about one figure, by the number of Services. */
interface Budget {
  readonly what: string;
  readonly limit: (services: number) => number;
  readonly actual: (measurements: readonly Measurement[]) => number;
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
const sumOver =
  (figure: (one: Measurement) => number, ...phases: readonly string[]) =>
  (all: readonly Measurement[]) =>
    all.filter(({ phase }) => phases.includes(phase)).reduce((sum, one) => sum + figure(one), 0);
const cloudflareWrites = ({ cloudflareCalls }: Measurement): number =>
  Object.entries(cloudflareCalls).reduce((sum, [endpoint, count]) => sum + (endpoint.startsWith('GET') ? 0 : count), 0);

/** The promises that a change must not break. */
const BUDGETS: readonly Budget[] = [
  {
    what: 'Cloudflare calls from nothing to all exposed',
    limit: () => 10,
    actual: sumOver(({ cloudflareCalls }) => total(cloudflareCalls), 'create the Tunnel', 'expose all'),
  },
  { what: 'rollouts to expose all', limit: () => 2, actual: sumOver(({ rollouts }) => rollouts, 'expose all') },
  {
    what: 'Kubernetes writes from nothing to all exposed and back',
    limit: (services) => 4 * services + 40,
    actual: sumOver(
      ({ kubernetesWrites }) => total(kubernetesWrites),
      'create the Tunnel',
      'expose all',
      'un-expose all',
    ),
  },
  {
    what: 'writes of a restart in an unchanged world',
    limit: () => 0,
    actual: sumOver((one) => total(one.kubernetesWrites) + cloudflareWrites(one), 'restart, unchanged'),
  },
  { what: 'seconds of CPU to start', limit: () => 0.5, actual: sumOver(({ cpuSeconds }) => cpuSeconds, 'start') },
  { what: 'MB of memory when idle', limit: () => 90, actual: sumOver(({ rssMb }) => rssMb, 'start') },
];

/** One line for each budget that a run with so many Services has overspent. */
export function overspent(services: number, measurements: readonly Measurement[]): readonly string[] {
  const ofRun = measurements.filter((one) => one.services === services);
  return BUDGETS.flatMap(({ what, limit, actual }) => {
    const [spent, allowed] = [actual(ofRun), limit(services)];
    return spent <= allowed ? [] : [`${services} Services: ${what}: ${spent.toFixed(2)}, budget ${allowed}`];
  });
}
