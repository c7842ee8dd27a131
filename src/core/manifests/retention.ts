/**
 * Keeps the garbage collector from deleting the objects of a suspended Tunnel.
 *
 * It deletes an object that has no owner left. In a foreground deletion it does so before the Tunnel's finalizer has
 * any effect. A second owner that exists for as long as the object can, its namespace, prevents that: the collector
 * then removes only the reference to the Tunnel.
 */
import type { KubeObject, OwnerReference } from '../../api/objects.ts';

/** Whether the object survives its Tunnel, however that is deleted. */
export function isRetained(object: KubeObject): boolean {
  return object.metadata.ownerReferences?.some((owner) => isNamespaceOf(object, owner)) ?? false;
}

export function ownersRetained(object: KubeObject, namespace: KubeObject): readonly OwnerReference[] {
  const { name, uid = '' } = namespace.metadata;
  return [...ownersUnretained(object), { apiVersion: 'v1', kind: 'Namespace', name, uid }];
}

export function ownersUnretained(object: KubeObject): readonly OwnerReference[] {
  return (object.metadata.ownerReferences ?? []).filter((owner) => !isNamespaceOf(object, owner));
}

function isNamespaceOf({ metadata }: KubeObject, { apiVersion, kind, name }: OwnerReference): boolean {
  return apiVersion === 'v1' && kind === 'Namespace' && name === metadata.namespace;
}
