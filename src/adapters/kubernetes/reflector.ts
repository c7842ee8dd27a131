import { setTimeout as delay } from 'node:timers/promises';
import type { KubeObject } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { ApiError } from './api-error.ts';
import { type Selection, type WatchEvent, currentVersion, listPages, watchEvents } from './list-watch.ts';
import type { ObjectCache } from './object-cache.ts';
import { type Comparison, OwnWrites } from './own-writes.ts';
import type { RestClient } from './rest-client.ts';

export interface ReflectorHandler<T> {
  /** `previous` is absent for a new object. */
  upserted(object: T, previous: T | undefined): void;
  removed(object: T): void;
  /** The connection failed. The reflector retries. */
  failed(error: unknown): void;
  /** The connection works again. */
  recovered(): void;
}

export interface ReflectorOptions<T extends KubeObject> extends Selection {
  readonly cache: ObjectCache<T>;
  readonly apiVersion: string;
  readonly kind: string;
  /** Keeps only the fields that are read. */
  readonly project: (object: T) => T;
  /** A watch without an event for this long counts as dead. Longer than the 120 s between the server's bookmarks. */
  readonly idleMs?: number;
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
}

/** A watch that ends sooner, without an event, is not opened again at once. */
const SHORT_WATCH_MS = 1_000;

/**
 * Lists one kind into a cache and then watches it, until `stop`.
 *
 * Guarantees
 * - It lists again when the server no longer has our version (410), or was restored from an older state.
 * - It backs off with jitter after every failure, and when the server ends every watch at once.
 * - It notices a dead connection by its silence. The next list finds the deletions that were missed.
 * - It does not announce an object again whose resourceVersion is the same.
 */
export class Reflector<T extends KubeObject> {
  /** Resolves when the first list is complete. */
  readonly synced: Promise<void>;
  readonly #rest: RestClient;
  readonly #cache: ObjectCache<T>;
  readonly #options: ReflectorOptions<T>;
  readonly #handler: ReflectorHandler<T>;
  readonly #abort = new AbortController();
  readonly #ownWrites = new OwnWrites<T>();
  #markSynced: () => void = () => undefined;
  #isSynced = false;
  #version = '';
  #failures = 0;
  #problem: unknown;
  /** The last watch ended early, so the server may have been restored from an older state. */
  #mayBeRestored = false;
  /** The highest version that was reached before the last list. */
  #newest = 0;

