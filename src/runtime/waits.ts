import { type Clock, createClock } from './clock.ts';

/** Milliseconds since something was first asked of a key; `done` forgets it. */
export interface WaitTimer {
  startOrContinue(key: string): number;
  done(key: string): void;
}

/** Remembers since when keys have been waiting, so that what mends itself in a moment is not spoken of. */
export class Waits implements WaitTimer {
  readonly #since = new Map<string, number>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'> = createClock()) {
    this.#clock = clock;
  }

  startOrContinue(key: string): number {
    const now = this.#clock.now();
    const since = this.#since.get(key) ?? now;
    this.#since.set(key, since);
    return now - since;
  }

  done(key: string): void {
    this.#since.delete(key);
  }
}
