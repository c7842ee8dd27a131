/** The clocks of a machine: the wall clock can be set, and the monotonic clock only advances. */
export interface Clocks {
  /** Milliseconds since the epoch, for timestamps and the `Date` header. */
  readonly now: () => number;
  /** Milliseconds since an arbitrary start, for rate windows, lags and lingering connections. */
  readonly elapsed: () => number;
}

/** The clocks of this machine. */
export const REAL_CLOCKS: Clocks = { now: () => Date.now(), elapsed: () => performance.now() };
