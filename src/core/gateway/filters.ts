/** Reads the filters of a rule. */
import type { HeaderModifier, PathModifier, RouteFilter } from '../../api/gateway-routes.ts';
import type { Cors, Filter, HeaderChange, Mirror, PathRewrite, Redirect, Rewrite } from '../model/proxy-rule.ts';
import { quoted } from '../quote.ts';
import { type ReferringRoute, type UnresolvedReference, resolveBackend } from './backend.ts';

export interface ReadFilters {
  readonly filters: readonly Filter[];
  /** Backends of mirrors that do not exist. Such a mirror is left out. */
  readonly unresolved: readonly UnresolvedReference[];
  /** Filters that nobody can apply. Requests must not be served without them. */
  readonly unsupported: readonly string[];
}

/** The filters of a whole rule. */
export function readFilters(wanted: readonly RouteFilter[], route: ReferringRoute): ReadFilters {
  return separated(wanted.map((filter) => readFilter(filter, route)));
}

/** The filters of one backend. Of a share of its requests, the proxy changes only headers. */
export function readBackendFilters(wanted: readonly RouteFilter[], route: ReferringRoute): ReadFilters {
  return separated(wanted.map((filter) => (isForRules(filter) ? misplaced(filter) : readFilter(filter, route))));
}

function separated(read: readonly ReadFilter[]): ReadFilters {
  return {
    filters: read.flatMap((one) => ('filter' in one ? [one.filter] : [])),
    unresolved: read.flatMap((one) => ('unresolved' in one ? [one.unresolved] : [])),
    unsupported: read.flatMap((one) => ('unsupported' in one ? [one.unsupported] : [])),
  };
}

function isForRules({ requestRedirect, urlRewrite, requestMirror, cors }: RouteFilter): boolean {
  return [requestRedirect, urlRewrite?.path, requestMirror, cors].some((field) => field !== undefined);
}

function misplaced({ type }: RouteFilter): ReadFilter {
  return { unsupported: `the filter ${quoted(type)} works only for a whole rule; move it to the filters of the rule` };
}

type ReadFilter =
  { readonly filter: Filter } | { readonly unresolved: UnresolvedReference } | { readonly unsupported: string };

function readFilter(filter: RouteFilter, route: ReferringRoute): ReadFilter {
  const { requestHeaderModifier, responseHeaderModifier, requestRedirect, urlRewrite, requestMirror, cors } = filter;
  if (requestHeaderModifier !== undefined) return requestHeaders(requestHeaderModifier);
  if (responseHeaderModifier !== undefined)
    return { filter: { type: 'ResponseHeaders', ...headerChange(responseHeaderModifier) } };
  if (requestRedirect !== undefined) return { filter: { type: 'Redirect', ...redirect(requestRedirect) } };
  if (urlRewrite !== undefined) return { filter: { type: 'Rewrite', ...rewrite(urlRewrite) } };
  if (cors !== undefined) return { filter: { type: 'Cors', ...corsOf(cors) } };
  if (requestMirror === undefined)
    return { unsupported: `the filter ${quoted(filter.type)} is not supported; remove it` };
  const mirror = mirrorOf(requestMirror, route);
  return 'reason' in mirror ? { unresolved: mirror } : { filter: { type: 'Mirror', ...mirror } };
}

/** A request has exactly one Host. */
function requestHeaders(modifier: HeaderModifier): ReadFilter {
  const { add = [], remove = [] } = modifier;
  if ([...add.map(({ name }) => name), ...remove].some((name) => name.toLowerCase() === 'host'))
    return { unsupported: 'the header Host can be set, but neither added nor removed; put it into "set"' };
  return { filter: { type: 'RequestHeaders', ...headerChange(modifier) } };
}

function headerChange({ set = [], add = [], remove = [] }: HeaderModifier): HeaderChange {
  return {
    ...(set.length === 0 ? {} : { set: set.map(({ name, value }) => ({ name, value })) }),
    ...(add.length === 0 ? {} : { add: add.map(({ name, value }) => ({ name, value })) }),
    ...(remove.length === 0 ? {} : { remove }),
  };
}

const USUAL_REDIRECT = 302;

function redirect({
  scheme,
  hostname,
  port,
  path,
  statusCode = USUAL_REDIRECT,
}: NonNullable<RouteFilter['requestRedirect']>): Redirect {
  return {
    ...(scheme === undefined ? {} : { scheme }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(port === undefined ? {} : { port }),
    ...pathRewrite(path),
    statusCode,
  };
}

function rewrite({ hostname, path }: NonNullable<RouteFilter['urlRewrite']>): Rewrite {
  return { ...(hostname === undefined ? {} : { hostname }), ...pathRewrite(path) };
}

function pathRewrite(path: PathModifier | undefined): { readonly path?: PathRewrite } {
  if (path === undefined) return {};
  return path.type === 'ReplaceFullPath'
    ? { path: { type: 'Full', value: path.replaceFullPath ?? '/' } }
    : { path: { type: 'Prefix', value: path.replacePrefixMatch ?? '/' } };
}

const WHOLE = 100;

function mirrorOf(
  { backendRef, percent, fraction }: NonNullable<RouteFilter['requestMirror']>,
  route: ReferringRoute,
): Mirror | UnresolvedReference {
  const resolved = resolveBackend(backendRef, route);
  if ('reason' in resolved) return resolved;
  const { backend, isBlocked } = resolved;
  if (isBlocked)
    return {
      reason: 'BackendNotFound',
      message: `No copies go to Service ${backend.service}: its BackendTLSPolicy is invalid`,
    };
  if (fraction !== undefined)
    return { backend, fraction: { numerator: fraction.numerator, denominator: fraction.denominator ?? WHOLE } };
  return percent === undefined ? { backend } : { backend, fraction: { numerator: percent, denominator: WHOLE } };
}

/** How long a browser may keep an answer about cross-origin requests, if a filter does not say. */
const USUAL_MAX_AGE = 5;

function corsOf({
  allowOrigins = [],
  allowMethods = [],
  allowHeaders = [],
  exposeHeaders = [],
  allowCredentials = false,
  maxAge = USUAL_MAX_AGE,
}: NonNullable<RouteFilter['cors']>): Cors {
  return { allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAgeSeconds: maxAge };
}
