import type { Registry } from 'prom-client';
import type { TunnelFigures } from '../../core/status/figures.ts';
import { registerScrapedGauge } from './scraped-gauge.ts';

/** Gauges with one sample for each state. */
const BY_STATE = {
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

type ReadTunnels = () => readonly TunnelFigures[];

export function registerTunnelGauges(registry: Registry, tunnels: ReadTunnels): void {
  registerStates(registry, tunnels);
  registerConditions(registry, tunnels);
  for (const { value, ...description } of VALUES)
    registerScrapedGauge(registry, {
      ...description,
      labelNames: ['tunnel'],
      samples: () =>
        tunnels().flatMap((figures) => {
          const known = value(figures);
          return known === undefined ? [] : [[{ tunnel: figures.tunnel }, known] as const];
        }),
    });
}

function registerStates(registry: Registry, tunnels: ReadTunnels): void {
  for (const [figure, description] of Object.entries(BY_STATE))
    registerScrapedGauge(registry, {
      ...description,
      labelNames: ['tunnel', 'state'],
      samples: () =>
        tunnels().flatMap((figures) =>
          Object.entries(figures[figure as keyof typeof BY_STATE]).map(
            ([state, count]) => [{ tunnel: figures.tunnel, state }, count] as const,
          ),
        ),
    });
}

function registerConditions(registry: Registry, tunnels: ReadTunnels): void {
  registerScrapedGauge(registry, {
    name: 'cftunnel_tunnel_condition',
    help: 'Always 1. A condition in the status of a Tunnel, with its status (True, False, Unknown) and reason',
    labelNames: ['tunnel', 'type', 'status', 'reason'],
    samples: () =>
      tunnels().flatMap(({ tunnel, conditions }) =>
        conditions.map(({ type, status, reason }) => [{ tunnel, type, status, reason }, 1] as const),
      ),
  });
}

interface TunnelValue {
  readonly name: string;
  readonly help: string;
  /** `undefined`: the Tunnel has no sample. */
  readonly value: (figures: TunnelFigures) => number | undefined;
}

const VALUES: readonly TunnelValue[] = [
  {
    name: 'cftunnel_tunnel_last_success_timestamp_seconds',
    help: 'When a pass over a Tunnel last ended without a failure (0: none has since the operator started)',
    value: ({ succeededAt }) => (succeededAt === undefined ? 0 : Date.parse(succeededAt) / 1000),
  },
  {
    name: 'cftunnel_tunnel_config_version',
    help: 'Version of the rules at Cloudflare, of Tunnels with configMode Remote',
    value: ({ configVersion }) => configVersion,
  },
  {
    name: 'cftunnel_token_age_seconds',
    help: 'Time since the token of a Tunnel was created or last rotated',
    value: ({ tokenSince }) => (tokenSince === undefined ? undefined : secondsSince(tokenSince)),
  },
  {
    name: 'cftunnel_token_rotation_due_timestamp_seconds',
    help: 'When spec.tokenRotation rotates the token of a Tunnel next; in the past while the rotation waits',
    value: ({ rotationAt }) => (rotationAt === undefined ? undefined : Date.parse(rotationAt) / 1000),
  },
];

function secondsSince(time: string): number {
  return Math.max(0, (Date.now() - Date.parse(time)) / 1000);
}
