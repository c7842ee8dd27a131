/** A clock and its timers. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Runs `work` after any time, even one that is too long for a timer. Returns a function that cancels it. */
  after(ms: number, work: () => void): () => void;
}

/** Node fires a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's monotonic clock. `speed`: how much faster than real time it runs, for tests. */
export function createClock(speed = 1): Clock {
  return {
    now: () => performance.now() * speed,
    after(ms, work) {
      let handle: NodeJS.Timeout | undefined;
      const wait = (leftMs: number): void => {
        const isLong = leftMs > LONGEST_TIMER_MS;
        handle = setTimeout(isLong ? () => wait(leftMs - LONGEST_TIMER_MS) : work, Math.min(leftMs, LONGEST_TIMER_MS));
      };
      wait(Math.max(0, ms) / speed);
      return () => clearTimeout(handle);
    },
  };
}
