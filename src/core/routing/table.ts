/**
 * Decides which routes each Tunnel serves: all requests and all Tunnels, in one table.
 *
 * Guarantees
 * - The same requests and Tunnels, in any order, give the same table.
 * - A path of a hostname belongs to one source, the oldest that requests it; all others learn who holds it.
 * - A source whose request is invalid, or cannot be met at present, keeps the routes it last had (`lastGood`), and its
 *   claims with them.
 */
import type { Namespace, Node, ObjectKey, Tunnel } from '../../api/objects.ts';
import type { CaPoolKey } from '../ca-pool/pool.ts';
import { type FindCaPool, resolveCaPools } from '../ca-pool/resolve.ts';
import { sameJson } from '../equal.ts';
import { compare, keyOf } from '../keys.ts';
import { isLanName } from '../model/lan-name.ts';
import { resolveLanNames } from '../lan/resolve.ts';
import { ANY_HOST, type Hostname } from '../model/hostname.ts';
import { type Problem, type Route, type Warning, claimOf } from '../model/route.ts';
import type { RouteParents } from '../model/route-parent.ts';
import { type RouteRequest, requestsOf } from '../model/route-request.ts';
import { type SourceKey, firstKeyOf, objectKeyOf } from '../model/source.ts';
import { ignoredBySharing } from '../proxy/ignored.ts';
import type { GrantLists } from '../grants.ts';
import type { LastGood } from '../published-routes/by-tunnel.ts';
import { hostnameProblem, isBeingDeleted, namespaceProblem } from './admission.ts';
import { type BrokenRoute, attach } from './attach.ts';
import { type Attachable, attachableFrom } from './attachable.ts';
import { type Claims, claim, noClaims } from './claims.ts';
import { isProtectedEnough } from '../protection/effective-access.ts';

export interface RoutingInput {
  readonly tunnels: readonly Tunnel[];
  readonly namespaces: readonly Namespace[];
  /** `undefined`: they are not known, and no Tunnel needs them or they may not be read. */
  readonly nodes?: readonly Node[] | undefined;
  readonly requests: readonly RouteRequest[];
  /** The routes of a source when they were last published. */
  readonly lastGood: (source: SourceKey) => LastGood | undefined;
  readonly caPool: FindCaPool;
  /** Where ReferenceGrants are found. */
  readonly related: GrantLists;
}

/** What becomes of one request. */
export interface RouteResult {
  readonly source: SourceKey;
  readonly tunnel: ObjectKey | undefined;
  /** Routes to serve now; with problems, fewer than requested, or the last good ones. */
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  /** How the Gateways of a route take it. */
  readonly parents?: RouteParents;
}

export interface RoutingTable {
  readonly results: ReadonlyMap<SourceKey, RouteResult>;
  /** By the first key of an object, its keys at further Tunnels. */
  readonly furtherKeys: ReadonlyMap<SourceKey, readonly SourceKey[]>;
  /** By Tunnel: the routes to publish, of sources whose finalizer is in place. */
  readonly published: ReadonlyMap<ObjectKey, readonly Route[]>;
  /** Sources that have routes and wait for their finalizer. */
  readonly withoutFinalizer: ReadonlySet<SourceKey>;
  /** The results of all requests for a Tunnel. */
  readonly resultsByTunnel: ReadonlyMap<ObjectKey, readonly RouteResult[]>;
  /** The Tunnel that holds a hostname. */
  readonly claims: ReadonlyMap<Hostname, ObjectKey>;
  /** CA pools that routes refer to. */
  readonly caPools: ReadonlySet<CaPoolKey>;
}

export function buildRoutingTable(input: RoutingInput): RoutingTable {
  const to = attachableFrom(input);
  const claims = noClaims();
  const caPools = new Set<CaPoolKey>();
  const caPool: FindCaPool = (reference) => {
    caPools.add(reference);
    return input.caPool(reference);
  };
  const results = new Map<SourceKey, RouteResult>();
  const published = new Map<ObjectKey, Route[]>();
  const withoutFinalizer = new Set<SourceKey>();
  const known: Known = { lastGood: input.lastGood, caPool, nodes: input.nodes };
  for (const request of input.requests.flatMap(requestsOf).toSorted(byAge)) {
    const result = claimRoutes(withParents(request, resultFor(request, to, known)), claims);
    results.set(result.source, result);
    if (result.tunnel === undefined || result.routes.length === 0) continue;
    if (request.hasFinalizer) append(published, result.tunnel, result.routes);
    else withoutFinalizer.add(result.source);
  }
  for (const routes of published.values()) warnOfSharing(results, routes);
  const resultsByTunnel = Map.groupBy(results.values(), ({ tunnel }) => tunnel ?? '');
  const furtherKeys = furtherKeysOf(results.keys());
  return { results, furtherKeys, published, withoutFinalizer, resultsByTunnel, claims: tunnelsOf(claims), caPools };
}

function warnOfSharing(results: Map<SourceKey, RouteResult>, routes: readonly Route[]): void {
  for (const [source, warnings] of ignoredBySharing(routes)) {
    const result = results.get(source);
    if (result !== undefined && warnings.length > 0)
      results.set(source, { ...result, warnings: [...result.warnings, ...warnings] });
  }
}

function furtherKeysOf(sources: Iterable<SourceKey>): ReadonlyMap<SourceKey, readonly SourceKey[]> {
  return Map.groupBy(
    [...sources].filter((source) => firstKeyOf(source) !== source),
    firstKeyOf,
  );
}

/** The results of one object, one for each of its Tunnels. */
export function resultsOf(
  { results, furtherKeys }: Pick<RoutingTable, 'results' | 'furtherKeys'>,
  source: SourceKey,
): readonly RouteResult[] {
  return [source, ...(furtherKeys.get(source) ?? [])].flatMap((key) => results.get(key) ?? []);
}

