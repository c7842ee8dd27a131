/** Resolves the CA pools of routes. */
import type { ObjectKey } from '../../api/objects.ts';
import { splitKey } from '../keys.ts';
import type { CaPoolReference } from '../model/ca-pool-reference.ts';
import type { Backend, ProxyRule } from '../model/proxy-rule.ts';
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
 * back or stays as it was last published (`last`); the other routes of the source are not affected. A backend whose pool
 * cannot be used keeps its reference without a fingerprint, and the other backends of its route are not affected.
 */
export function resolveCaPools(
  routes: readonly Route[],
  find: FindCaPool,
  last: () => readonly Route[],
): ResolvedRoutes {
  const resolved = routes.map((route) => resolveRoute(route, find));
  return {
    routes: resolved.flatMap(({ route }, index) =>
      route === undefined ? lastOfSameClaim(routes[index], last()) : [route],
    ),
    problems: resolved.flatMap(({ problems }) => problems),
  };
}

interface ResolvedRoute {
  /** Absent: it cannot be served as requested. */
  readonly route?: Route;
  readonly problems: readonly Problem[];
}

function resolveRoute(route: Route, find: FindCaPool): ResolvedRoute {
  const { caPool, proxy } = route;
  const own = caPool && resolve(route, { reference: caPool, namespace: namespaceOf(route.source) }, find);
  if (own !== undefined && 'problem' in own) return { problems: [own.problem] };
  const withPool = own === undefined ? route : { ...route, caPool: own.caPool };
  if (proxy === undefined) return { route: withPool, problems: [] };
  const problems: Problem[] = [];
  const resolved = resolveBackends(route, proxy, { find, problems });
  return problems.some(({ reason }) => reason === 'Progressing')
    ? { problems }
    : { route: { ...withPool, proxy: resolved }, problems };
}

interface Resolving {
  readonly find: FindCaPool;
  /** Those that are found are added. */
  readonly problems: Problem[];
}

function resolveBackends(route: Route, rule: ProxyRule, { find, problems }: Resolving): ProxyRule {
  const resolved = (backend: Backend): Backend => {
    const { tls, service } = backend;
    if (tls?.caPool === undefined) return backend;
    const pool = resolve(route, { reference: tls.caPool, namespace: splitKey(service).namespace }, find);
    if (!('problem' in pool)) return { ...backend, tls: { ...tls, caPool: pool.caPool } };
    problems.push(ofBackend(pool.problem, service));
    return backend;
  };
  const backends = rule.backends.map((one) =>
    one.backend === undefined ? one : { ...one, backend: resolved(one.backend) },
  );
  return { ...rule, backends };
}

/** Backends have certificates of their own only by a BackendTLSPolicy. */
function ofBackend({ reason, message }: Problem, service: ObjectKey): Problem {
  return reason === 'Progressing'
    ? { reason, message }
    : { reason: 'InvalidSpec', message: `The BackendTLSPolicy for Service ${service}: ${message}` };
}

interface Wanted {
  readonly reference: CaPoolReference;
  readonly namespace: string;
}

function resolve(
  route: Route,
  { reference, namespace }: Wanted,
  find: FindCaPool,
): { readonly caPool: CaPoolReference } | { readonly problem: Problem } {
  const key = caPoolKey(namespace, reference);
  const pool = find(key);
  if (pool === undefined)
    return { problem: { reason: 'Progressing', message: `Waiting for the certificates in ${key} to be read` } };
  if ('problem' in pool)
    return { problem: { reason: 'InvalidAnnotation', message: `ca-pool of ${claimOf(route)}: ${pool.problem}` } };
  return { caPool: { ...reference, fingerprint: pool.fingerprint } };
}

function lastOfSameClaim(route: Route | undefined, last: readonly Route[]): readonly Route[] {
  return route === undefined ? [] : last.filter((one) => claimOf(one) === claimOf(route));
}
