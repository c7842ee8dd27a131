/**
 * Decides who is routed where: every Service that asks, every Tunnel, one table.
 *
 * Guarantees
 * - The same objects, in any order, give the same table.
 * - A path of a hostname belongs to one Service, the oldest that asks for it; everyone else is told who holds it.
 * - A Service whose ask cannot be read or met for now keeps what it last had (`lastGood`), and its claim with it.
 */
import type { Namespace, ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import type { CaPoolKey } from '../ca-pool/pool.ts';
import { type FindCaPool, resolveCaPools } from '../ca-pool/resolve.ts';
import type { Hostname } from '../model/hostname.ts';
import { byAge, keyOf } from '../keys.ts';
import { type Attachable, admits, attach, defaultTunnelOf } from './attach.ts';
import { type Claims, claim, noClaims } from './claims.ts';
import { hasFinalizer } from './finalizer.ts';
import { type RouteRequest, requestsExposure } from '../sources/service/parse.ts';
import type { LastGood } from '../published-routes/by-tunnel.ts';
import type { Problem, Warning, Route } from '../model/route.ts';

export interface RoutingInput {
  readonly tunnels: readonly Tunnel[];
  readonly services: readonly Service[];
  readonly namespaces: readonly Namespace[];
  /** What a Service that asks to be exposed asks for. */
  readonly parse: (service: Service) => RouteRequest;
  /** What a Service's routes were when they were last published. */
  readonly lastGood: (service: ObjectKey) => LastGood | undefined;
  readonly caPool: FindCaPool;
}

/** The answer for one Service that asks to be exposed. */
export interface RouteResult {
  readonly service: ObjectKey;
  readonly tunnel: ObjectKey | undefined;
  /** What is to be served now; with problems it may be less than was asked, or the last good state. */
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
  /** What a person should know all the same. */
  readonly warnings: readonly Warning[];
}

export interface RoutingTable {
  /** Every Service that asks to be exposed. */
  readonly results: ReadonlyMap<ObjectKey, RouteResult>;
  /** By Tunnel: the routes to publish, of Services whose finalizer is in place. */
  readonly published: ReadonlyMap<ObjectKey, readonly Route[]>;
  /** Services that have routes and wait for their finalizer. */
  readonly withoutFinalizer: ReadonlySet<ObjectKey>;
  /** By Tunnel: the verdicts on all that ask for it. */
  readonly asking: ReadonlyMap<ObjectKey, readonly RouteResult[]>;
  /** Which Tunnel claims a hostname. */
  readonly claims: ReadonlyMap<Hostname, ObjectKey>;
  /** The certificates that routes ask for. */
  readonly caPools: ReadonlySet<CaPoolKey>;
}

/** Problems that a person mends in the Service itself: until then the last good state stays. */
const KEEPS_LAST_GOOD: ReadonlySet<string> = new Set(['InvalidAnnotation', 'TunnelNotFound']);

export function buildRoutingTable(input: RoutingInput): RoutingTable {
  const attachable: Attachable = {
    tunnels: new Map(input.tunnels.map((tunnel) => [keyOf(tunnel), tunnel])),
    defaultTunnel: defaultTunnelOf(input.tunnels),
    namespaces: new Map(input.namespaces.map((namespace) => [namespace.metadata.name, namespace])),
  };
  const claims = noClaims();
  const results = new Map<ObjectKey, RouteResult>();
  const published = new Map<ObjectKey, Route[]>();
  const caPools = new Set<CaPoolKey>();
  const find: FindCaPool = (reference) => {
    caPools.add(reference);
    return input.caPool(reference);
  };
  const withoutFinalizer = new Set<ObjectKey>();
  for (const service of input.services.toSorted(byAge)) {
    if (!requestsExposure(service)) continue;
    const result = settle(resultAlone(service, attachable, { ...input, caPool: find }), claims);
    results.set(result.service, result);
    if (result.tunnel === undefined || result.routes.length === 0) continue;
    if (hasFinalizer(service)) addTo(published, result.tunnel, result.routes);
    else withoutFinalizer.add(result.service);
  }
  const asking = Map.groupBy(results.values(), ({ tunnel }) => tunnel ?? '');
  return { results, published, withoutFinalizer, asking, claims: tunnelsOf(claims), caPools };
}

/** What a Service would get if it were alone in the world. */
function resultAlone(service: Service, to: Attachable, { parse, lastGood, caPool }: RoutingInput): RouteResult {
  const request = parse(service);
  const { problems, warnings } = request;
  if (problems.length > 0) return keep(service, to, lastGood, { tunnel: request.tunnel, problems });
  const attachment = attach(service, request, to);
  const tunnel = attachment.tunnel && keyOf(attachment.tunnel);
  if (attachment.problems.some((problem) => KEEPS_LAST_GOOD.has(problem.reason)))
    return keep(service, to, lastGood, { tunnel, problems: attachment.problems });
  const resolved = resolveCaPools(attachment.routes, caPool, () => lastAt(tunnel, lastGood(keyOf(service))));
  return {
    service: keyOf(service),
    tunnel,
    routes: resolved.routes,
    problems: [...attachment.problems, ...resolved.problems],
    warnings: [...warnings, ...attachment.warnings],
  };
}

function lastAt(tunnel: ObjectKey | undefined, last: LastGood | undefined): readonly Route[] {
  return last?.tunnel === tunnel ? (last?.routes ?? []) : [];
}

/** What was live stays live while a person mends the Service, as far as the Tunnel it hangs on still lets it in. */
function keep(
  service: Service,
  to: Attachable,
  lastGood: RoutingInput['lastGood'],
  asked: Pick<RouteResult, 'tunnel' | 'problems'>,
): RouteResult {
  const source = keyOf(service);
  const last = lastGood(source);
  const tunnel = last === undefined ? undefined : to.tunnels.get(last.tunnel);
  const routes = tunnel && last?.routes.filter(({ hostname }) => admits(tunnel, service, hostname, to));
  return {
    service: source,
    tunnel: last?.tunnel ?? asked.tunnel,
    routes: routes ?? [],
    problems: asked.problems,
    warnings: [],
  };
}

function addTo(published: Map<ObjectKey, Route[]>, tunnel: ObjectKey, routes: readonly Route[]): void {
  const list = published.get(tunnel);
  if (list === undefined) published.set(tunnel, [...routes]);
  else list.push(...routes);
}

/** What is left of a wish beside those of older Services. */
function settle(parsed: RouteResult, claims: Claims): RouteResult {
  if (parsed.tunnel === undefined || parsed.routes.length === 0) return parsed;
  const { routes, problems, warnings } = claim(claims, parsed.tunnel, parsed.routes);
  return { ...parsed, routes, problems: [...parsed.problems, ...problems], warnings: [...parsed.warnings, ...warnings] };
}

function tunnelsOf({ owners }: Claims): ReadonlyMap<Hostname, ObjectKey> {
  return new Map([...owners].map(([hostname, { tunnel }]) => [hostname, tunnel]));
}
