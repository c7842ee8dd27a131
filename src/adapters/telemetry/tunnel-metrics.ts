import type { Registry } from 'prom-client';
import type { TunnelFigures } from '../../core/status/figures.ts';
import { registerScrapedGauge } from './scraped-gauge.ts';

const GAUGES = {
  routes: { name: 'cftunnel_routes', help: 'Routes that ask for a Tunnel, by state: attached, refused' },
  records: {
    name: 'cftunnel_records',
    help: 'Hostnames of a Tunnel by state: live (served, and their record exists), refused (their record, or all their rules), pending',
  },
  connectors: {
    name: 'cftunnel_connectors',
    help: 'Connectors of a Tunnel: expected, ready, and foreign ones that use the same tunnel',
  },
} as const satisfies Partial<Record<keyof TunnelFigures, { readonly name: string; readonly help: string }>>;

export function registerTunnelGauges(registry: Registry, tunnels: () => readonly TunnelFigures[]): void {
  for (const [figure, description] of Object.entries(GAUGES))
    registerScrapedGauge(registry, {
      ...description,
      labelNames: ['tunnel', 'state'],
      samples: () =>
        tunnels().flatMap((figures) =>
          Object.entries(figures[figure as keyof typeof GAUGES]).map(
            ([state, count]) => [{ tunnel: figures.tunnel, state }, count] as const,
          ),
        ),
    });
  registerScrapedGauge(registry, {
    name: 'cftunnel_token_age_seconds',
    help: 'Time since the token of a Tunnel was created or last rotated',
    labelNames: ['tunnel'],
    samples: () =>
      tunnels().flatMap(({ tunnel, tokenSince }) =>
        tokenSince === undefined ? [] : [[{ tunnel }, secondsSince(tokenSince)] as const],
      ),
  });
}

function secondsSince(time: string): number {
  return Math.max(0, (Date.now() - Date.parse(time)) / 1000);
}
