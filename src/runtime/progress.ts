import { type Clock, createClock } from './clock.ts';

/** A number that has not fallen for this long has stalled. */
const STALLED_AFTER_MS = 1_000;

/** Watches a number of things to do. While it falls, it is worth waiting for the rest. */
export class Progress {
  readonly #timeoutMs: number;
  readonly #clock: Pick<Clock, 'now'>;
  #left = 0;
  #startedAt: number | undefined;
  #fellAt = 0;

  /** `timeoutMs`: longest time until nothing is left. */
  constructor(timeoutMs: number, clock: Pick<Clock, 'now'> = createClock()) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  /** Records what is left. Returns whether it is worth waiting: the number is new, or it has fallen recently. */
  recordAndCheck(left: number): boolean {
    const now = this.#clock.now();
    if (left < this.#left || this.#left === 0) this.#fellAt = now;
    this.#left = left;
    if (left === 0) this.#startedAt = undefined;
    else this.#startedAt ??= now;
    const isInTime = now - (this.#startedAt ?? now) < this.#timeoutMs;
    return left > 0 && isInTime && now - this.#fellAt < STALLED_AFTER_MS;
  }
}
