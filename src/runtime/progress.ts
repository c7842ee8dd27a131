import { type Clock, createClock } from './clock.ts';

/** A number that has not fallen for so long stands still. */
const STALLED_AFTER_MS = 1_000;

/** Watches a number of things to do: as long as it falls, it is worth waiting for the rest. */
export class Progress {
  readonly #patienceMs: number;
  readonly #clock: Pick<Clock, 'now'>;
  #left = 0;
  #since: number | undefined;
  #fellAt = 0;

  /** `patienceMs`: how long the whole may take before nobody waits any more. */
  constructor(patienceMs: number, clock: Pick<Clock, 'now'> = createClock()) {
    this.#patienceMs = patienceMs;
    this.#clock = clock;
  }

  /** Whether what is left has become less of late, or is seen for the first time. */
  isFalling(left: number): boolean {
    const now = this.#clock.now();
    if (left < this.#left || this.#left === 0) this.#fellAt = now;
    this.#left = left;
    if (left === 0) this.#since = undefined;
    else this.#since ??= now;
    const isInTime = now - (this.#since ?? now) < this.#patienceMs;
    return left > 0 && isInTime && now - this.#fellAt < STALLED_AFTER_MS;
  }
}
