/** Names of the local network: routes whose records hold addresses, and that have no rule. */
import type { Route } from './route.ts';

export function isLanName({ addresses }: Pick<Route, 'addresses'>): boolean {
  return addresses !== undefined;
}

/** Whether the requests for a route go through the tunnel. */
export function hasRule(route: Pick<Route, 'addresses'>): boolean {
  return !isLanName(route);
}
