import type { KubeObject, ObjectKey } from '../api/objects.ts';

/** `namespace/name` of an object; cluster-scoped ones have the name alone. */
export function keyOf(object: KubeObject): ObjectKey {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The two halves of a namespaced key. */
export function splitKey(key: ObjectKey): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Older first; objects of the same second by key, so that the order never depends on who asks. */
export function byAge(a: KubeObject, b: KubeObject): number {
  return compare(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') || compare(keyOf(a), keyOf(b));
}

/** Byte order, the same on every machine and in every locale. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
