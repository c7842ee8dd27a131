/** Which rules each Tunnel publishes for the objects of a state: the operator's own decisions, without a pass. */
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import type { FindCertificates } from '../ca-pool/files.ts';
import { type CaPool, type CaPoolKey, type CertificateTools, readCaPool, splitCaPoolKey } from '../ca-pool/pool.ts';
import { fitRoutes, isWithinBudget } from '../ingress/budget.ts';
import { type CloudflaredConfig, compileConfig } from '../ingress/rule.ts';
import { refuseProxied } from '../ingress/proxied-routes.ts';
import { type RouteRules, checkRoutes } from '../ingress/validate.ts';
import { keyOf } from '../keys.ts';
import type { Problem, Route } from '../model/route.ts';
import type { RouteRequest } from '../model/route-request.ts';
import { type SourceKey, kindOf } from '../model/source.ts';
import {
  type LastGood,
  type TunnelRoutes,
  lastGoodOf,
  publishedBy,
  routesBySource,
} from '../published-routes/by-tunnel.ts';
import { settingsOf } from '../model/tunnel-settings.ts';
import { decodeRoutes, encodeRoutes } from '../published-routes/routes-json.ts';
import { type RoutingTable, buildRoutingTable } from '../routing/table.ts';
import { whyNoProxy } from '../tunnel/proxy-need.ts';
import type { Parsers } from '../sources/parsers.ts';
import { protectAsKnown } from './protected-routes.ts';
import { type ClusterState, requestsIn, sourceObjectsIn } from './state.ts';

/** What the decisions need a package for. */
export interface RoutingTools extends CertificateTools, Parsers {
  readonly renderConfig: (config: CloudflaredConfig) => string;
}

export interface RoutingOptions {
  readonly tools: RoutingTools;
  /** Objects with certificates of which it is known that they do not exist. */
  readonly missing?: ReadonlySet<ObjectKey>;
  /** What was live before, where no ConfigMap tells. */
  readonly before?: RoutedState;
}

export interface RoutedState {
  readonly state: ClusterState;
  readonly requests: readonly RouteRequest[];
  readonly table: RoutingTable;
  /** By Tunnel, the routes that get a rule. */
  readonly rules: ReadonlyMap<ObjectKey, readonly Route[]>;
  /** By source, everything that is not done as requested. */
  readonly problems: ReadonlyMap<SourceKey, readonly Problem[]>;
}

export function routeState(state: ClusterState, { tools, missing = new Set(), before }: RoutingOptions): RoutedState {
  // The finalizer of a source is set before anything is published, so it decides nothing about the result.
  const requests = requestsIn(state, tools).map(withFinalizer);
  const pools = new Map<CaPoolKey, CaPool | undefined>();
  const published = publishedIn(state);
  const rulesFor = routeRulesIn(state, tools);
  const table = buildRoutingTable({
    ...state,
    requests,
    lastGood: (source) =>
      lastGoodOf(source, published, (routes, tunnel) => checkRoutes(routes, rulesFor(tunnel)).good) ??
      lastGoodIn(before, source),
    caPool: (reference) => {
      if (!pools.has(reference)) pools.set(reference, poolIn(state, reference, { tools, missing }));
      return pools.get(reference);
    },
  });
  const certificates = certificatesIn(pools);
  const problems = new Map([...table.results].map(([source, result]) => [source, [...result.problems]]));
  const rules = new Map<ObjectKey, readonly Route[]>();
  for (const tunnel of state.tunnels) {
    const checked = checkRoutes(table.published.get(keyOf(tunnel)) ?? [], rulesFor(keyOf(tunnel)));
    const served = servedBy(tunnel, published) ?? before?.rules.get(keyOf(tunnel)) ?? [];
    const guarded = protectAsKnown(checked.good, { policies: state.accessPolicies, published: served });
    const { good, bad } = refuseProxied(guarded.good, whyNoProxy(settingsOf(tunnel).proxy, true));
    const { fitting, unfit } = fit(tunnel, good, { certificates, tools });
    rules.set(keyOf(tunnel), fitting);
    for (const { route, why, reason = 'InvalidAnnotation' } of [...checked.bad, ...guarded.bad, ...bad])
      problems.get(route.source)?.push({ reason, message: why });
    for (const route of unfit) problems.get(route.source)?.push(noRoom(tunnel, route));
  }
  return { state, requests, table, rules, problems };
}

