import type { IngressClass, KubeObject, ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { indexAddresses } from './addresses.ts';

/** What a request may depend on besides its own object. */
export interface RelatedKinds {
  readonly Service: Service;
  readonly IngressClass: IngressClass;
  readonly Tunnel: Tunnel;
  /** By an IP address, or the hostname of a load balancer: the web Services that are reached there. */
  readonly Address: readonly ObjectKey[];
}

export type RelatedKind = keyof RelatedKinds;

/** Reads the other objects that a request depends on, such as the Services that an Ingress leads to. */
export interface RelatedObjects {
  /** `undefined`: there is no such object, or it cannot be read. */
  get<Kind extends RelatedKind>(kind: Kind, key: ObjectKey): RelatedKinds[Kind] | undefined;
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
  const of = <T extends KubeObject>(kind: string): ReadonlyMap<ObjectKey, T> =>
    new Map(objects.filter((object) => object.kind === kind).map((object) => [keyOf(object), object as T]));
  const services = of<Service>('Service');
  const classes = of<IngressClass>('IngressClass');
  const tunnels = of<Tunnel>('Tunnel');
  const addresses = indexAddresses([...services.values()]);
  const finders: Finders = {
    Service: (key) => services.get(key),
    IngressClass: (key) => classes.get(key),
    Tunnel: (key) => tunnels.get(key),
    Address: (key) => addresses.get(key),
  };
  return {
    get: (kind, key) => finders[kind](key),
    isReadable: (kind) => kind !== 'IngressClass' || classes.size > 0,
  };
}
