import { type Clock, createClock } from './clock.ts';

/** How long something has not changed. */
export interface Stillness {
  readonly stillMs: number;
  /** It has changed since it was first observed. */
  readonly hasAdvanced: boolean;
}

/** Remembers since when the state of each key has been the same. */
export interface Watching {
  look(key: string, state: string): Stillness;
  /** How long the state that was seen last has been the same; 0 for a key that is not watched. */
  stillMs(key: string): number;
  /** Forgets a key. */
  done(key: string): void;
}

interface Seen {
  readonly state: string;
  readonly since: number;
  readonly hasAdvanced: boolean;
}

export class Standstill implements Watching {
  readonly #seen = new Map<string, Seen>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'> = createClock()) {
    this.#clock = clock;
  }

  look(key: string, state: string): Stillness {
    const now = this.#clock.now();
    const before = this.#seen.get(key);
    const seen = before?.state === state ? before : { state, since: now, hasAdvanced: before !== undefined };
    this.#seen.set(key, seen);
    return { stillMs: now - seen.since, hasAdvanced: seen.hasAdvanced };
  }

  stillMs(key: string): number {
    const now = this.#clock.now();
    return now - (this.#seen.get(key)?.since ?? now);
  }

  done(key: string): void {
    this.#seen.delete(key);
  }
}
