import { Gauge, type Registry } from 'prom-client';
import type { TunnelFigures } from '../../core/status/figures.ts';

/** The gauges of each Tunnel; a Tunnel that is gone is gone from them, too. */
const GAUGES = {
  routes: { name: 'cftunnel_routes', help: 'Routes that ask for a Tunnel, by state: attached, refused' },
  records: {
    name: 'cftunnel_records',
    help: 'Hostnames of a Tunnel by state: live (served, and their record in place), refused (their record, or every rule of theirs), pending',
  },
  connectors: {
    name: 'cftunnel_connectors',
    help: 'Connectors of a Tunnel: expected, ready, and foreign ones that share its tunnel',
  },
} as const satisfies Partial<Record<keyof TunnelFigures, { readonly name: string; readonly help: string }>>;

/** Registers what is counted anew at every scrape. */
export function registerFigures(registry: Registry, tunnels: () => readonly TunnelFigures[]): void {
  for (const [what, { name, help }] of Object.entries(GAUGES)) {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['tunnel', 'state'],
      registers: [registry],
      collect() {
        gauge.reset();
        for (const figures of tunnels())
          for (const [state, count] of Object.entries(figures[what as keyof typeof GAUGES]))
            gauge.set({ tunnel: figures.tunnel, state }, count);
      },
    });
  }
}
