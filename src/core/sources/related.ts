import type {
  BackendTlsPolicy,
  Gateway,
  GatewayClass,
  ListenerSet,
  ReferenceGrant,
} from '../../api/gateway-objects.ts';
import type { GatewayRoute } from '../../api/gateway-routes.ts';
import type { IngressClass, KubeObject, Namespace, ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { indexAddresses } from './addresses.ts';
import { indexTlsPolicies } from './backend-tls-policies.ts';
import { indexRoutes } from './gateway-routes.ts';
import { indexSets } from './listener-sets.ts';

/** What a request may depend on besides its own object. */
export interface RelatedKinds {
  readonly Service: Service;
  readonly IngressClass: IngressClass;
  readonly Tunnel: Tunnel;
  /** By an IP address, or the hostname of a load balancer: the web Services that are reached there. */
  readonly Address: readonly ObjectKey[];
  readonly GatewayClass: GatewayClass;
  readonly Gateway: Gateway;
  /** By Service: the policies that name it, the oldest first. */
  readonly BackendTlsPolicies: readonly BackendTlsPolicy[];
  readonly ListenerSet: ListenerSet;
  /** By Gateway: the ListenerSets that name it, the oldest first. */
  readonly ListenerSets: readonly ListenerSet[];
  /** By Gateway: the routes that name it. */
  readonly GatewayRoutes: readonly GatewayRoute[];
  /** By ListenerSet: the routes that name it. */
  readonly ListenerSetRoutes: readonly GatewayRoute[];
  readonly ReferenceGrant: ReferenceGrant;
  readonly Namespace: Namespace;
}

export type RelatedKind = keyof RelatedKinds;

/** Kinds of which all objects of a namespace count together. */
export type ListedKind = 'ReferenceGrant';

/** Reads the other objects that a request depends on, such as the Services that an Ingress leads to. */
export interface RelatedObjects {
  /** `undefined`: there is no such object, or it cannot be read. */
  get<Kind extends RelatedKind>(kind: Kind, key: ObjectKey): RelatedKinds[Kind] | undefined;
  /** The objects of a kind in a namespace. */
  list(kind: ListedKind, namespace: string): readonly RelatedKinds[ListedKind][];
  /** False: objects of this kind have never been read. */
  isReadable(kind: RelatedKind): boolean;
}

/** How each kind is looked up. */
export type Finders = { readonly [Kind in RelatedKind]: (key: ObjectKey) => RelatedKinds[Kind] | undefined };

/**
 * Looks objects up among those that have been read, whatever their kinds. Where no IngressClass is among them, as in the
 * files of an application, none can be read.
 */
export function relatedAmong(objects: readonly KubeObject[]): RelatedObjects {
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  const of = <T extends KubeObject>(kind: string): ReadonlyMap<ObjectKey, T> =>
    new Map((byKind.get(kind) ?? []).map((object) => [keyOf(object), object as T]));
  const finders = findersAmong(of);
  const grants = [...of<ReferenceGrant>('ReferenceGrant').values()];
  return {
    get: (kind, key) => finders[kind](key),
    list: (_, namespace) => grants.filter(({ metadata }) => metadata.namespace === namespace),
    isReadable: (kind) => kind !== 'IngressClass' || byKind.has('IngressClass'),
  };
}

const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute'] as const;

type ObjectsOf = <T extends KubeObject>(kind: string) => ReadonlyMap<ObjectKey, T>;

function findersAmong(of: ObjectsOf): Finders {
  const services = of<Service>('Service');
  const classes = of<IngressClass>('IngressClass');
  const tunnels = of<Tunnel>('Tunnel');
  const addresses = indexAddresses([...services.values()]);
  const gatewayClasses = of<GatewayClass>('GatewayClass');
  const gateways = of<Gateway>('Gateway');
  const routes = ROUTE_KINDS.flatMap((kind) => [...of<GatewayRoute>(kind).values()]);
  const gatewayRoutes = indexRoutes('Gateway', routes);
  const setRoutes = indexRoutes('ListenerSet', routes);
  const tlsPolicies = indexTlsPolicies([...of<BackendTlsPolicy>('BackendTLSPolicy').values()]);
  const sets = of<ListenerSet>('ListenerSet');
  const setsByGateway = indexSets([...sets.values()]);
  const grants = of<ReferenceGrant>('ReferenceGrant');
  const namespaces = of<Namespace>('Namespace');
  return {
    Service: (key) => services.get(key),
    IngressClass: (key) => classes.get(key),
    Tunnel: (key) => tunnels.get(key),
    Address: (key) => addresses.get(key),
    GatewayClass: (key) => gatewayClasses.get(key),
    Gateway: (key) => gateways.get(key),
    BackendTlsPolicies: (key) => tlsPolicies.get(key),
    ListenerSet: (key) => sets.get(key),
    ListenerSets: (key) => setsByGateway.get(key),
    GatewayRoutes: (key) => gatewayRoutes.get(key),
    ListenerSetRoutes: (key) => setRoutes.get(key),
    ReferenceGrant: (key) => grants.get(key),
    Namespace: (key) => namespaces.get(key),
  };
}
