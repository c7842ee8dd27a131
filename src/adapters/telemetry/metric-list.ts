import type { Registry } from 'prom-client';

/** What is documented about a metric. */
export interface Described {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
  readonly help: string;
}

const PREFIX = 'cftunnel_';

/** The metrics whose names begin with our prefix, by name. */
export function describeMetrics(registry: Registry): readonly Described[] {
  // The package returns the metrics themselves, which know more than its types say.
  const all = registry.getMetricsAsArray() as unknown as readonly Described[];
  return all
    .filter(({ name }) => name.startsWith(PREFIX))
    .map(({ name, type, labelNames, help }) => ({ name, type, labelNames, help }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
