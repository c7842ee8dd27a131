/** The routes of all hostnames. */
import type { Hostname } from '../model/hostname.ts';
import { byPrecedence } from '../model/precedence.ts';
import { shareTokenCheck } from '../model/token-check.ts';
import type { FindEndpoints } from './destinations.ts';
import { refuseEncoded } from './encoded-path.ts';
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
    routes: shareTokenCheck(own.map(({ route }) => route))
      ? own.map((route) => envoyRoute(route, find))
      : routesByPath(own, find),
    retry_policy: DEFAULT_RETRY,
  }));
}

/** For each request, the path that its token was asked for is the one that answers it. */
function routesByPath(sorted: readonly ProxiedRoute[], find: FindEndpoints): readonly JsonObject[] {
  const byPath = Map.groupBy(sorted, ({ route }) => JSON.stringify(route.path));
  return [...byPath.values()].flatMap((own) => {
    const routes = own.map((route) => envoyRoute(route, find));
    const refusal = refuseEncoded(own[0]?.route.path);
    return refusal === undefined ? routes : [...routes, refusal];
  });
}
