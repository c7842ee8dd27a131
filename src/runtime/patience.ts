import { type Clock, createClock } from './clock.ts';

/** Remembers since when keys have been waiting, so that what mends itself in a moment is not spoken of. */
export class Patience {
  readonly #since = new Map<string, number>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'> = createClock()) {
    this.#clock = clock;
  }

  /** Milliseconds since this was first asked of a key that still waits. */
  waitedMs(key: string): number {
    const now = this.#clock.now();
    const since = this.#since.get(key) ?? now;
    this.#since.set(key, since);
    return now - since;
  }

  done(key: string): void {
    this.#since.delete(key);
  }
}
