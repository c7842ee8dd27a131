/** The rate limit of one user or account token. */
export interface RateLimitOptions {
  readonly quota: number;
  readonly windowSeconds: number;
  /** Whether a 429 has a `Retry-After` header. According to the documentation, it "isn't always" sent. */
  readonly sendRetryAfter: boolean;
}

/** Cloudflare's documented limit. */
export const DEFAULT_RATE_LIMIT: RateLimitOptions = { quota: 1200, windowSeconds: 300, sendRetryAfter: true };

/** A caller's remaining budget after a request. */
export interface Budget {
  readonly isExceeded: boolean;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** Fixed windows, one per caller, each starting with the caller's first request. */
export class RateLimiter {
  readonly options: RateLimitOptions;
  readonly #elapsed: () => number;
  readonly #windows = new Map<string, { endsAt: number; used: number }>();

  constructor(elapsed: () => number, options: RateLimitOptions) {
    this.#elapsed = elapsed;
    this.options = options;
  }

  /** Counts one request of `caller`. */
  take(caller: string): Budget {
    const window = this.#windowOf(caller);
    window.used += 1;
    return {
      isExceeded: window.used > this.options.quota,
      remaining: Math.max(0, this.options.quota - window.used),
      resetSeconds: Math.ceil((window.endsAt - this.#elapsed()) / 1000),
    };
  }

  #windowOf(caller: string): { endsAt: number; used: number } {
    const open = this.#windows.get(caller);
    if (open !== undefined && open.endsAt > this.#elapsed()) return open;
    const fresh = { endsAt: this.#elapsed() + this.options.windowSeconds * 1000, used: 0 };
    this.#windows.set(caller, fresh);
    return fresh;
  }
}

/** The headers of every response. */
export function budgetHeaders(budget: Budget, options: RateLimitOptions): Record<string, string> {
  return {
    Ratelimit: `"default";r=${budget.remaining};t=${budget.resetSeconds}`,
    'Ratelimit-Policy': `"default";q=${options.quota};w=${options.windowSeconds}`,
  };
}
