/** The routes that name a Gateway or a ListenerSet, whoever serves it. */
import { GATEWAY_CONTROLLER, GATEWAY_GROUP } from '../../api/gateway-objects.ts';
import type { GatewayRoute } from '../../api/gateway-routes.ts';
import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import { compare, keyOf } from '../keys.ts';

export type ParentKind = 'Gateway' | 'ListenerSet';

/** The parents of a kind that an object names; none if it is no route. */
export function parentsNamedBy(wanted: ParentKind, object: KubeObject | undefined): readonly ObjectKey[] {
  const { spec, metadata } = (object ?? {}) as Partial<GatewayRoute>;
  const parents = (spec?.parentRefs ?? []).flatMap(({ group = GATEWAY_GROUP, kind = 'Gateway', namespace, name }) =>
    group === GATEWAY_GROUP && kind === wanted ? [`${namespace ?? metadata?.namespace ?? ''}/${name}`] : [],
  );
  return [...new Set(parents)];
}

export type RoutesByParent = ReadonlyMap<ObjectKey, readonly GatewayRoute[]>;

/** By parent, the routes that name it. A list that is as it was before stays the same object. */
export function indexRoutes(
  kind: ParentKind,
  routes: readonly GatewayRoute[],
  before: RoutesByParent = new Map(),
): RoutesByParent {
  const index = new Map<ObjectKey, GatewayRoute[]>();
  for (const route of routes)
    for (const parent of parentsNamedBy(kind, route)) {
      const named = index.get(parent);
      if (named === undefined) index.set(parent, [route]);
      else named.push(route);
    }
  return new Map([...index].map(([parent, named]) => [parent, sameList(named.toSorted(byKey), before.get(parent))]));
}

function sameList(
  named: readonly GatewayRoute[],
  before: readonly GatewayRoute[] | undefined,
): readonly GatewayRoute[] {
  const isSame = before?.length === named.length && before.every((route, index) => route === named[index]);
  return isSame ? before : named;
}

function byKey(a: GatewayRoute, b: GatewayRoute): number {
  return compare(a.kind, b.kind) || compare(keyOf(a), keyOf(b));
}

/** How parents of other controllers take a route, without times and texts. */
export function acceptanceOf(object: KubeObject | undefined): unknown {
  const { status } = (object ?? {}) as Partial<GatewayRoute>;
  const others = (status?.parents ?? []).filter(({ controllerName }) => controllerName !== GATEWAY_CONTROLLER);
  return others.map(({ parentRef, controllerName, conditions = [] }) => [
    parentRef,
    controllerName,
    conditions.find(({ type }) => type === 'Accepted')?.status,
  ]);
}
