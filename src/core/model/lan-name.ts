/** Names of the local network: routes whose records hold addresses, and that have no rule. */
import type { Route } from './route.ts';

export function isLanName({ addresses }: Pick<Route, 'addresses'>): boolean {
  return addresses !== undefined;
}

/** Whether the requests for a route go through the tunnel. */
export function hasRule(route: Pick<Route, 'addresses'>): boolean {
  return !isLanName(route);
}

/** Where a route leads, for people. */
export function placeOf({ origin, addresses }: Pick<Route, 'origin' | 'addresses'>): string {
  if (addresses === undefined) return origin;
  return addresses.length === 0 ? 'the addresses of the Tunnel' : addresses.join(', ');
}