  constructor(rest: RestClient, options: ReflectorOptions<T>, handler: ReflectorHandler<T>) {
    this.#rest = rest;
    this.#cache = options.cache;
    this.#options = options;
    this.#handler = handler;
    this.synced = new Promise((resolve) => (this.#markSynced = resolve));
  }

  /** Whether the first list is complete. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Why nothing can be read now; `undefined`: everything works. */
  get problem(): unknown {
    return this.#problem;
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Stores the answer to a write of our own, unless the watch is past it already. Announces nothing. */
  learn(object: T): void {
    const key = keyOf(object);
    const version = object.metadata.resourceVersion ?? '';
    if (Number(version) <= Number(this.#version)) return;
    this.#ownWrites.note(key, version, this.#cache.get(key));
    this.#cache.set(this.#options.project(object));
  }

  /** Ends only after `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await this.#round().catch((error: unknown) => this.#failed(error));
      await delay(this.#pauseMs(), undefined, { signal }).catch(() => undefined);
    }
  }

  async #round(): Promise<void> {
    if (this.#mayBeRestored && this.#version !== '') await this.#checkServer();
    if (this.#version === '') await this.#list();
    await this.#watch();
  }

  #failed(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    this.#failures += 1;
    this.#mayBeRestored = true;
    if (error instanceof ApiError && error.code === 410) return this.#forget();
    this.#problem = error;
    this.#handler.failed(error);
  }

  #recovered(): void {
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.#handler.recovered();
  }

  #pauseMs(): number {
    const { firstDelayMs = 200, maxDelayMs = 30_000 } = this.#options;
    return Math.min(firstDelayMs * 2 ** Math.min(this.#failures, 20), maxDelayMs) * (0.5 + Math.random() / 2);
  }

  /**
   * A server that was restored from a backup continues from an older version. Assumption: it accepts a watch from a
   * version that it has not reached, and is silent until it reaches it. So its version has to be compared.
   */
  async #checkServer(): Promise<void> {
    const current = await currentVersion(this.#rest, this.#options, this.#abort.signal);
    this.#mayBeRestored = false;
    if (Number(current) < Number(this.#version)) this.#forget();
  }

  /** Makes the next round start with a list. */
  #forget(): void {
    this.#newest = Math.max(this.#newest, Number(this.#version));
    this.#version = '';
  }

  async #list(): Promise<void> {
    const seen = new Set<string>();
    let version = '';
    for await (const { items, metadata } of listPages<T>(this.#rest, this.#options, this.#abort.signal)) {
      version = metadata?.resourceVersion ?? '';
      // After a restore, an equal version does not mean an equal object.
      const isRestored = Number(version) < this.#newest;
      for (const item of items) seen.add(this.#upsert(item, { isListed: true, isRestored }));
    }
    for (const object of this.#cache.list())
      if (!seen.has(keyOf(object)) && !this.#ownWrites.isAfter(keyOf(object), version)) this.#remove(object);
    this.#newest = Number(version);
    this.#version = version;
    this.#mayBeRestored = false;
    this.#recovered();
    this.#isSynced = true;
    this.#markSynced();
  }

  async #watch(): Promise<void> {
    const began = performance.now();
    const seconds = Math.round(300 + Math.random() * 300);
    const watch = { ...this.#options, version: this.#version, seconds, idleMs: this.#options.idleMs ?? 150_000 };
    let hasEvents = false;
    for await (const event of watchEvents<T>(this.#rest, watch, this.#abort.signal)) {
      hasEvents = true;
      this.#apply(event);
    }
    const lastedMs = performance.now() - began;
    this.#mayBeRestored = lastedMs < seconds * 1000 - SHORT_WATCH_MS;
    this.#failures = hasEvents || lastedMs >= SHORT_WATCH_MS ? 0 : this.#failures + 1;
    this.#recovered();
  }

  #apply({ type, object }: WatchEvent<T>): void {
    if (type === 'ERROR') {
      const status = object as { code?: number; reason?: string; message?: string };
      throw new ApiError(status.code ?? 500, status.reason ?? '', status.message ?? 'the watch ended with an error');
    }
    this.#failures = 0;
    this.#recovered();
    if (type === 'DELETED') this.#remove(object);
    else if (type !== 'BOOKMARK') this.#upsert(object);
    this.#version = object.metadata.resourceVersion ?? this.#version;
  }

  /** Stores an object of a list or watch and returns its key. Items of a list have no kind. */
  #upsert(item: T, { isListed = false, isRestored = false } = {}): string {
    const { apiVersion, kind, project } = this.#options;
    const object = project({ ...item, apiVersion, kind });
    const key = keyOf(object);
    const version = object.metadata.resourceVersion ?? '';
    if (isRestored) this.#ownWrites.forget(key);
    const comparison = this.#ownWrites.compare(key, version, isListed);
    const previous = this.#cache.get(key);
    if (comparison !== undefined) this.#upsertOwn(object, comparison);
    else if (isRestored || previous?.metadata.resourceVersion !== version) this.#announce(object, previous);
    return key;
  }

  /** Stores an object with a pending write of ours. */
  #upsertOwn(object: T, { isCached, mustAnnounce, announced }: Comparison<T>): void {
    const newest = (isCached ? this.#cache.get(keyOf(object)) : undefined) ?? object;
    if (mustAnnounce) this.#announce(newest, announced);
  }

  #announce(object: T, previous: T | undefined): void {
    this.#cache.set(object);
    this.#ownWrites.announced(keyOf(object), object);
    this.#handler.upserted(object, previous);
  }

  #remove(object: T): void {
    this.#ownWrites.forget(keyOf(object));
    const last = this.#cache.get(keyOf(object));
    if (last === undefined) return;
    this.#cache.delete(keyOf(object));
    this.#handler.removed(last);
  }
}
