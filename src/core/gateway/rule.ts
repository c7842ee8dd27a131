/** Makes targets of the rules of a route, whatever kind of route it is. */
import type { RouteRule, SessionPersistence, WeightedReference } from '../../api/gateway-routes.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { NO_ORIGIN, originOf } from '../model/service-origin.ts';
import type { Filter, ProxyRule, RequestMatch, Session, WeightedBackend } from '../model/proxy-rule.ts';
import type { PathMatch } from '../model/route.ts';
import type { Target } from '../model/route-request.ts';
import { type ReferringRoute, type ResolvedBackend, type UnresolvedReference, resolveBackend } from './backend.ts';
import { milliseconds } from './durations.ts';
import { readBackendFilters, readFilters } from './filters.ts';

/** What the matches of a rule are joined with. */
export interface ReadRule {
  readonly filters: readonly Filter[];
  readonly backends: readonly WeightedBackend[];
  /** The only backend, if cloudflared can reach it without the proxy. */
  readonly direct: ResolvedBackend['backend'] | undefined;
  readonly sessionPersistence: SessionPersistence | undefined;
  readonly more: Pick<ProxyRule, 'timeouts' | 'retry' | 'isHttp2'>;
  readonly unresolved: readonly UnresolvedReference[];
  readonly unsupported: readonly string[];
  /** BackendTLSPolicies that name a Service of the rule. */
  readonly policies: readonly ObjectKey[];
}

/** A match, with the path apart. */
export interface ReadMatch {
  readonly path?: PathMatch;
  readonly match?: RequestMatch;
}

export function readRule(rule: RouteRule, more: ReadRule['more'], route: ReferringRoute): ReadRule {
  const { filters, unresolved, unsupported } = readFilters(rule.filters ?? [], route);
  const backends = (rule.backendRefs ?? []).map((reference, index) => readBackend(reference, route, index));
  const [only, ...others] = backends;
  const isPlain =
    others.length === 0 &&
    filters.length === 0 &&
    Object.keys(more).length === 0 &&
    rule.sessionPersistence === undefined;
  // A rule with a filter that cannot be applied must not be served without it, and does not redirect either.
  const isClosed = unsupported.length > 0;
  return {
    filters: isClosed ? [] : filters,
    backends: isClosed ? [] : backends.map(({ backend }) => backend),
    direct: isPlain && !isClosed ? only?.direct : undefined,
    sessionPersistence: rule.sessionPersistence,
    more,
    unresolved: [...unresolved, ...backends.flatMap((one) => one.unresolved)],
    unsupported: [...unsupported, ...backends.flatMap((one) => one.unsupported)],
    policies: policiesFor(rule.backendRefs ?? [], route),
  };
}

function policiesFor(
  references: readonly WeightedReference[],
  { namespace: own, related }: ReferringRoute,
): readonly ObjectKey[] {
  const services = new Set(references.map(({ namespace = own, name }) => `${namespace}/${name}`));
  return [...services].flatMap((service) => (related.get('BackendTlsPolicies', service) ?? []).map(keyOf));
}

interface ReadBackend {
  readonly backend: WeightedBackend;
  readonly direct: ResolvedBackend['backend'] | undefined;
  readonly unresolved: readonly UnresolvedReference[];
  readonly unsupported: readonly string[];
}

function readBackend(
  { weight = 1, filters: wanted = [], ...reference }: WeightedReference,
  route: ReferringRoute,
  index: number,
): ReadBackend {
  const resolved = resolveBackend(reference, route);
  const { filters, unresolved, unsupported: without } = readBackendFilters(wanted, route);
  const unsupported = without.map((why) => `backendRefs[${index}]: ${why}`);
  if ('reason' in resolved)
    return { backend: { weight }, direct: undefined, unresolved: [resolved, ...unresolved], unsupported };
  const { backend, isDirect, isBlocked } = resolved;
  const isServed = unsupported.length === 0 && isBlocked !== true;
  return {
    backend: { weight, ...(isServed ? { backend } : {}), ...(filters.length === 0 ? {} : { filters }) },
    direct: isDirect && weight > 0 && wanted.length === 0 ? backend : undefined,
    unresolved,
    unsupported,
  };
}

export function targetOf(rule: ReadRule, { path, match }: ReadMatch): Target {
  const where = path === undefined ? {} : { path };
  const { direct } = rule;
  if (direct !== undefined && match === undefined) return { ...where, origin: originAt(direct) };
  const first = rule.backends.find(({ backend }) => backend !== undefined)?.backend;
  return {
    ...where,
    origin: first === undefined ? NO_ORIGIN : originAt(first),
    proxy: {
      ...(match === undefined ? {} : { match }),
      ...(rule.filters.length === 0 ? {} : { filters: rule.filters }),
      backends: rule.backends,
      ...rule.more,
      ...sessionOf(rule.sessionPersistence, path),
    },
  };
}

function originAt({ service, port, protocol }: ResolvedBackend['backend']): string {
  return originOf(protocol === 'https' ? 'https' : 'http', service, port);
}

const SESSION_NAME = 'cftunnel-session';

function sessionOf(
  wanted: SessionPersistence | undefined,
  path: PathMatch | undefined,
): { readonly session?: Session } {
  if (wanted === undefined) return {};
  const { sessionName: name = SESSION_NAME, type = 'Cookie', absoluteTimeout, cookieConfig } = wanted;
  if (type === 'Header') return { session: { type, name } };
  const lifetimeMs = cookieConfig?.lifetimeType === 'Permanent' ? milliseconds(absoluteTimeout) : undefined;
  const cookiePath = path === undefined || path.type === 'Regex' ? '/' : path.value;
  return { session: { type, name, path: cookiePath, ...(lifetimeMs === undefined ? {} : { lifetimeMs }) } };
}
