/** Decides which certificates a route trusts. */
import { sameJson } from '../equal.ts';
import { type Problem, type Route, claimOf } from '../model/route.ts';
import { namespaceOf } from '../model/source.ts';
import { type CaPool, type CaPoolKey, caPoolKey } from './pool.ts';

/** What is known of a reference; `undefined`: nobody has looked yet. */
export type FindCaPool = (reference: CaPoolKey) => CaPool | undefined;

export interface ResolvedRoutes {
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
}

/**
 * Gives each route that names a pool the fingerprint of its certificates. Where there are none to be had, that route
 * alone is held back, or stays as it was last published (`last`); the other routes of the source go on.
 */
export function resolveCaPools(
  routes: readonly Route[],
  find: FindCaPool,
  last: () => readonly Route[],
): ResolvedRoutes {
  const settled = routes.map((route) => settle(route, find));
  return {
    routes: settled.flatMap((one, index) => ('problem' in one ? lastLike(routes[index], last()) : [one])),
    problems: settled.flatMap((one) => ('problem' in one ? [one.problem] : [])),
  };
}

function settle(route: Route, find: FindCaPool): Route | { readonly problem: Problem } {
  if (route.caPool === undefined) return route;
  const key = caPoolKey(namespaceOf(route.source), route.caPool);
  const pool = find(key);
  if (pool === undefined)
    return { problem: { reason: 'Progressing', message: `Waiting until the certificates of ${key} have been read` } };
  if ('problem' in pool)
    return { problem: { reason: 'InvalidAnnotation', message: `ca-pool of ${claimOf(route)}: ${pool.problem}` } };
  return { ...route, caPool: { ...route.caPool, fingerprint: pool.fingerprint } };
}

function lastLike(route: Route | undefined, last: readonly Route[]): readonly Route[] {
  return last.filter(({ hostname, path }) => hostname === route?.hostname && sameJson(path, route.path));
}
