import type { Gateway, GatewayClass, ReferenceGrant } from '../../api/gateway-objects.ts';
import type { IngressClass, KubeObject, Namespace, ObjectKey, Service } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';

/** The kinds of objects that a request may depend on besides its own. */
export interface RelatedKinds {
  readonly Service: Service;
  readonly IngressClass: IngressClass;
  readonly GatewayClass: GatewayClass;
  readonly Gateway: Gateway;
  readonly ReferenceGrant: ReferenceGrant;
  readonly Namespace: Namespace;
}

export type RelatedKind = keyof RelatedKinds;

/** Reads the other objects that a request depends on, such as the Services that an Ingress leads to. */
export interface RelatedObjects {
  /** `undefined`: there is no such object, or it cannot be read. */
  get<Kind extends RelatedKind>(kind: Kind, key: ObjectKey): RelatedKinds[Kind] | undefined;
  /** The objects of a kind in a namespace. */
  list<Kind extends RelatedKind>(kind: Kind, namespace: string): readonly RelatedKinds[Kind][];
  /** False: objects of this kind cannot be read at present. */
  isReadable(kind: RelatedKind): boolean;
}

/**
 * Looks objects up among those that have been read, whatever their kinds. Where no class is among them, as in the files
 * of an application, none can be read.
 */
export function relatedAmong(objects: readonly KubeObject[]): RelatedObjects {
  const byKind = new Map(RELATED_KINDS.map((kind) => [kind, objectsOf(kind, objects)] as const));
  return {
    get: <Kind extends RelatedKind>(kind: Kind, key: ObjectKey) =>
      byKind.get(kind)?.get(key) as RelatedKinds[Kind] | undefined,
    list: <Kind extends RelatedKind>(kind: Kind, namespace: string) =>
      [...(byKind.get(kind)?.values() ?? [])].filter(
        ({ metadata }) => metadata.namespace === namespace,
      ) as unknown as readonly RelatedKinds[Kind][],
    isReadable: (kind) => !kind.endsWith('Class') || (byKind.get(kind)?.size ?? 0) > 0,
  };
}

const RELATED_KINDS: readonly RelatedKind[] = [
  'Service',
  'IngressClass',
  'GatewayClass',
  'Gateway',
  'ReferenceGrant',
  'Namespace',
];

function objectsOf(kind: RelatedKind, objects: readonly KubeObject[]): ReadonlyMap<ObjectKey, KubeObject> {
  return new Map(objects.filter((object) => object.kind === kind).map((object) => [keyOf(object), object]));
}
