import type { KubeObject, WatchEventType } from '../api.ts';

/** One committed change. Objects in it are never changed again, so they can be shared by every reader. */
export interface StorageEvent {
  readonly version: number;
  readonly bucket: string;
  readonly type: WatchEventType;
  /** The object after the change; for DELETED its last state with the version of the deletion. */
  readonly object: KubeObject;
  /** The object before the change. */
  readonly previous: KubeObject | undefined;
}

/** Key of an object inside its bucket; sorts as the real server lists: by namespace, then name. */
export function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** Key of an object that carries its own namespace and name. */
export function keyOf(object: KubeObject): string {
  return objectKey(object.metadata.namespace, object.metadata.name);
}
