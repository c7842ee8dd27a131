/** Explains a hostname: who asks for it, who has it, which rule answers, and why others do not have it. */
import type { Condition } from '../../api/conditions.ts';
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { guardRoutes } from '../applications/guards.ts';
import { patternOf } from '../ingress/path-pattern.ts';
import { compare, keyOf } from '../keys.ts';
import { covers } from '../model/hostname.ts';
import { isLanName, placeOf } from '../model/lan-name.ts';
import { byPrecedence } from '../model/precedence.ts';
import { type Problem, type Route, claimOf } from '../model/route.ts';
import type { RouteRequest } from '../model/route-request.ts';
import { type SourceKey, firstKeyOf } from '../model/source.ts';
import { ownedNames } from '../owned.ts';
import type { RoutedState } from '../preview/routed-state.ts';
import { sourceObjectsIn } from '../preview/state.ts';
import { decodeRoutes } from '../published-routes/routes-json.ts';
import type { RouteSource, Standing } from '../sources/source.ts';

export interface Question {
  readonly hostname: string;
  /** Path of the request; `/` if none is given. */
  readonly path: string;
  /** Whether an RE2 pattern matches somewhere in a path. */
  readonly matches: (pattern: string, path: string) => boolean;
}

export interface Explanation {
  readonly hostname: string;
  /** The source whose rule answers; absent: none does. */
  readonly holder?: Holder;
  /** Other rules for the hostname, in the order in which they match. */
  readonly others: readonly ExplainedRule[];
  /** Sources that ask for the hostname and do not have it, or not all of it. */
  readonly refused: readonly Refused[];
}

export interface ExplainedRule {
  readonly claim: string;
  readonly source: SourceKey;
  /** Where it leads. */
  readonly origin: string;
  /** A name of the local network, which has no rule. */
  readonly isLocal?: true;
  /** Who may enter. Absent: everybody. */
  readonly access?: RuleAccess;
}

/** How a rule is protected. */
export interface RuleAccess {
  /** AccessPolicies in the order in which they apply; empty: those of the application above it. */
  readonly policies: readonly ObjectKey[];
  /** Hostname and path of the application. */
  readonly application: string;
}

export interface Holder extends ExplainedRule {
  readonly tunnel: ObjectKey;
  /** How many sources ask for the hostname. */
  readonly claimants: number;
  /** `undefined`: the ConfigMap of the Tunnel could not be read. */
  readonly isPublished: boolean | undefined;
  /** What the operator says about the source. */
  readonly condition: Standing | undefined;
  /** The summary of the Tunnel. */
  readonly ready: Pick<Condition, 'status' | 'reason' | 'message'> | undefined;
  readonly isSuspended: boolean;
}

export interface Refused {
  readonly source: SourceKey;
  readonly problems: readonly Problem[];
}

export function explain(routed: RoutedState, question: Question): Explanation {
  const { hostname } = question;
  const tunnel = tunnelFor(routed, hostname);
  const rules = tunnel === undefined ? [] : (routed.rules.get(keyOf(tunnel)) ?? []).toSorted(byPrecedence);
  const about = rules.filter((route) => covers(route.hostname, hostname));
  const answering = about.find((route) => answers(route, question));
  return {
    hostname,
    ...(answering === undefined || tunnel === undefined
      ? {}
      : { holder: holderOf(routed, answering, { tunnel, hostname }) }),
    others: about.filter((route) => route !== answering).map((route) => describe(route, rules)),
    refused: refusedFor(routed, hostname),
  };
}

/** Every hostname that somebody asks for, to suggest one. */
export function requestedNames({ requests }: RoutedState): readonly string[] {
  return [...new Set(requests.flatMap(({ routes }) => routes.flatMap(({ hostnames }) => hostnames)))];
}

/** The Tunnel to which the name resolves: that of the hostname itself, else of the longest wildcard over it. */
function tunnelFor({ table, state }: RoutedState, hostname: string): Tunnel | undefined {
  const names = [...table.claims.keys()].filter((name) => covers(name, hostname));
  const [best] = names.toSorted((a, b) => Number(b === hostname) - Number(a === hostname) || b.length - a.length);
  const key = best && table.claims.get(best);
  return state.tunnels.find((tunnel) => keyOf(tunnel) === key);
}

function answers({ path }: Route, question: Question): boolean {
  return path === undefined || question.matches(patternOf(path), question.path);
}

function describe(route: Route, rules: readonly Route[]): ExplainedRule {
  const local = isLanName(route) ? { isLocal: true as const } : {};
  const access = accessOf(route, rules);
  return {
    claim: claimOf(route),
    source: route.source,
    origin: placeOf(route),
    ...local,
    ...(access === undefined ? {} : { access }),
  };
}

/** What protects a route, among all of its Tunnel. */
function accessOf(route: Route, rules: readonly Route[]): RuleAccess | undefined {
  const application = isLanName(route) ? undefined : guardRoutes(rules).domains.get(route);
  const { access } = route;
  if (application === undefined) return undefined;
  return { application, policies: access === undefined || access === 'none' ? [] : access };
}

function holderOf(
  routed: RoutedState,
  route: Route,
  { tunnel, hostname }: { readonly tunnel: Tunnel; readonly hostname: string },
): Holder {
  const rules = routed.rules.get(keyOf(tunnel)) ?? [];
  const ready = tunnel.status?.conditions?.find(({ type }) => type === 'Ready');
  return {
    ...describe(route, rules),
    tunnel: keyOf(tunnel),
    claimants: claimantsOf(routed, hostname).length,
    isPublished: isPublished(routed, tunnel, route),
    condition: conditionOf(routed, route.source),
    ready,
    isSuspended: tunnel.spec.suspend === true,
  };
}

function isPublished({ state }: RoutedState, tunnel: Tunnel, route: Route): boolean | undefined {
  const configMap = state.configMaps.get(`${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`);
  const published = decodeRoutes(configMap);
  return published?.some(
    (one) => claimOf(one) === claimOf(route) && one.source === route.source && one.isLeaving !== true,
  );
}

function conditionOf({ state }: RoutedState, source: SourceKey): Standing | undefined {
  const object = sourceObjectsIn(state).get(firstKeyOf(source));
  const kind: RouteSource | undefined = state.sources.find(({ source: one }) => one.kind === object?.kind)?.source;
  return object === undefined ? undefined : (kind?.conditionOf?.(object) ?? kind?.standingOf?.(object, state.related));
}

/** Oldest first. */
function refusedFor(routed: RoutedState, hostname: string): readonly Refused[] {
  return claimantsOf(routed, hostname)
    .toSorted((a, b) => compare(a.createdAt, b.createdAt) || compare(a.source, b.source))
    .map(({ source }) => ({ source, problems: routed.problems.get(source) ?? [] }))
    .filter((one) => one.problems.length > 0);
}

/** Requests that name the hostname, or get it from the domain of their Tunnel. */
function claimantsOf({ requests, table }: RoutedState, hostname: string): readonly RouteRequest[] {
  return requests.filter(({ routes, source }) => {
    const named = routes.flatMap(({ hostnames }) => hostnames);
    const given = table.results.get(source)?.routes.map((route) => route.hostname) ?? [];
    return [...named, ...given].some((name) => covers(name, hostname));
  });
}