function withParents({ parents }: RouteRequest, result: RouteResult): RouteResult {
  return parents === undefined ? result : { ...result, parents };
}

/** Older first; requests of the same second by namespace and name, so that the order of the input does not matter. */
function byAge(a: RouteRequest, b: RouteRequest): number {
  return (
    compare(a.createdAt, b.createdAt) ||
    compare(objectKeyOf(a.source), objectKeyOf(b.source)) ||
    compare(a.kind, b.kind) ||
    compare(a.source, b.source)
  );
}

/** Problems that a person solves in the object or its Tunnel; until then, the last good routes stay. */
const KEEPS_LAST_GOOD: ReadonlySet<string> = new Set(['InvalidAnnotation', 'InvalidSpec', 'TunnelNotFound']);

type Known = Pick<RoutingInput, 'lastGood' | 'caPool' | 'nodes'>;

/** What a request gets if no other source claims the same. */
function resultFor(request: RouteRequest, to: Attachable, { lastGood, caPool, nodes }: Known): RouteResult {
  const { source, problems } = request;
  if (problems.length > 0)
    return keepLastGood(request, to, { tunnel: request.tunnel, problems, last: lastGood(source) });
  const attachment = attach(request, to);
  const tunnel = attachment.tunnel && keyOf(attachment.tunnel);
  if (attachment.problems.some(({ reason }) => KEEPS_LAST_GOOD.has(reason)))
    return keepLastGood(request, to, { tunnel, problems: attachment.problems, last: lastGood(source) });
  const last = (): readonly Route[] => lastAt(tunnel, lastGood(source));
  const kept = (): readonly Route[] =>
    tunnel === undefined ? [] : stillAdmitted({ tunnel, routes: last() }, request, to);
  const trusted = resolveCaPools(attachment.routes, caPool, last);
  const local = resolveLanNames(trusted.routes, { tunnel: attachment.tunnel, nodes, last });
  const { broken } = attachment;
  return {
    source,
    tunnel,
    routes: broken.length === 0 ? local.routes : withLastGood(local.routes, broken, kept()),
    problems: [
      ...attachment.problems,
      ...trusted.problems,
      ...local.problems,
      ...broken.flatMap((route) => route.problems),
    ],
    warnings: [...request.warnings, ...attachment.warnings, ...local.warnings],
  };
}

function lastAt(tunnel: ObjectKey | undefined, last: LastGood | undefined): readonly Route[] {
  return last?.tunnel === tunnel ? (last?.routes ?? []) : [];
}

/** Adds the last good routes of those that cannot be served as requested. */
function withLastGood(
  routes: readonly Route[],
  broken: readonly BrokenRoute[],
  last: readonly Route[],
): readonly Route[] {
  const claimed = new Set(routes.map(claimOf));
  return [
    ...routes,
    ...last.filter((route) => !claimed.has(claimOf(route)) && broken.some((one) => isKept(route, one))),
  ];
}

/** Whether a last good route is that of a broken one, as far as is known. */
function isKept({ hostname, path }: Route, { hostnames, prefix, isPathUnknown, path: wanted }: BrokenRoute): boolean {
  const isMeant = hostnames.includes(hostname) || (prefix !== undefined && hostname.startsWith(prefix));
  return isMeant && (isPathUnknown || sameJson(wanted, path));
}

interface Refused {
  /** The Tunnel that is meant, as far as it is known. */
  readonly tunnel: ObjectKey | undefined;
  readonly problems: readonly Problem[];
  readonly last: LastGood | undefined;
}

function keepLastGood(request: RouteRequest, to: Attachable, { tunnel, problems, last }: Refused): RouteResult {
  return {
    source: request.source,
    tunnel: last?.tunnel ?? tunnel,
    routes: last === undefined ? [] : stillAdmitted(last, request, to),
    problems,
    warnings: [],
  };
}

/** The last good routes, as far as their Tunnel and their Namespace admit them today. */
function stillAdmitted(last: LastGood, request: RouteRequest, to: Attachable): readonly Route[] {
  const { namespace, admittedIn = namespace, forbidden } = request;
  const tunnel = to.tunnels.get(last.tunnel);
  if (tunnel === undefined || isBeingDeleted(tunnel) || forbidden !== undefined) return [];
  if (namespaceProblem(admittedIn, tunnel, to.namespaces) !== undefined) return [];
  const home = to.namespaces.get(namespace);
  return last.routes.filter(
    (route) =>
      hostnameProblem(route.hostname, tunnel, home) === undefined &&
      (isLanName(route) || isProtectedEnough(route, request.asksForAccess === true, tunnel)),
  );
}

/** Leaves what older sources do not hold already. */
function claimRoutes(result: RouteResult, claims: Claims): RouteResult {
  if (result.tunnel === undefined || result.routes.length === 0) return result;
  const { routes, problems, warnings } = claim(claims, result.tunnel, result.routes);
  return {
    ...result,
    routes,
    problems: [...result.problems, ...problems],
    warnings: [...result.warnings, ...warnings],
  };
}

function append(published: Map<ObjectKey, Route[]>, tunnel: ObjectKey, routes: readonly Route[]): void {
  const list = published.get(tunnel);
  if (list === undefined) published.set(tunnel, [...routes]);
  else list.push(...routes);
}

/** Any host is a claim at each Tunnel for itself. */
function tunnelsOf({ owners }: Claims): ReadonlyMap<Hostname, ObjectKey> {
  return new Map(
    [...owners.values()].flatMap(({ tunnel, first: { hostname } }) =>
      hostname === ANY_HOST ? [] : [[hostname, tunnel] as const],
    ),
  );
}
