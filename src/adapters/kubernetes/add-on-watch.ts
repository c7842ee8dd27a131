import { setTimeout as delay } from 'node:timers/promises';
import type { KubeObject } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import type { ObjectCache } from './object-cache.ts';
import type { Reflector, ReflectorHandler } from './reflector.ts';

/** How soon a kind is noticed that is installed, or removed, while the operator runs. */
const POLL_MS = 15_000;

export interface AddOnWatchOptions {
  readonly cache: ObjectCache<KubeObject>;
  readonly handler: ReflectorHandler<KubeObject>;
  readonly isServed: (signal: AbortSignal) => Promise<boolean>;
  /** Creates a reflector that has not been started. */
  readonly createReflector: () => Reflector<KubeObject>;
  readonly pollMs?: number;
}

/**
 * Watches a kind for as long as it is served: one of an API that others install, for as long as it is installed, or one
 * that few Tunnels need, for as long as one does. After that its objects are announced as removed.
 */
export class AddOnWatch {
  /** Resolves when the kind has been listed once, or is known not to be served. */
  readonly settled: Promise<void>;
  readonly #options: AddOnWatchOptions;
  readonly #abort = new AbortController();
  #settle: () => void = () => undefined;
  #pause = new AbortController();
  #reflector: Reflector<KubeObject> | undefined;
  #watching: Promise<void> = Promise.resolve();

  constructor(options: AddOnWatchOptions) {
    this.#options = options;
    this.settled = new Promise((resolve) => (this.#settle = resolve));
  }

  /** Absent: the kind is not served, as far as is known. */
  get reflector(): Reflector<KubeObject> | undefined {
    return this.#reflector;
  }

  stop(): void {
    this.#abort.abort();
    this.#reflector?.stop();
  }

  /** Does not wait until it is time to look. */
  lookNow(): void {
    this.#pause.abort();
  }

  /** Ends only after `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      this.#pause = new AbortController();
      await this.#look(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#options.handler.failed(error);
      });
      const isOver = AbortSignal.any([signal, this.#pause.signal]);
      await delay(this.#options.pollMs ?? POLL_MS, undefined, { signal: isOver }).catch(() => undefined);
    }
    await this.#watching;
  }

  async #look(signal: AbortSignal): Promise<void> {
    const isServed = await this.#options.isServed(signal);
    if (signal.aborted) return;
    if (isServed && this.#reflector === undefined) this.#begin();
    if (!isServed) await this.#end();
  }

  #begin(): void {
    const reflector = this.#options.createReflector();
    this.#reflector = reflector;
    void reflector.synced.then(() => this.#settle());
    this.#watching = reflector.run();
  }

  async #end(): Promise<void> {
    this.#settle();
    this.#reflector?.stop();
    await this.#watching;
    this.#reflector = undefined;
    const { cache, handler } = this.#options;
    for (const object of cache.list()) {
      cache.delete(keyOf(object));
      handler.removed(object);
    }
  }
}
