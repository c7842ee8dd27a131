/** Gateways of another controller for tests, as the operator parses them. */
import type { Condition, ConditionStatus } from '../../src/api/conditions.ts';
import {
  GATEWAY_GROUP,
  type Listener,
  type ListenerSet,
  type RouteParentStatus,
} from '../../src/api/gateway-objects.ts';
import type { HttpRoute } from '../../src/api/gateway-routes.ts';
import type { KubeObject } from '../../src/api/objects.ts';
import type { RouteRequest } from '../../src/core/model/route-request.ts';
import { GATEWAYS } from '../../src/core/sources/gateway/gateway-source.ts';
import { relatedAmong } from '../../src/core/sources/related.ts';
import { EPOCH, type Traits, aService, aTunnel } from './builders.ts';
import { aGateway, aGatewayClass, aListener, aListenerSet, anHttpRoute } from './gateways.ts';
import { aWebService } from './ingresses.ts';
import { PARSERS } from './parsers.ts';

export const ENVOY = 'gateway.envoyproxy.io/gatewayclass-controller';
export const ASKS = { 'cftunnel.io/tunnel': 'home' };
export const APP = 'app.example.com';
export const DATA_PLANE = aWebService('envoy/proxy', '192.0.2.1');
const ODD = aService('shop/odd', {
  ports: [
    { name: 'http-8080', port: 8080 },
    { name: 'https-8443', port: 8443 },
    { name: 'http', port: 80 },
  ],
});
const ODD_PLANE = { ...ODD, metadata: { ...ODD.metadata, namespace: 'envoy' }, clusterAddress: '10.0.0.7' };

export interface Case extends Traits {
  readonly listeners?: readonly Listener[];
  readonly routes?: readonly HttpRoute[];
  /** In the status. */
  readonly addresses?: readonly string[];
  /** In the spec. */
  readonly asked?: readonly string[];
  /** `spec.origin` of the Tunnel. */
  readonly lent?: string;
  /** From which namespaces it admits ListenerSets. */
  readonly admits?: string;
  readonly others?: readonly KubeObject[];
}

export const CLASSES = [aGatewayClass(), aGatewayClass('eg', { controllerName: ENVOY })];

export const TO_EDGE = { parentRefs: [{ name: 'edge', namespace: 'shop' }] };

/** A route of the Gateway `shop/edge`, which its controller takes or not. */
export function attached(key: string, hostnames: readonly string[], more: object = {}, status = 'True'): HttpRoute {
  const parentRefs = [{ ...TO_EDGE.parentRefs[0], name: 'edge', ...more }];
  return acceptedBy(ENVOY, anHttpRoute(key, { hostnames, parentRefs }), status);
}

export function acceptedBy(controllerName: string, route: HttpRoute, status = 'True'): HttpRoute {
  const conditions = [{ type: 'Accepted', status, reason: 'Accepted', message: '', lastTransitionTime: '' }];
  const parents = (route.spec.parentRefs ?? []).map((parentRef) => ({
    // As its controller writes it: with the defaults of the reference.
    parentRef: { group: GATEWAY_GROUP, kind: 'Gateway', ...parentRef },
    controllerName,
    conditions,
  }));
  return { ...route, status: { parents: parents as readonly RouteParentStatus[] } };
}

/** A ListenerSet as the controller of its Gateway describes it. */
export function accepted(
  key: string,
  listeners: readonly Listener[],
  told: { readonly status?: ConditionStatus; readonly listeners?: Readonly<Record<string, readonly Condition[]>> } = {},
): ListenerSet {
  const entries = Object.entries(told.listeners ?? {}).map(([name, conditions]) => ({
    name,
    conditions,
    supportedKinds: [],
    attachedRoutes: 0,
  }));
  const conditions = [condition('Programmed', 'False'), condition('Accepted', told.status ?? 'True')];
  const status = { conditions, listeners: entries };
  return aListenerSet(key, listeners, { status });
}

export function condition(type: string, status: ConditionStatus): Condition {
  return { type, status, reason: type, message: '', lastTransitionTime: EPOCH };
}

export function named(name: string): Listener {
  return aListener(name, { hostname: `${name}.example.com` });
}

export function parsed({ listeners, routes = [], addresses = [], others = [], ...traits }: Case): RouteRequest {
  const { asked, lent, admits } = traits;
  const annotations = { ...ASKS, ...traits.annotations };
  const gateway = aGateway('shop/edge', {
    ...traits,
    annotations,
    gatewayClassName: 'eg',
    ...(listeners === undefined ? {} : { listeners }),
    ...(asked === undefined ? {} : { addresses: asked.map((value) => ({ value })) }),
    ...(admits === undefined ? {} : { allowedListeners: { namespaces: { from: admits } } }),
    status: { addresses: addresses.map((value) => ({ type: 'IPAddress', value })) },
  });
  const tunnel = aTunnel('shop/home', { spec: lent === undefined ? {} : { origin: lent } });
  const dns = aService('kube-system/dns', { ports: [{ port: 53 }] });
  const related = relatedAmong([...CLASSES, gateway, tunnel, DATA_PLANE, ODD_PLANE, dns, ...routes, ...others]);
  return GATEWAYS.parse(gateway, PARSERS, related);
}

export function summary({ hostnames, target, problems }: RouteRequest['routes'][number]): string {
  const owner = target?.hostnameOwner === undefined ? [] : [`@${target.hostnameOwner}`];
  return [...hostnames, ...owner, ...problems.map(({ reason }) => `(${reason})`)].join(' ');
}
