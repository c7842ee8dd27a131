import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubeObject } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { ApiError } from './api-error.ts';
import type { ObjectCache } from './object-cache.ts';
import type { RestClient } from './rest-client.ts';

export interface ReflectorHandler<T> {
  /** `previous` is absent for an object not seen before. */
  upserted(object: T, previous: T | undefined): void;
  removed(object: T): void;
  /** The connection failed; it is tried again by itself. */
  failed(error: unknown): void;
}

export interface ReflectorOptions<T> {
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly labelSelector?: string;
  /** Keeps only what is needed: a cache of whole objects costs many times the memory. */
  readonly project: (object: T) => T;
  /** Silence after which a watch is taken for dead; more than the 120 s between the server's bookmarks. */
  readonly idleMs?: number;
  readonly firstDelayMs?: number;
  readonly mostDelayMs?: number;
}

interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

/**
 * Lists and then watches one kind into a cache, for ever.
 *
 * Guarantees: lists again when the server has forgotten where we were (410); backs off with jitter on every other
 * error; notices a dead connection by its silence; deletions missed meanwhile are found by the next list; an object
 * whose resourceVersion has not changed is not announced again.
 */
export class Reflector<T extends KubeObject> {
  /** Resolves when the first list is complete. */
  readonly synced: Promise<void>;
  readonly #rest: RestClient;
  readonly #cache: ObjectCache<T>;
  readonly #options: ReflectorOptions<T>;
  readonly #handler: ReflectorHandler<T>;
  readonly #abort = new AbortController();
  /** Versions of our own writes that the watch has not brought yet. */
  readonly #learnt = new Map<string, string>();
  #markSynced: () => void = () => undefined;
  #version = '';
  #failures = 0;

  constructor(rest: RestClient, cache: ObjectCache<T>, options: ReflectorOptions<T>, handler: ReflectorHandler<T>) {
    this.#rest = rest;
    this.#cache = cache;
    this.#options = options;
    this.#handler = handler;
    this.synced = new Promise((resolve) => (this.#markSynced = resolve));
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Takes in the answer to a write of our own, unless the watch has come past it already. Nothing is announced. */
  learn(object: T): void {
    const version = object.metadata.resourceVersion ?? '';
    if (Number(version) <= Number(this.#version)) return;
    this.#learnt.set(keyOf(object), version);
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
    if (this.#version === '') await this.#list();
    await this.#watch();
    this.#failures = 0;
  }

  #failed(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    if (error instanceof ApiError && error.code === 410) {
      this.#version = '';
      return;
    }
    this.#failures += 1;
    this.#handler.failed(error);
  }

  #pauseMs(): number {
    const { firstDelayMs = 200, mostDelayMs = 30_000 } = this.#options;
    return Math.min(firstDelayMs * 2 ** Math.min(this.#failures, 20), mostDelayMs) * (0.5 + Math.random() / 2);
  }

  async #list(): Promise<void> {
    // What was learnt before is in the list; what is learnt while it is read may not be.
    this.#learnt.clear();
    const seen = new Set<string>();
    let page: Page<T> = { items: [] };
    do {
      page = await this.#rest.json<Page<T>>('GET', this.#options.path, {
        query: { limit: '500', continue: page.metadata?.continue, labelSelector: this.#options.labelSelector },
        signal: this.#abort.signal,
      });
      for (const item of page.items) seen.add(this.#upsert(item));
    } while ((page.metadata?.continue ?? '') !== '');
    for (const object of this.#cache.list())
      if (!seen.has(keyOf(object)) && !this.#learnt.has(keyOf(object))) this.#remove(object);
    this.#version = page.metadata?.resourceVersion ?? '';
    this.#markSynced();
  }

  async #watch(): Promise<void> {
    const silence = new AbortController();
    const idleMs = this.#options.idleMs ?? 150_000;
    const timer = setTimeout(() => silence.abort(new Error(`the watch was silent for ${idleMs} ms`)), idleMs);
    let response: IncomingMessage | undefined;
    try {
      response = await this.#rest.open('GET', this.#options.path, {
        query: {
          watch: 'true',
          allowWatchBookmarks: 'true',
          timeoutSeconds: String(Math.round(300 + Math.random() * 300)),
          resourceVersion: this.#version,
          labelSelector: this.#options.labelSelector,
        },
        signal: AbortSignal.any([this.#abort.signal, silence.signal]),
      });
      for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
        timer.refresh();
        if (line !== '') this.#take(JSON.parse(line) as WatchEvent<T>);
      }
    } finally {
      clearTimeout(timer);
      // Whatever still comes is for nobody, and an error without a listener would end the process.
      response?.on('error', () => undefined).destroy();
    }
  }

  #take({ type, object }: WatchEvent<T>): void {
    if (type === 'ERROR') {
      const status = object as { code?: number; reason?: string; message?: string };
      throw new ApiError(status.code ?? 500, status.reason ?? '', status.message ?? 'the watch ended with an error');
    }
    this.#failures = 0;
    if (type === 'DELETED') this.#remove(object);
    else if (type !== 'BOOKMARK') this.#upsert(object);
    this.#version = object.metadata.resourceVersion ?? this.#version;
  }

  /** Items of a list carry no kind of their own. */
  #upsert(item: T): string {
    const { apiVersion, kind, project } = this.#options;
    const object = project({ ...item, apiVersion, kind });
    const key = keyOf(object);
    if (this.#isOvertaken(key, object)) return key;
    this.#learnt.delete(key);
    const previous = this.#cache.get(key);
    if (previous?.metadata.resourceVersion === object.metadata.resourceVersion) return key;
    this.#cache.set(object);
    this.#handler.upserted(object, previous);
    return key;
  }

  /** A write of our own is already known, and this is from before it. */
  #isOvertaken(key: string, object: T): boolean {
    const learnt = this.#learnt.get(key);
    return learnt !== undefined && Number(object.metadata.resourceVersion) < Number(learnt);
  }

  #remove(object: T): void {
    this.#learnt.delete(keyOf(object));
    const last = this.#cache.get(keyOf(object));
    if (last === undefined) return;
    this.#cache.delete(keyOf(object));
    this.#handler.removed(last);
  }
}
