/** Time as the runtime sees it: milliseconds that only go forward, and something to be done later. */
export interface Clock {
  now(): number;
  /** Longer than a timer can be is allowed; returns the way to call it off. */
  after(ms: number, work: () => void): () => void;
}

/** A longer timer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's monotonic clock. `speed`: how many times faster than real time it runs, for tests of long spans. */
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
