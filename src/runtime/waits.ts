import { type Clock, createClock } from './clock.ts';

/** A timer for each key. */
export interface WaitTimer {
  /** Starts the timer of a key unless it runs. Returns how long it has run, in milliseconds. */
  startOrContinue(key: string): number;
  /** Stops and resets the timer of a key. */
  end(key: string): void;
}

/** Measures how long keys have been waiting, so that a short wait is not reported. */
export class Waits implements WaitTimer {
  readonly #startedAt = new Map<string, number>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'> = createClock()) {
    this.#clock = clock;
  }

  startOrContinue(key: string): number {
    const now = this.#clock.now();
    const startedAt = this.#startedAt.get(key) ?? now;
    this.#startedAt.set(key, startedAt);
    return now - startedAt;
  }

  end(key: string): void {
    this.#startedAt.delete(key);
  }
}
