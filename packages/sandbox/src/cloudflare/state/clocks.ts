/** The two clocks of a machine: the wall clock can be set, and the monotonic clock only advances. */
export interface Clocks {
  /** Milliseconds since the epoch: what timestamps and the `Date` header say. */
  readonly now: () => number;
  /** Milliseconds since some moment: what rate windows, lags and lingering connections are measured with. */
  readonly elapsed: () => number;
}

/** Those of this machine. */
export const REAL_CLOCKS: Clocks = { now: () => Date.now(), elapsed: () => performance.now() };
