import { type Clock, createClock } from './clock.ts';

/** A quarter of the time goes into the work at most. */
const REST_PER_WORK = 3;

/** Nobody waits longer than this for work that has rested. */
const LONGEST_REST_MS = 5_000;

/**
 * Runs work whose cost grows with all there is, and that every change asks for. It rests in proportion to what the work
 * took, so that a long burst leaves time for everything else; after a quiet time it starts at once.
 */
export class Pacer {
  readonly #clock: Clock;
  #restsUntil = 0;

  constructor(clock: Clock = createClock()) {
    this.#clock = clock;
  }

  /** Rejects with the signal's reason when it ends the rest. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#rest(signal);
    const startedAt = this.#clock.now();
    try {
      return await work();
    } finally {
      const endedAt = this.#clock.now();
      this.#restsUntil = endedAt + Math.min(LONGEST_REST_MS, REST_PER_WORK * (endedAt - startedAt));
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const leftMs = this.#restsUntil - this.#clock.now();
    if (leftMs <= 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(leftMs, resolve);
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    await promise.finally(() => {
      cancel();
      signal.removeEventListener('abort', onAbort);
    });
  }
}
