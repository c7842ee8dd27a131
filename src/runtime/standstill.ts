import { type Clock, createClock } from './clock.ts';

export interface Stillness {
  /** How long the state has been the same. */
  readonly unchangedMs: number;
  /** Whether the state has changed since it was first observed. */
  readonly hasAdvanced: boolean;
}

/** Measures how long the state of each key has been the same. */
export interface StandstillTimer {
  /** Records a state, and starts the time anew if it is another one. */
  observe(key: string, state: string): Stillness;
  /** How long the last observed state has been the same; 0 for an unknown key. */
  unchangedMs(key: string): number;
  /** Forgets a key. */
  end(key: string): void;
}

interface Observed {
  readonly state: string;
  readonly since: number;
  readonly hasAdvanced: boolean;
}

export class Standstill implements StandstillTimer {
  readonly #observed = new Map<string, Observed>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'> = createClock()) {
    this.#clock = clock;
  }

  observe(key: string, state: string): Stillness {
    const now = this.#clock.now();
    const before = this.#observed.get(key);
    const current = before?.state === state ? before : { state, since: now, hasAdvanced: before !== undefined };
    this.#observed.set(key, current);
    return { unchangedMs: now - current.since, hasAdvanced: current.hasAdvanced };
  }

  unchangedMs(key: string): number {
    const now = this.#clock.now();
    return now - (this.#observed.get(key)?.since ?? now);
  }

  end(key: string): void {
    this.#observed.delete(key);
  }
}
