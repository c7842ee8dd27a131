/**
 * Requests that an application covers, and that its route does not take: those below an exact path, and those that do not
 * meet other conditions than the path. They go to the next route above, with what the application has asked of them.
 */
import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import type { Route } from '../model/route.ts';
import { coverage } from './domain.ts';

/** Whether connectors let requests in without a token where these policies apply. */
export type IsUnchecked = (policies: readonly ObjectKey[]) => boolean;

/**
 * The protected route that stray requests would enter; `undefined`: there are none, or they are stopped. Connectors stop
 * what is below an exact path, since it has the token of another application, or none, unless they do not ask for one.
 * Of what shares the path itself, they ask for the token of this route.
 */
export function enteredByStrays(route: Route, routes: readonly Route[], isUnchecked: IsUnchecked): Route | undefined {
  if (route.access === undefined || takesAll(route)) return undefined;
  const above = nextAbove(route, routes);
  if (above?.access === undefined || above.access === 'none' || sameJson(above.access, route.access)) return undefined;
  return isConditional(route) || isUnchecked(above.access) ? above : undefined;
}

/** What says nothing is protected as what is above it, or, on the same path, as the route itself. */
function nextAbove(route: Route, routes: readonly Route[]): Route | undefined {
  return routes
    .filter((by) => by.hostname === route.hostname && takesAll(by))
    .map((by) => ({ by, rank: coverage(by, route) ?? -1, asks: Array.isArray(by.access) ? 1 : 0 }))
    .filter(({ rank }) => rank !== -1)
    .toSorted((a, b) => b.rank - a.rank || b.asks - a.asks)
    .map(({ by }) => by)
    .find((by) => by.access !== undefined || coverage(route, by) !== undefined);
}

function takesAll(route: Route): boolean {
  return (route.path === undefined || route.path.type === 'Prefix') && !isConditional(route);
}

export function isConditional({ proxy }: Route): boolean {
  return proxy?.match !== undefined;
}
