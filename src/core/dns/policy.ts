import type { Route } from '../model/route.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';

/** Whether the operator manages the record of a route. The Service's setting takes precedence over the Tunnel's. */
export function isManaged({ dns }: Pick<Route, 'dns'>, mode: TunnelSettings['dnsMode']): boolean {
  return dns === undefined ? mode !== 'Disabled' : dns === 'managed';
}
