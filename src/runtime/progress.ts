import { type Clock, createClock } from './clock.ts';

/** Watches a number of things to do: as long as it falls, it is worth waiting for the rest. */
export class Progress {
  readonly #patienceMs: number;
  readonly #clock: Pick<Clock, 'now'>;
  #left = 0;
  #since: number | undefined;

  /** `patienceMs`: how long the whole may take before nobody waits any more. */
  constructor(patienceMs: number, clock: Pick<Clock, 'now'> = createClock()) {
    this.#patienceMs = patienceMs;
    this.#clock = clock;
  }

  /** Whether what is left has become less since the last look, or is seen for the first time. */
  isFalling(left: number): boolean {
    const before = this.#left;
    this.#left = left;
    if (left === 0) this.#since = undefined;
    else this.#since ??= this.#clock.now();
    const isFirst = before === 0 && left > 0;
    const isInTime = this.#clock.now() - (this.#since ?? 0) < this.#patienceMs;
    return left > 0 && (isFirst || left < before) && isInTime;
  }
}
