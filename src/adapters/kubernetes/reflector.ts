import { setTimeout as delay } from 'node:timers/promises';
import type { KubeObject } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { ApiError } from './api-error.ts';
import { type Selection, type WatchEvent, listPages, presentVersion, watchEvents } from './list-watch.ts';
import type { ObjectCache } from './object-cache.ts';
import { type Finding, OwnWrites } from './own-writes.ts';
import type { RestClient } from './rest-client.ts';

export interface ReflectorHandler<T> {
  /** `previous` is absent for an object not seen before. */
  upserted(object: T, previous: T | undefined): void;
  removed(object: T): void;
  /** The connection failed; it is tried again by itself. */
  failed(error: unknown): void;
  /** What had failed works again. */
  recovered(): void;
}

export interface ReflectorOptions<T> extends Selection {
  readonly apiVersion: string;
  readonly kind: string;
  /** Keeps only what is needed: a cache of whole objects costs many times the memory. */
  readonly project: (object: T) => T;
  /** Silence after which a watch is taken for dead; more than the 120 s between the server's bookmarks. */
  readonly idleMs?: number;
  readonly firstDelayMs?: number;
  readonly mostDelayMs?: number;
}

/** A watch that ends sooner, and without a word, is not worth opening again at once. */
const SHORT_WATCH_MS = 1_000;

/**
 * Lists and then watches one kind into a cache, for ever.
 *
 * Guarantees: lists again when the server has forgotten where we were (410), and when it has itself gone back to an
 * older state; backs off with jitter whatever goes wrong, also when the server only ever sends us away; notices a dead
 * connection by its silence; deletions missed meanwhile are found by the next list; an object whose resourceVersion has
 * not changed is not announced again.
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
  /** The last watch did not end as it should: the server may be another one now, or an older one. */
  #isSuspect = false;
  /** The highest version that was ever forgotten, or listed since. */
  #newest = 0;

  constructor(rest: RestClient, cache: ObjectCache<T>, options: ReflectorOptions<T>, handler: ReflectorHandler<T>) {
    this.#rest = rest;
    this.#cache = cache;
    this.#options = options;
    this.#handler = handler;
    this.synced = new Promise((resolve) => (this.#markSynced = resolve));
  }

  /** Whether the first list is complete. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Why nothing can be read at present; `undefined` when all is well. */
  get problem(): unknown {
    return this.#problem;
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Takes in the answer to a write of our own, unless the watch has come past it already. Nothing is announced. */
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
    if (this.#isSuspect && this.#version !== '') await this.#checkServer();
    if (this.#version === '') await this.#list();
    await this.#watch();
  }

  #failed(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    this.#failures += 1;
    this.#isSuspect = true;
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
    const { firstDelayMs = 200, mostDelayMs = 30_000 } = this.#options;
    return Math.min(firstDelayMs * 2 ** Math.min(this.#failures, 20), mostDelayMs) * (0.5 + Math.random() / 2);
  }

  /**
   * After a restore from a backup the server's versions start again from an older one. Assumption: it takes a watch
   * from a version that it has not reached for one of the future, and is silent until it has; so it must be asked.
   */
  async #checkServer(): Promise<void> {
    const present = await presentVersion(this.#rest, this.#options, this.#abort.signal);
    this.#isSuspect = false;
    if (Number(present) < Number(this.#version)) this.#forget();
  }

  /** What comes next is a list. */
  #forget(): void {
    this.#newest = Math.max(this.#newest, Number(this.#version));
    this.#version = '';
  }

  async #list(): Promise<void> {
    const seen = new Set<string>();
    let version = '';
    for await (const { items, metadata } of listPages<T>(this.#rest, this.#options, this.#abort.signal)) {
      version = metadata?.resourceVersion ?? '';
      // Of a server that has gone back, not even an equal version says that the object is the same.
      const isRestored = Number(version) < this.#newest;
      for (const item of items) seen.add(this.#upsert(item, { isListed: true, isRestored }));
    }
    for (const object of this.#cache.list())
      if (!seen.has(keyOf(object)) && !this.#ownWrites.isAfter(keyOf(object), version)) this.#remove(object);
    this.#newest = Number(version);
    this.#version = version;
    this.#isSuspect = false;
    this.#recovered();
    this.#isSynced = true;
    this.#markSynced();
  }

  async #watch(): Promise<void> {
    const began = performance.now();
    const seconds = Math.round(300 + Math.random() * 300);
    const start = { version: this.#version, seconds, idleMs: this.#options.idleMs ?? 150_000 };
    let isHeard = false;
    for await (const event of watchEvents<T>(this.#rest, this.#options, start, this.#abort.signal)) {
      isHeard = true;
      this.#take(event);
    }
    const lastedMs = performance.now() - began;
    this.#isSuspect = lastedMs < seconds * 1000 - SHORT_WATCH_MS;
    this.#failures = isHeard || lastedMs >= SHORT_WATCH_MS ? 0 : this.#failures + 1;
    this.#recovered();
  }

  #take({ type, object }: WatchEvent<T>): void {
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

  /** Takes in an object as it came, and answers its key. Items of a list carry no kind of their own. */
  #upsert(item: T, { isListed = false, isRestored = false } = {}): string {
    const { apiVersion, kind, project } = this.#options;
    const object = project({ ...item, apiVersion, kind });
    const key = keyOf(object);
    const version = object.metadata.resourceVersion ?? '';
    if (isRestored) this.#ownWrites.forget(key);
    const finding = this.#ownWrites.find(key, version, isListed);
    const previous = this.#cache.get(key);
    if (finding !== undefined) this.#takeBeside(object, finding);
    else if (isRestored || previous?.metadata.resourceVersion !== version) this.#announce(object, previous);
    return key;
  }

  /** Takes in an object of which a write of ours is known already. */
  #takeBeside(object: T, { isKnown, haveInputsChanged, announced }: Finding<T>): void {
    const newest = (isKnown ? this.#cache.get(keyOf(object)) : undefined) ?? object;
    if (haveInputsChanged) this.#announce(newest, announced);
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
