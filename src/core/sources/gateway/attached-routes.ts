/** The routes that the controller of a Gateway has attached to it, as the status of each route says. */
import {
  GATEWAY_CONTROLLER,
  type Gateway,
  type Listener,
  type ListenerSet,
  type ParentReference,
} from '../../../api/gateway-objects.ts';
import type { GatewayRoute } from '../../../api/gateway-routes.ts';
import { sameJson } from '../../equal.ts';
import { keyOf } from '../../keys.ts';
import type { RelatedObjects } from '../related.ts';
import type { GatewayListener } from './listeners.ts';

/** A reference of a route to the Gateway, or to a ListenerSet that is attached to it. */
export interface AttachedRoute {
  readonly route: GatewayRoute;
  /** Those that the reference means. */
  readonly listeners: readonly GatewayListener[];
  /** Its controller has not answered yet. */
  readonly isUndecided: boolean;
}

/** `all`: the listeners of the Gateway. */
export function attachedRoutesOf(
  gateway: Gateway,
  all: readonly GatewayListener[],
  related: RelatedObjects,
): readonly AttachedRoute[] {
  const controller = related.get('GatewayClass', gateway.spec.gatewayClassName)?.spec.controllerName;
  const parents = new Set([gateway, ...all.map(({ by }) => by)]);
  return [...parents].flatMap((parent) =>
    routesNaming(parent, related).flatMap((route) =>
      referencesTo(parent, route).flatMap((reference) => {
        const answer = answerTo(reference, route, controller);
        const listeners = all.filter(({ by, listener }) => by === parent && isMeant(listener, reference));
        return answer === 'False' ? [] : [{ route, listeners, isUndecided: answer !== 'True' }];
      }),
    ),
  );
}

type Parent = Gateway | ListenerSet;

function routesNaming(parent: Parent, related: RelatedObjects): readonly GatewayRoute[] {
  const named = related.get(parent.kind === 'ListenerSet' ? 'ListenerSetRoutes' : 'GatewayRoutes', keyOf(parent)) ?? [];
  return named.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

function referencesTo({ kind: wanted, metadata }: Parent, route: GatewayRoute): readonly ParentReference[] {
  const { namespace: own } = route.metadata;
  return (route.spec.parentRefs ?? []).filter(
    ({ kind = 'Gateway', namespace = own, name }) =>
      kind === wanted && namespace === metadata.namespace && name === metadata.name,
  );
}

/** The condition `Accepted` of the controller; of any but us, while the class that names it does not exist. */
function answerTo(
  reference: ParentReference,
  { status, metadata }: GatewayRoute,
  controller: string | undefined,
): string | undefined {
  const entry = (status?.parents ?? []).find(
    ({ parentRef, controllerName }) =>
      (controller === undefined ? controllerName !== GATEWAY_CONTROLLER : controllerName === controller) &&
      sameJson(meaningOf(parentRef, metadata.namespace), meaningOf(reference, metadata.namespace)),
  );
  return entry?.conditions?.find(({ type }) => type === 'Accepted')?.status;
}

/** A controller may add the defaults of a reference, or leave them out. */
function meaningOf(
  { kind = 'Gateway', namespace, name, sectionName, port }: ParentReference,
  own: string | undefined,
): readonly (string | number | undefined)[] {
  return [kind, namespace ?? own, name, sectionName, port];
}

function isMeant({ name, port, protocol }: Listener, { sectionName, port: wanted }: ParentReference): boolean {
  const isHttp = protocol === 'HTTP' || protocol === 'HTTPS';
  return isHttp && (sectionName ?? name) === name && (wanted ?? port) === port;
}
