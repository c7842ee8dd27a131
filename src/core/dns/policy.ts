import type { Route } from '../model/route.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';

/** Whether the record of a route is ours to make and to delete: the Service's own word goes before the Tunnel's. */
export function isManaged({ dns }: Pick<Route, 'dns'>, mode: TunnelSettings['dnsMode']): boolean {
  return dns === undefined ? mode !== 'Disabled' : dns === 'managed';
}
