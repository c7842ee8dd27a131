/** The routes of all hostnames. */
import type { Hostname } from '../model/hostname.ts';
import { byPrecedence } from '../model/precedence.ts';
import type { FindEndpoints } from './destinations.ts';
import { type JsonObject, typed } from './envoy-json.ts';
import { ROUTE_CONFIGURATION } from './names.ts';
import type { ProxiedRoute } from './proxied-route.ts';
import { DEFAULT_RETRY, RETRY_SAFE_METHODS } from './retries.ts';
import { envoyRoute } from './route.ts';

/**
 * Envoy refuses routes to clusters that it does not know yet. Routes and clusters are two files, and nothing says which
 * of them it reads first after a change.
 */
export function routeConfiguration(hosts: readonly JsonObject[]): JsonObject {
  return typed('config.route.v3.RouteConfiguration', {
    name: ROUTE_CONFIGURATION,
    validate_clusters: true,
    ignore_port_in_host_matching: true,
    most_specific_header_mutations_wins: true,
    request_headers_to_add: [RETRY_SAFE_METHODS],
    virtual_hosts: hosts,
  });
}

/** One for each hostname. Envoy chooses the most specific one, and answers 404 if none of its routes matches. */
export function virtualHosts(routes: readonly ProxiedRoute[], find: FindEndpoints): readonly JsonObject[] {
  const sorted = routes.toSorted((a, b) => byPrecedence(a.route, b.route));
  const byHostname = Map.groupBy(sorted, ({ route }): Hostname => route.hostname);
  return [...byHostname].map(([hostname, own]) => ({
    name: hostname,
    domains: [hostname],
    routes: own.map((route) => envoyRoute(route, find)),
    retry_policy: DEFAULT_RETRY,
  }));
}
