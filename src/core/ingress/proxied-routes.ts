/** Which routes the proxy serves, and which of them it cannot. */
import type { RefusedRoute, Route } from '../model/route.ts';
import { claimOf } from '../model/route.ts';
import { splitByProxy } from '../proxy/proxied.ts';
import { type FittedRoutes, areWithinBudget } from './budget.ts';
import type { CheckedRoutes } from './validate.ts';

/** `why`: why connectors have no proxy that could serve these routes; `undefined`: they have one, or get one. */
export function refuseProxied(routes: readonly Route[], why: string | undefined): CheckedRoutes {
  if (why === undefined) return { good: routes, bad: [] };
  const bad = routes.filter(needsProxy).map((route): RefusedRoute => ({
    route,
    reason: 'ProxyUnavailable',
    why: `${claimOf(route)} is not published: it needs the proxy, but ${why}`,
  }));
  return { good: routes.filter((route) => !needsProxy(route)), bad };
}

/** Whether rules for these routes lead to the proxy. */
export function leadToProxy(routes: readonly Route[]): boolean {
  return splitByProxy(routes).proxied.length > 0;
}

/** A route by itself, not one that only shares its hostname with such a route. */
function needsProxy(route: Route): boolean {
  return leadToProxy([route]);
}

/**
 * Leaves out the last proxied hostnames whose configuration does not fit into a ConfigMap. Hostnames that are being
 * removed take precedence, because they are removed only while they are served.
 */
export function fitProxied(
  routes: readonly Route[],
  filesFor: (proxied: readonly Route[]) => Readonly<Record<string, string>>,
): FittedRoutes {
  const { proxied } = splitByProxy(routes);
  if (proxied.length === 0 || fits(filesFor(proxied))) return { fitting: routes, unfit: [] };
  const names = [...new Set(byPriority(proxied).map(({ hostname }) => hostname))];
  const among = (count: number): readonly Route[] => {
    const chosen = new Set<string>(names.slice(0, count));
    return proxied.filter(({ hostname }) => chosen.has(hostname));
  };
  const kept = new Set(among(largest(names.length, (count) => fits(filesFor(among(count))))));
  const isLeftOut = new Set(proxied.filter((route) => !kept.has(route)));
  return {
    fitting: routes.filter((route) => !isLeftOut.has(route)),
    unfit: routes.filter((route) => isLeftOut.has(route)),
  };
}

function fits(files: Readonly<Record<string, string>>): boolean {
  return areWithinBudget(Object.values(files));
}

function byPriority(routes: readonly Route[]): readonly Route[] {
  return routes.toSorted((a, b) => Number(b.isLeaving === true) - Number(a.isLeaving === true));
}

/** The largest number below `limit` that is possible, if every smaller one is too. */
function largest(limit: number, isPossible: (count: number) => boolean): number {
  let [possible, impossible] = [0, limit];
  while (impossible - possible > 1) {
    const middle = Math.floor((possible + impossible) / 2);
    if (isPossible(middle)) possible = middle;
    else impossible = middle;
  }
  return possible;
}
