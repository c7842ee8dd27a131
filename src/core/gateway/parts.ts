/** The rules of a route, and the routes that they become at a Tunnel. */
import { ANY_HOST, type Hostname } from '../model/hostname.ts';
import type { Parsed } from '../model/parsed.ts';
import { type Problem, claimOf } from '../model/route.ts';
import type { ParsedRoute, Target } from '../model/route-request.ts';
import { listed } from '../quote.ts';
import type { UnresolvedReference } from './backend.ts';
import { type ReadMatch, type ReadRule, targetOf } from './rule.ts';

/** A rule with its matches, of which each becomes a route. */
export interface RulePart {
  /** The field that states the rule, for messages. */
  readonly place: string;
  readonly rule: ReadRule;
  readonly matches: readonly Parsed<ReadMatch>[];
}

export type RouteParts = readonly RulePart[];

export function unresolvedIn(parts: RouteParts): readonly UnresolvedReference[] {
  return parts.flatMap(({ rule }) => rule.unresolved);
}

/** What cannot be served as it is stated. */
export function droppedIn(parts: RouteParts): readonly string[] {
  return parts.flatMap(({ place, rule, matches }) => [
    ...rule.unsupported.map((why) => `${place}: ${why}`),
    ...matches.flatMap((match) => ('problem' in match ? [`${place}: ${match.problem}`] : [])),
  ]);
}

/** No rule can be served as it is stated. */
export function isFullyDropped(parts: RouteParts): boolean {
  return parts.length > 0 && parts.every((part) => part.rule.unsupported.length > 0 || part.matches.every(isInvalid));
}

/** No match is valid, so it is not known what is asked for. */
export function hasNoMatch(parts: RouteParts): boolean {
  return parts.length > 0 && parts.every(({ matches }) => matches.every(isInvalid));
}

/** Tells of the rules that let requests through only in part, or not at all. Their last good routes do not stay. */
export function closedIn(parts: RouteParts): readonly ParsedRoute[] {
  return parts.flatMap(({ place, rule: { unsupported } }): readonly ParsedRoute[] => {
    if (unsupported.length === 0) return [];
    const problem: Problem = { reason: 'InvalidSpec', message: `${place}: ${listed(unsupported, '; ')}` };
    return [{ hostnames: [], isForbidden: true, problems: [problem], warnings: [] }];
  });
}

function isInvalid(match: Parsed<ReadMatch>): boolean {
  return 'problem' in match;
}

/** What is known of hostnames besides the route. */
export interface HostnameFacts {
  /** Only requests without TLS are meant. */
  readonly withoutTls: ReadonlySet<Hostname>;
  /** The namespace of the listener that names it. */
  readonly owners: ReadonlyMap<Hostname, string>;
}

export function routesAt(
  hostnames: readonly Hostname[],
  { withoutTls, owners }: HostnameFacts,
  parts: RouteParts,
): readonly ParsedRoute[] {
  const groups = Map.groupBy(
    hostnames,
    (hostname) => `${hostname === ANY_HOST} ${withoutTls.has(hostname)} ${owners.get(hostname) ?? ''}`,
  );
  return [...groups.values()].flatMap((names) => {
    const [name = ANY_HOST] = names;
    const isWithoutTls = withoutTls.has(name);
    const owner = owners.get(name);
    const routes = parts.flatMap(({ place, rule, matches }) =>
      matches.map((match) => routeOf(match, { names, place, rule, isWithoutTls, owner })),
    );
    return withoutRepetitions(routes, name);
  });
}

interface RouteContext {
  readonly names: readonly Hostname[];
  readonly place: string;
  readonly rule: ReadRule;
  readonly isWithoutTls: boolean;
  readonly owner: string | undefined;
}

function routeOf(match: Parsed<ReadMatch>, { names, place, rule, isWithoutTls, owner }: RouteContext): ParsedRoute {
  if ('problem' in match) {
    const problem: Problem = { reason: 'InvalidSpec', message: `${place}: ${match.problem}` };
    return { hostnames: names, isPathUnknown: true, problems: [problem], warnings: [] };
  }
  const target = targetOf(rule, isWithoutTls ? plainHttp(match.value) : match.value);
  return {
    hostnames: names,
    target: {
      ...(names.includes(ANY_HOST) ? unrecorded(target) : target),
      ...(owner === undefined ? {} : { hostnameOwner: owner }),
    },
    problems: [],
    warnings: [],
  };
}

/** The edge says which protocol a visitor has used. */
function plainHttp({ match = {}, ...where }: ReadMatch): ReadMatch {
  const { headers = [] } = match;
  return { ...where, match: { ...match, headers: [...headers, { name: 'x-forwarded-proto', value: 'http' }] } };
}

function unrecorded(target: Target): Target {
  return { ...target, dns: 'disabled' };
}

/** Of equal matches, the first counts. */
function withoutRepetitions(routes: readonly ParsedRoute[], hostname: Hostname): readonly ParsedRoute[] {
  const claimed = new Set<string>();
  return routes.filter(({ target }) => {
    if (target === undefined) return true;
    const claim = claimOf({ ...target, hostname });
    if (claimed.has(claim)) return false;
    claimed.add(claim);
    return true;
  });
}
