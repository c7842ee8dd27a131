/** Gateways, their classes and routes for tests: `aGateway('shop/edge', { listeners: [aListener('http')] })`. */
import {
  GATEWAY_GROUP,
  type Gateway,
  type GatewayClass,
  type Listener,
  type ListenerSet,
} from '../../src/api/gateway-objects.ts';
import type {
  BackendTlsPolicy,
  ParentReference,
  PolicyAncestorStatus,
  ReferenceGrant,
  RouteParentStatus,
} from '../../src/api/gateway-objects.ts';
import type { GrpcRoute, GrpcRouteRule, HttpRoute, HttpRouteRule } from '../../src/api/gateway-routes.ts';
import type { KubeObject, ObjectKey } from '../../src/api/objects.ts';
import { keyOf } from '../../src/core/keys.ts';
import { type RelatedObjects, relatedAmong } from '../../src/core/sources/related.ts';
import { type Traits, aService } from './builders.ts';

const API = `${GATEWAY_GROUP}/v1`;

export function aGatewayClass(name = 'cftunnel', spec: Partial<GatewayClass['spec']> = {}): GatewayClass {
  return {
    apiVersion: API,
    kind: 'GatewayClass',
    metadata: { name, generation: 1 },
    spec: { controllerName: 'cftunnel.io/gateway', ...spec },
  };
}

export interface GatewayTraits extends Traits, Partial<Gateway['spec']> {
  readonly status?: Gateway['status'];
}

/** A Gateway of the class `cftunnel`, by default with one listener for HTTP. */
export function aGateway(key: ObjectKey, traits: GatewayTraits = {}): Gateway {
  const { listeners = [aListener('http')], gatewayClassName = 'cftunnel', addresses, infrastructure, status } = traits;
  const { allowedListeners, tls } = traits;
  return {
    apiVersion: API,
    kind: 'Gateway',
    metadata: { generation: 1, ...aService(key, traits).metadata },
    spec: {
      gatewayClassName,
      listeners,
      ...(addresses === undefined ? {} : { addresses }),
      ...(infrastructure === undefined ? {} : { infrastructure }),
      ...(allowedListeners === undefined ? {} : { allowedListeners }),
      ...(tls === undefined ? {} : { tls }),
    },
    ...(status === undefined ? {} : { status }),
  };
}

export interface SetTraits extends Traits {
  /** By default `shop/edge`. */
  readonly gateway?: ObjectKey;
  readonly status?: ListenerSet['status'];
}

export function aListenerSet(key: ObjectKey, listeners: readonly Listener[], traits: SetTraits = {}): ListenerSet {
  const [namespace = '', name = ''] = (traits.gateway ?? 'shop/edge').split('/');
  return {
    apiVersion: API,
    kind: 'ListenerSet',
    metadata: { generation: 1, ...aService(key, traits).metadata },
    spec: { parentRef: { name, namespace }, listeners },
    ...(traits.status === undefined ? {} : { status: traits.status }),
  };
}

export interface PolicyTraits extends Traits {
  /** In its namespace; by default `secure`. */
  readonly service?: string;
  /** Name of the port. */
  readonly section?: string;
  /** The server name; by default `web.internal`. */
  readonly hostname?: string;
  /** The ConfigMap with the certificates; by default those of the system. */
  readonly certificates?: string;
  readonly validation?: Partial<BackendTlsPolicy['spec']['validation']>;
  /** What its status says. */
  readonly told?: readonly PolicyAncestorStatus[];
}

export function aTlsPolicy(key: ObjectKey, traits: PolicyTraits = {}): BackendTlsPolicy {
  const { service = 'secure', section, hostname = 'web.internal', certificates, validation, told } = traits;
  const trusted =
    certificates === undefined
      ? { wellKnownCACertificates: 'System' }
      : { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: certificates }] };
  const target = { group: '', kind: 'Service', name: service };
  return {
    apiVersion: API,
    kind: 'BackendTLSPolicy',
    metadata: { generation: 1, ...aService(key, traits).metadata },
    spec: {
      targetRefs: [section === undefined ? target : { ...target, sectionName: section }],
      validation: { hostname, ...trusted, ...validation },
    },
    ...(told === undefined ? {} : { status: { ancestors: told } }),
  };
}

/** A listener for HTTP that admits routes of every namespace. */
export function aListener(name: string, traits: Partial<Listener> = {}): Listener {
  return { name, port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } }, ...traits };
}

export function aTlsListener(name: string, traits: Partial<Listener> = {}): Listener {
  return aListener(name, { port: 443, protocol: 'HTTPS', ...traits });
}

export interface RouteTraits<Rule> extends Traits {
  /** By default `edge`, in the namespace of the route. */
  readonly parentRefs?: readonly ParentReference[];
  readonly hostnames?: readonly string[];
  readonly rules?: readonly Rule[];
  readonly parents?: readonly RouteParentStatus[];
}

export function anHttpRoute(key: ObjectKey, traits: RouteTraits<HttpRouteRule> = {}): HttpRoute {
  return { ...routeOf('HTTPRoute', key, traits) };
}

export function aGrpcRoute(key: ObjectKey, traits: RouteTraits<GrpcRouteRule> = {}): GrpcRoute {
  return { ...routeOf('GRPCRoute', key, traits) };
}

function routeOf<Rule>(kind: string, key: ObjectKey, traits: RouteTraits<Rule>) {
  const { parentRefs = [{ name: 'edge' }], hostnames, rules = [], parents } = traits;
  return {
    apiVersion: API,
    kind,
    metadata: { generation: 1, ...aService(key, traits).metadata },
    spec: { parentRefs, rules, ...(hostnames === undefined ? {} : { hostnames }) },
    ...(parents === undefined ? {} : { status: { parents } }),
  };
}

/** A grant in the namespace of its key for routes of another one. */
export function aGrant(key: ObjectKey, from: string, name?: string): ReferenceGrant {
  return aGrantOf(
    key,
    { kind: 'HTTPRoute', namespace: from },
    { kind: 'Service', ...(name === undefined ? {} : { name }) },
  );
}

export function aGrantOf(
  key: ObjectKey,
  from: { readonly group?: string; readonly kind: string; readonly namespace: string },
  to: { readonly group?: string; readonly kind: string; readonly name?: string },
): ReferenceGrant {
  return {
    apiVersion: `${GATEWAY_GROUP}/v1beta1`,
    kind: 'ReferenceGrant',
    metadata: aService(key).metadata,
    spec: { from: [{ group: GATEWAY_GROUP, ...from }], to: [{ group: '', ...to }] },
  };
}

/** A cluster with a class of ours, Services `shop/web` and `blog/web`, and further objects, which take the place of these. */
export function aGatewayCluster(...objects: readonly KubeObject[]): RelatedObjects {
  const usual = [
    aGatewayClass(),
    aGateway('shop/edge'),
    aService('shop/web'),
    aService('shop/api'),
    aService('blog/web'),
  ];
  const isReplaced = (one: KubeObject): boolean =>
    objects.some((object) => object.kind === one.kind && keyOf(object) === keyOf(one));
  return relatedAmong([...usual.filter((one) => !isReplaced(one)), ...objects]);
}
