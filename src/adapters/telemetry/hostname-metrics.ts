import type { Registry } from 'prom-client';
import type { TunnelFigures } from '../../core/status/figures.ts';
import { boundedHostnames, countLeftOut } from '../../core/status/hostname-figures.ts';
import { registerScrapedGauge } from './scraped-gauge.ts';

export interface HostnameSources {
  readonly tunnels: () => readonly TunnelFigures[];
  /** At most so many hostnames have a sample. */
  readonly limit: number;
}

export function registerHostnameGauges(registry: Registry, { tunnels, limit }: HostnameSources): void {
  registerScrapedGauge(registry, {
    name: 'cftunnel_hostname_state',
    help: 'Always 1. The state of a hostname: live, refused (and the reason) or pending. Refused and pending hostnames come first when there are more than --metrics-hostnames',
    labelNames: ['tunnel', 'hostname', 'state', 'reason'],
    samples: () => boundedHostnames(tunnels(), limit).map(({ reason = '', ...labels }) => [{ ...labels, reason }, 1]),
  });
  registerScrapedGauge(registry, {
    name: 'cftunnel_hostnames_left_out',
    help: 'Hostnames without a cftunnel_hostname_state, because there are more than --metrics-hostnames',
    labelNames: [],
    samples: () => [[{}, countLeftOut(tunnels(), limit)]],
  });
}
