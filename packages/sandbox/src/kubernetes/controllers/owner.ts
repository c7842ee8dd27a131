import type { KubeObject, OwnerReference } from '../api.ts';

/** The reference to the owner that is the controller of the object. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

/** The owner reference that a controller sets on objects that it creates. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true, blockOwnerDeletion: true };
}

/** The object with `owner` as its controller. */
export function adopted<T extends KubeObject>(object: T, owner: KubeObject): T {
  const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}

/** Whether an owner can adopt the object: it has no controller and is not being deleted. */
export function isOrphan(object: KubeObject): boolean {
  return controllerOf(object) === undefined && object.metadata.deletionTimestamp === undefined;
}
