import type { KubeObject, WatchEventType } from '../api.ts';
import { History } from './history.ts';
import { keyOf, type StorageEvent } from './event.ts';
import { Bucket } from './bucket.ts';

/** Receives committed changes in order, synchronously. */
export type StorageListener = (event: StorageEvent) => void;

/**
 * The sandbox's etcd: buckets of objects with one global, monotonic version, and enough history for watches and
 * consistent pages.
 *
 * Guarantees
 * - Stored objects are never mutated.
 * - Every change has its own version.
 * - Listeners receive every change exactly once, in version order, after it can be read.
 */
export class Store {
  readonly #buckets = new Map<string, Bucket>();
  readonly #listeners = new Map<string, Set<StorageListener>>();
  readonly #history: History;
  #version = 0;

  constructor(historyLimit: number) {
    this.#history = new History(historyLimit);
  }

  /** The version of the latest change. */
  get version(): number {
    return this.#version;
  }

  get(bucket: string, key: string): KubeObject | undefined {
    return this.#bucket(bucket).get(key);
  }

  /** All objects of a bucket, or of one namespace in it, in key order. */
  list(bucket: string, namespace?: string): KubeObject[] {
    return this.#bucket(bucket).list(namespace);
  }

  /** The bucket at an earlier version, or undefined if that is no longer known. */
  listAt(bucket: string, namespace: string | undefined, version: number): KubeObject[] | undefined {
    return this.#bucketAt(bucket, version)?.list(namespace);
  }

  /** A store with one bucket at an earlier version, or undefined if that is no longer known. */
  asOf(bucket: string, version: number): Store | undefined {
    const past = this.#bucketAt(bucket, version);
    if (past === undefined) return undefined;
    const store = new Store(0);
    store.#version = version;
    store.#buckets.set(bucket, past);
    return store;
  }

  /** Changes of a bucket after a version, or undefined if some are no longer known. */
  changesSince(bucket: string, version: number): readonly StorageEvent[] | undefined {
    return this.#history.since(bucket, version);
  }

  /** Stores a new or changed object and returns it with its new resourceVersion. */
  put(bucket: string, object: KubeObject): KubeObject {
    const key = keyOf(object);
    const previous = this.get(bucket, key);
    const stored = this.#stamp(object);
    this.#bucket(bucket).set(key, stored);
    this.#commit(bucket, previous === undefined ? 'ADDED' : 'MODIFIED', stored, previous);
    return stored;
  }

  /** Removes an object. The returned last state has the version of the deletion. */
  remove(bucket: string, last: KubeObject): KubeObject {
    const key = keyOf(last);
    const previous = this.get(bucket, key);
    const stored = this.#stamp(last);
    this.#bucket(bucket).delete(key);
    this.#commit(bucket, 'DELETED', stored, previous);
    return stored;
  }

  /** Calls the listener for every later change in the bucket. Returns a function that ends the subscription. */
  subscribe(bucket: string, listener: StorageListener): () => void {
    const listeners = this.#listeners.get(bucket) ?? new Set();
    this.#listeners.set(bucket, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Discards all history, like an etcd compaction: older watches and continue tokens expire. */
  compact(): void {
    this.#history.compact(this.#version);
  }

  #bucket(name: string): Bucket {
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) this.#buckets.set(name, (bucket = new Bucket()));
    return bucket;
  }

  #bucketAt(name: string, version: number): Bucket | undefined {
    const changes = this.#history.since(name, version);
    if (changes === undefined || version > this.#version) return undefined;
    const past = new Bucket(this.#bucket(name));
    for (const change of changes.toReversed()) past.revert(change);
    return past;
  }

  #stamp(object: KubeObject): KubeObject {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  #commit(bucket: string, type: WatchEventType, object: KubeObject, previous: KubeObject | undefined): void {
    const event: StorageEvent = { version: this.#version, bucket, type, object, previous };
    this.#history.add(event);
    // A copy, because a listener may remove listeners during the call.
    for (const listener of Array.from(this.#listeners.get(bucket) ?? [])) listener(event);
  }
}
