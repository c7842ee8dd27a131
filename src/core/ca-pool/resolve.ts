/** Resolves the CA pools of routes. */
import { sameJson } from '../equal.ts';
import { type Problem, type Route, claimOf } from '../model/route.ts';
import { namespaceOf } from '../model/source.ts';
import { type CaPool, type CaPoolKey, caPoolKey } from './pool.ts';

/** Finds a pool by reference; `undefined`: it has not been read yet. */
export type FindCaPool = (reference: CaPoolKey) => CaPool | undefined;

export interface ResolvedRoutes {
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
}

/**
 * Adds the fingerprint of its certificates to each route with a pool. If the pool cannot be used, only that route is held
 * back or stays as it was last published (`last`); the other routes of the source are not affected.
 */
export function resolveCaPools(
  routes: readonly Route[],
  find: FindCaPool,
  last: () => readonly Route[],
): ResolvedRoutes {
  const resolved = routes.map((route) => resolveRoute(route, find));
  return {
    routes: resolved.flatMap((result, index) =>
      'problem' in result ? lastOfSameClaim(routes[index], last()) : [result],
    ),
    problems: resolved.flatMap((result) => ('problem' in result ? [result.problem] : [])),
  };
}

function resolveRoute(route: Route, find: FindCaPool): Route | { readonly problem: Problem } {
  if (route.caPool === undefined) return route;
  const key = caPoolKey(namespaceOf(route.source), route.caPool);
  const pool = find(key);
  if (pool === undefined)
    return { problem: { reason: 'Progressing', message: `Waiting for the certificates in ${key} to be read` } };
  if ('problem' in pool)
    return { problem: { reason: 'InvalidAnnotation', message: `ca-pool of ${claimOf(route)}: ${pool.problem}` } };
  return { ...route, caPool: { ...route.caPool, fingerprint: pool.fingerprint } };
}

function lastOfSameClaim(route: Route | undefined, last: readonly Route[]): readonly Route[] {
  return last.filter(({ hostname, path }) => hostname === route?.hostname && sameJson(path, route.path));
}
