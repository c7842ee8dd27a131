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
 * Watches a kind of an API that others install, for as long as it is installed. When it is removed, its objects are
 * announced as removed: the API server deletes them with their kind.
 */
export class AddOnWatch {
  /** Resolves when the kind has been listed once, or is known not to be installed. */
  readonly settled: Promise<void>;
  readonly #options: AddOnWatchOptions;
  readonly #abort = new AbortController();
  #settle: () => void = () => undefined;
  #reflector: Reflector<KubeObject> | undefined;
  #watching: Promise<void> = Promise.resolve();

  constructor(options: AddOnWatchOptions) {
    this.#options = options;
    this.settled = new Promise((resolve) => (this.#settle = resolve));
  }

  /** Absent: the kind is not installed, as far as is known. */
  get reflector(): Reflector<KubeObject> | undefined {
    return this.#reflector;
  }

  stop(): void {
    this.#abort.abort();
    this.#reflector?.stop();
  }

  /** Ends only after `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await this.#look(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#options.handler.failed(error);
      });
      await delay(this.#options.pollMs ?? POLL_MS, undefined, { signal }).catch(() => undefined);
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
