/** Hostnames that rules of others at Cloudflare hold, so that routes of a Tunnel in Remote mode are not published. */
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import type { Route } from '../model/route.ts';
import { publishedBy, routesBySource } from '../published-routes/by-tunnel.ts';
import { decodeRoutes } from '../published-routes/routes-json.ts';
import { type RemoteConfig, describeRule, rulesOf } from '../remote-config/configuration.ts';
import { decidePublication } from '../remote-config/publication.ts';
import type { RoutedState } from './routed-state.ts';

/**
 * The state in which such routes have no rule, and their sources the problem. `current`: what Cloudflare has now. Rules
 * that the spec asks to replace hold nothing, although the operator lists them in status before it removes them.
 */
export function withoutHeld(routed: RoutedState, tunnel: Tunnel, current: RemoteConfig): RoutedState {
  const key = keyOf(tunnel);
  const routes = routed.rules.get(key) ?? [];
  const named = new Set(rulesOf(current).map(describeRule));
  const published = publishedRoutes(routed, tunnel) ?? routes;
  const { conflicts, publishable } = decidePublication({ current, routes, published, spec: tunnel.spec, named });
  const problems = new Map(routed.problems);
  for (const { route, why, reason = 'HostnameConflict' } of conflicts)
    problems.set(route.source, [...(problems.get(route.source) ?? []), { reason, message: why }]);
  return { ...routed, problems, rules: new Map([...routed.rules, [key, publishable]]) };
}

/** `undefined`: it is not known. */
function publishedRoutes({ state }: RoutedState, tunnel: Tunnel): readonly Route[] | undefined {
  const { routes } = publishedBy(
    tunnel,
    (key: ObjectKey) => state.configMaps.get(key),
    (configMap) => {
      const decoded = decodeRoutes(configMap);
      return decoded && routesBySource(decoded);
    },
  );
  return routes && [...routes.values()].flat();
}
