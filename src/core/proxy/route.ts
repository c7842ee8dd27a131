/** One route as Envoy takes it. */
import type { Filter } from '../model/proxy-rule.ts';
import { corsOf } from './cors.ts';
import { type Destination, type FindEndpoints, destinationsOf, plainCluster } from './destinations.ts';
import { type Json, type JsonObject, milliseconds } from './envoy-json.ts';
import { headerChanges, hostSetBy } from './header-changes.ts';
import { matchFor } from './match.ts';
import { INVALID_BACKEND } from './names.ts';
import { pathRewrite } from './path.ts';
import { type ProxiedRoute, upstreamOf } from './proxied-route.ts';
import { redirectOf } from './redirect.ts';
import { exceptFrom, retryOf } from './retries.ts';
import { sessionFilter, sessionHeader } from './session.ts';

export function envoyRoute(proxied: ProxiedRoute, find: FindEndpoints): JsonObject {
  const { route, match, filters, session } = proxied;
  const redirect = redirectOf(filters, route.path);
  const destinations = redirect === undefined ? destinationsOf(proxied, find) : [];
  const action = redirect === undefined ? passOn(proxied, destinations, find) : { redirect };
  const perFilter = { ...corsOf(filters), ...sessionFilter(session) };
  return {
    match: matchFor(route.path, match),
    ...action,
    ...withMore(headerChanges(haveFilters(destinations) ? [] : filters), {
      response_headers_to_add: sessionHeader(session),
      request_headers_to_remove: exceptFrom(proxied),
    }),
    typed_per_filter_config: Object.keys(perFilter).length === 0 ? undefined : perFilter,
  };
}

/** Envoy would apply the filters of the rule after those of a backend, so each backend then has all of them in order. */
function haveFilters(destinations: readonly Destination[]): boolean {
  return destinations.some(({ filters }) => filters.length > 0);
}

function withMore(changes: JsonObject, more: Readonly<Record<string, readonly Json[]>>): JsonObject {
  const added = Object.entries(more).map(([key, list]) => {
    const own = changes[key];
    const all = [...(Array.isArray(own) ? own : []), ...list];
    return [key, all.length === 0 ? undefined : all] as const;
  });
  return { ...changes, ...Object.fromEntries(added) };
}

/** Without a backend that could get a request, the answer is 500. */
function passOn(proxied: ProxiedRoute, destinations: readonly Destination[], find: FindEndpoints): JsonObject {
  if (destinations.every(({ cluster }) => cluster === undefined)) return { direct_response: { status: 500 } };
  const { route, filters, timeouts } = proxied;
  const rewrite = filters.flatMap((filter) => (filter.type === 'Rewrite' ? (filter.path ?? []) : [])).at(-1);
  const mirrors = mirrorsOf(filters, find);
  return {
    route: {
      ...targetOf(destinations, filters),
      timeout: milliseconds(timeouts?.requestMs ?? 0),
      ...(rewrite === undefined ? {} : pathRewrite(rewrite, route.path)),
      ...hostRewrite(haveFilters(destinations) ? [] : filters),
      retry_policy: retryOf(proxied),
      request_mirror_policies: mirrors.length === 0 ? undefined : mirrors,
    },
  };
}

/** `filters`: those of the rule. */
function targetOf(destinations: readonly Destination[], filters: readonly Filter[]): JsonObject {
  const [first, ...others] = destinations;
  const isPlain = !haveFilters(destinations);
  if (first !== undefined && others.length === 0 && isPlain) return { cluster: nameOf(first) };
  const clusters = destinations.map((destination) => ({
    name: nameOf(destination),
    weight: destination.weight,
    ...changesFor(isPlain ? [] : [...filters, ...destination.filters]),
  }));
  return { weighted_clusters: { clusters } };
}

/** For a backend, Envoy does not tell by itself which host the visitor has asked for. */
function changesFor(filters: readonly Filter[]): JsonObject {
  const [changes, literal] = [headerChanges(filters), literalHost(filters)];
  if (Object.keys(literal).length === 0) return changes;
  return { ...withMore(changes, { request_headers_to_add: [FORMER_HOST] }), ...literal };
}

const FORMER_HOST: JsonObject = {
  header: { key: 'x-forwarded-host', value: '%REQ(:AUTHORITY)%' },
  append_action: 'APPEND_IF_EXISTS_OR_ADD',
};

function nameOf({ cluster }: Destination): string {
  return cluster?.name ?? INVALID_BACKEND;
}

/** Like cloudflared, which tells a server the host that a visitor has asked for. */
function hostRewrite(filters: readonly Filter[]): JsonObject {
  const literal = literalHost(filters);
  return Object.keys(literal).length === 0 ? {} : { ...literal, append_x_forwarded_host: true };
}

function literalHost(filters: readonly Filter[]): JsonObject {
  const host = hostSetBy(filters);
  return host === undefined ? {} : { host_rewrite_literal: host };
}

function mirrorsOf(filters: readonly Filter[], find: FindEndpoints): readonly JsonObject[] {
  return filters.flatMap((filter) => {
    const cluster = filter.type === 'Mirror' ? plainCluster(upstreamOf(filter.backend), find) : undefined;
    if (filter.type !== 'Mirror' || cluster === undefined) return [];
    const { fraction } = filter;
    return {
      cluster: cluster.name,
      disable_shadow_host_suffix_append: true,
      ...(fraction === undefined ? {} : { runtime_fraction: { default_value: share(fraction) } }),
    };
  });
}

const MILLION = 1_000_000;

function share({ numerator, denominator }: { readonly numerator: number; readonly denominator: number }): JsonObject {
  return { numerator: Math.round((MILLION * numerator) / denominator), denominator: 'MILLION' };
}
