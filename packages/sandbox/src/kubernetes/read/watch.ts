import type { KubeObject, WatchEventType } from '../api.ts';
import type { Cluster } from '../registry/cluster.ts';
import type { Resource } from '../registry/resource.ts';
import { expired } from '../status-error.ts';
import type { StorageEvent } from '../storage/event.ts';
import type { Selection } from './selection.ts';

/** The start of a watch. */
export type WatchStart =
  /** Sends ADDED for every existing object, then changes. */
  | { readonly kind: 'existing' }
  /** Sends only changes after this version. */
  | { readonly kind: 'after'; readonly version: number };

/** Receives the events of a watch. */
export interface WatchSink {
  event(type: WatchEventType, object: KubeObject): void;
  /** All objects that existed at the start have been sent. Later events are changes after `resourceVersion`. */
  synced(resourceVersion: string): void;
}

/**
 * Watches a selection. Objects that begin or cease to match are ADDED or DELETED, whatever the change. Throws 410 if
 * the history does not reach back to the start. Returns a function that ends the watch.
 */
export function watchObjects(
  cluster: Cluster,
  resource: Resource,
  selection: Selection,
  start: WatchStart,
  sink: WatchSink,
): () => void {
  const { store } = cluster;
  const forward = (event: StorageEvent) => deliver(event, resource, selection, sink);
  if (start.kind === 'after') {
    const missed = store.changesSince(resource.bucket, start.version);
    if (missed === undefined) throw expired(`too old resource version: ${start.version} (${store.version})`);
    for (const event of missed) forward(event);
    return store.subscribe(resource.bucket, (event) => event.version > start.version && forward(event));
  }
  const existing = store.list(resource.bucket, selection.namespace).map((stored) => resource.fromStorage(stored));
  const end = store.subscribe(resource.bucket, forward);
  for (const object of existing) if (selection.matches(object)) sink.event('ADDED', object);
  sink.synced(String(store.version));
  return end;
}

function deliver(event: StorageEvent, resource: Resource, selection: Selection, sink: WatchSink): void {
  const object = resource.fromStorage(event.object);
  const previous = event.previous === undefined ? undefined : resource.fromStorage(event.previous);
  const before = previous !== undefined && selection.matches(previous);
  const after = event.type !== 'DELETED' && selection.matches(object);
  if (after) sink.event(before ? 'MODIFIED' : 'ADDED', object);
  else if (before) sink.event('DELETED', event.type === 'DELETED' ? object : atVersionOf(previous, object));
}

/** The object as it last matched, with the version of the change after which it no longer matches. */
function atVersionOf(previous: KubeObject, { metadata: { resourceVersion = '' } }: KubeObject): KubeObject {
  return { ...previous, metadata: { ...previous.metadata, resourceVersion } };
}
