import { Gauge, type Registry } from 'prom-client';

export interface ScrapedGauge {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Labels and value of every sample. Samples of earlier scrapes are dropped. */
  readonly samples: () => Iterable<readonly [Readonly<Record<string, string>>, number]>;
}

/** Registers a gauge whose samples are read at every scrape. */
export function registerScrapedGauge(registry: Registry, { samples, ...description }: ScrapedGauge): void {
  const gauge = new Gauge({
    ...description,
    registers: [registry],
    collect() {
      gauge.reset();
      for (const [labels, value] of samples()) gauge.set(labels, value);
    },
  });
}