function routeRulesIn(state: ClusterState, { patternProblem }: RoutingTools): (tunnel: ObjectKey) => RouteRules {
  const { sources, tunnels, related } = state;
  const objects = sourceObjectsIn(state);
  return (key) => {
    const tunnel = tunnels.find((one) => keyOf(one) === key);
    const isOwnOrigin = (route: Route): boolean => {
      const observed = sources.find(({ source }) => source.kind === kindOf(route.source));
      const object = objects.get(route.source);
      return observed?.source.isOwnOrigin(route, { object, tunnel, related }) === true;
    };
    return { patternProblem, isOwnOrigin };
  };
}

function withFinalizer(request: RouteRequest): RouteRequest {
  const { others } = request;
  return { ...request, hasFinalizer: true, ...(others === undefined ? {} : { others: others.map(withFinalizer) }) };
}

/** References to certificates that are needed, and that the state does not contain. */
export function unreadPools({ table, state }: RoutedState): readonly ObjectKey[] {
  const objects = new Set([...table.caPools].map((reference) => splitCaPoolKey(reference).object));
  return [...objects].filter((key) => !state.configMaps.has(key) && !state.secrets.has(key));
}

function publishedIn({ tunnels, configMaps }: ClusterState): readonly TunnelRoutes[] {
  return tunnels.map((tunnel) =>
    publishedBy(
      tunnel,
      (key) => configMaps.get(key),
      (configMap) => {
        const routes = decodeRoutes(configMap);
        return routes && routesBySource(routes);
      },
    ),
  );
}

function lastGoodIn(before: RoutedState | undefined, source: SourceKey): LastGood | undefined {
  const result = before?.table.results.get(source);
  return result?.tunnel === undefined || result.routes.length === 0
    ? undefined
    : { tunnel: result.tunnel, routes: result.routes };
}

/** `undefined`: it is not known. */
function servedBy(tunnel: Tunnel, published: readonly TunnelRoutes[]): readonly Route[] | undefined {
  const routes = published.find((one) => one.tunnel === keyOf(tunnel))?.routes;
  return routes && [...routes.values()].flat();
}

function poolIn(
  { configMaps, secrets }: ClusterState,
  reference: CaPoolKey,
  { tools, missing }: Required<Pick<RoutingOptions, 'tools' | 'missing'>>,
): CaPool | undefined {
  const { object } = splitCaPoolKey(reference);
  const found = { configMap: configMaps.get(object), secret: secrets.get(object) };
  const isKnown = found.configMap !== undefined || found.secret !== undefined || missing.has(object);
  return isKnown ? readCaPool(reference, found, tools) : undefined;
}

function certificatesIn(pools: ReadonlyMap<CaPoolKey, CaPool | undefined>): FindCertificates {
  return (fingerprint) => {
    for (const pool of pools.values())
      if (pool !== undefined && 'pem' in pool && pool.fingerprint === fingerprint) return pool.pem;
    return undefined;
  };
}

/** All routes if the ConfigMap has room for them, else as many as fit. */
function fit(
  tunnel: Tunnel,
  routes: readonly Route[],
  { certificates, tools }: { readonly certificates: FindCertificates; readonly tools: RoutingTools },
) {
  const config = tools.renderConfig(compileConfig('', tunnel.spec, routes));
  const files = [...new Set(routes.flatMap(({ caPool }) => caPool?.fingerprint ?? []))];
  const caFiles = Object.fromEntries(files.map((fingerprint) => [fingerprint, certificates(fingerprint) ?? '']));
  const isSmall = isWithinBudget({ config, routes: encodeRoutes(routes), caFiles, hash: '' });
  return isSmall ? { fitting: routes, unfit: [] } : fitRoutes(routes, certificates);
}

function noRoom(tunnel: Tunnel, { hostname }: Route): Problem {
  const why = `does not fit into the ConfigMap of Tunnel ${keyOf(tunnel)}. Use another Tunnel, or fewer certificates`;
  return { reason: 'TunnelNotReady', message: `${hostname} ${why}` };
}
