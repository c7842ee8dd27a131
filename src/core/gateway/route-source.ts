import { GATEWAY_GROUP } from '../../api/gateway-objects.ts';
import type { GatewayRoute } from '../../api/gateway-routes.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import { splitKey } from '../keys.ts';
import type { Route } from '../model/route.ts';
import type { RouteRequest } from '../model/route-request.ts';
import { isOriginWithoutBackend, serviceOf } from '../model/service-origin.ts';
import { namespaceOf } from '../model/source.ts';
import type { Parsers } from '../sources/parsers.ts';
import type { RelatedObjects } from '../sources/related.ts';
import type { RouteSource } from '../sources/source.ts';
import { isPermitted } from '../grants.ts';
import { exposedConditionOf, parentsWith } from './parent-status.ts';
import { hasParent } from './request.ts';

type Parse<Source> = (route: Source, parsers: Parsers, related: RelatedObjects) => RouteRequest;

/** A kind of route whose parents are Gateways. Of its status, the entries with our controller name are ours. */
export function gatewayRouteSource<Source extends GatewayRoute>(
  kind: string,
  parse: Parse<Source>,
): RouteSource<Source> {
  return {
    kind,
    requestsExposure: (route, related) => hasParent(kind, route, related),
    parse,
    isOwnOrigin: (route, { related }) => isPermittedRoute(kind, route, related),
    conditionOf: exposedConditionOf,
    isStatusShared: true,
    isReported: (route, exposure) => sameJson(route.status?.parents ?? [], parentsWith(route, exposure)),
    statusWith: (route, exposure) => ({ parents: parentsWith(route, exposure) }),
  };
}

function isPermittedRoute(kind: string, route: Route, related: RelatedObjects): boolean {
  const { source, origin } = route;
  const service = serviceOf(origin);
  if (service === undefined && !isOriginWithoutBackend(origin)) return false;
  const from = { group: GATEWAY_GROUP, kind, namespace: namespaceOf(source) };
  return servicesOf(route).every((key) =>
    isPermitted({ from, to: { group: '', kind: 'Service', ...splitKey(key) } }, related),
  );
}

/** Every Service that requests, or copies of them, are sent to. */
function servicesOf({ origin, proxy }: Route): readonly ObjectKey[] {
  const backends = proxy?.backends ?? [];
  const filters = [...(proxy?.filters ?? []), ...backends.flatMap((one) => one.filters ?? [])];
  return [
    ...[serviceOf(origin)].filter((service) => service !== undefined),
    ...backends.flatMap(({ backend }) => (backend === undefined ? [] : [backend.service])),
    ...filters.flatMap((filter) => (filter.type === 'Mirror' ? [filter.backend.service] : [])),
  ];
}
