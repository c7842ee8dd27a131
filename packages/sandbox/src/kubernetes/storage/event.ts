import type { KubeObject, WatchEventType } from '../api.ts';

/** A committed change. Its objects never change again, so all readers can share them. */
export interface StorageEvent {
  readonly version: number;
  readonly bucket: string;
  readonly type: WatchEventType;
  /** The object after the change. For DELETED, its last state with the version of the deletion. */
  readonly object: KubeObject;
  /** The object before the change. */
  readonly previous: KubeObject | undefined;
}

/** Key of an object in its bucket. Sorts like lists of the real server: by namespace, then by name. */
export function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

export function keyOf(object: KubeObject): string {
  return objectKey(object.metadata.namespace, object.metadata.name);
}
