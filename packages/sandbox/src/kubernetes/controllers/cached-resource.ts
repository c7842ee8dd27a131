import type { KubeApi, KubeObject, ResourceRef, WatchEventType } from '../api.ts';
import { deepEqual } from '../json.ts';
import { keyOf } from './object-key.ts';

export type ChangeListener<T> = (object: T, previous: T | undefined, type: WatchEventType) => void;

/**
 * One resource for a controller: read from a cache that a watch fills, and written through to the API server.
 *
 * Guarantees
 * - The cache contains a write when the write returns, so a controller never acts on a state older than its last write.
 * - Objects in the cache are shared and must not be changed in place.
 */
export class CachedResource<T extends KubeObject> {
  readonly #api: KubeApi;
  readonly #resource: ResourceRef;
  readonly #byNamespace = new Map<string, Map<string, T>>();
  readonly #listeners = new Set<ChangeListener<T>>();
  readonly #unwatch: () => void;

  constructor(api: KubeApi, resource: ResourceRef) {
    this.#api = api;
    this.#resource = resource;
    this.#unwatch = api.watch(resource, (type, object) => {
      if (type === 'DELETED') this.#forget(object as T);
      else this.#remember(object as T);
    });
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#byNamespace.get(namespace ?? '')?.get(name);
  }

  inNamespace(namespace: string | undefined): T[] {
    return [...(this.#byNamespace.get(namespace ?? '')?.values() ?? [])];
  }

  /** Calls the listener on every later change. If called right after the start, these include all existing objects. */
  subscribe(listener: ChangeListener<T>): void {
    this.#listeners.add(listener);
  }

  create(object: KubeObject): T {
    return this.#remember(this.#api.create(this.#resource, object) as T);
  }

  update(object: T): T {
    return this.#remember(this.#api.update(this.#resource, object) as T);
  }

  /** Writes the status if it differs from the current one. */
  writeStatus(object: T, status: Readonly<Record<string, unknown>>): void {
    if (deepEqual(object['status'], status)) return;
    this.#remember(this.#api.updateStatus(this.#resource, { ...object, status }) as T);
  }

  delete(object: T): void {
    const { namespace, name, uid } = object.metadata;
    const options = { propagationPolicy: 'Background' as const, ...(uid !== undefined && { uid }) };
    this.#api.delete(this.#resource, namespace, name, options);
    const remainder = this.#api.get(this.#resource, namespace, name) as T | undefined;
    if (remainder === undefined) this.#forget(object);
    else this.#remember(remainder);
  }

  stop(): void {
    this.#listeners.clear();
    this.#unwatch();
  }

  #remember(object: T): T {
    const { namespace = '', name } = object.metadata;
    const siblings = this.#byNamespace.get(namespace) ?? new Map<string, T>();
    const previous = siblings.get(name);
    if (previous !== undefined && versionOf(previous) >= versionOf(object)) return previous;
    siblings.set(name, object);
    this.#byNamespace.set(namespace, siblings);
    this.#notify(object, previous, previous === undefined ? 'ADDED' : 'MODIFIED');
    return object;
  }

  #forget(object: T): void {
    const siblings = this.#byNamespace.get(object.metadata.namespace ?? '');
    const previous = siblings?.get(object.metadata.name);
    if (previous === undefined || previous.metadata.uid !== object.metadata.uid) return;
    siblings?.delete(object.metadata.name);
    this.#notify(object, previous, 'DELETED');
  }

  #notify(object: T, previous: T | undefined, type: WatchEventType): void {
    for (const listener of this.#listeners) listener(object, previous, type);
  }
}

/** The caches of a controller manager. Every resource is watched once, however many controllers read it. */
export class ResourceCaches {
  readonly #api: KubeApi;
  readonly #caches = new Map<string, CachedResource<KubeObject>>();

  constructor(api: KubeApi) {
    this.#api = api;
  }

  of<T extends KubeObject>(resource: ResourceRef): CachedResource<T> {
    const key = keyOf(resource.group, resource.plural);
    const cache = this.#caches.get(key) ?? new CachedResource<KubeObject>(this.#api, resource);
    this.#caches.set(key, cache);
    return cache as unknown as CachedResource<T>;
  }

  stop(): void {
    for (const cache of this.#caches.values()) cache.stop();
  }
}

function versionOf(object: KubeObject): number {
  return Number(object.metadata.resourceVersion ?? 0);
}
