/** What the operator decides about the objects of a cluster, without a pass. */
import { isCertificate } from '../../src/adapters/certificate.ts';
import { renderConfig } from '../../src/adapters/cloudflared/config-yaml.ts';
import { fingerprint } from '../../src/adapters/digest.ts';
import { sourceKinds } from '../../src/adapters/kubernetes/source-kinds.ts';
import type { ConfigMap, KubeObject, Tunnel } from '../../src/api/objects.ts';
import type { Route } from '../../src/core/model/route.ts';
import { ownedMetadata, ownedNames } from '../../src/core/owned.ts';
import type { PolicyScope } from '../../src/core/preview/known-policies.ts';
import {
  type RoutedState,
  type RoutingOptions,
  type RoutingTools,
  routeState,
} from '../../src/core/preview/routed-state.ts';
import { stateOf } from '../../src/core/preview/state.ts';
import { ROUTES_KEY, encodeRoutes } from '../../src/core/published-routes/routes-json.ts';
import { SOURCES } from '../../src/wiring/sources.ts';
import { PARSERS } from './parsers.ts';

export const KINDS = sourceKinds(SOURCES);

const TOOLS: RoutingTools = { ...PARSERS, isCertificate, fingerprint, renderConfig };

export interface Known extends Omit<RoutingOptions, 'tools'> {
  /** By default all namespaces. */
  readonly policiesOf?: PolicyScope;
  /** Instead of the operator's. */
  readonly tools?: Partial<RoutingTools>;
}

export function routed(
  objects: readonly KubeObject[],
  { policiesOf = 'all', tools, ...known }: Known = {},
): RoutedState {
  return routeState(stateOf(objects, KINDS, policiesOf), { tools: { ...TOOLS, ...tools }, ...known });
}

/** The ConfigMap in which a Tunnel has published its routes. */
export function publishedRoutes(tunnel: Tunnel, routes: readonly Route[]): ConfigMap {
  const metadata = ownedMetadata(tunnel, ownedNames(tunnel).workload);
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [ROUTES_KEY]: encodeRoutes(routes) } };
}

/** The same, broken by a person. */
export function unreadableRoutes(tunnel: Tunnel): ConfigMap {
  return { ...publishedRoutes(tunnel, []), data: { [ROUTES_KEY]: '{' } };
}
