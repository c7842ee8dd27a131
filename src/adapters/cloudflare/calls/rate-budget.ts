import { OperatorError } from '../../../runtime/errors.ts';
import { MAX_PAUSE_MS, retryAfterMs } from './retry-after.ts';
import type { Transport } from './transport.ts';

/** `wanted`: a change waits for the call. `drift`: it only checks what should not have changed. */
export type Urgency = 'wanted' | 'drift';

/** Cloudflare's rate window, and our share of its 1,200 calls: people and other tools may use the same token. */
const WINDOW_MS = MAX_PAUSE_MS;
const OWN_LIMIT = 1_000;

/** Calls that drift checks leave for changes, and calls that changes leave for people. */
const DRIFT_RESERVE = 200;
const LAST_RESERVE = 20;

/**
 * The calls that one token has left, shared by everything that uses the token.
 *
 * Counts its own calls in Cloudflare's window, and follows the `Ratelimit` header if that says less. When calls run
 * out, nothing is sent: callers are told to wait, drift checks first. After a 429 everybody waits for its
 * `Retry-After`.
 */
export class RateBudget {
  readonly #now: () => number;
  #left = OWN_LIMIT;
  #resetAt: number;
  #pausedUntil = 0;

  /** `now`: milliseconds on a monotonic clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#resetAt = now() + WINDOW_MS;
  }

  /** Calls left in the current window. */
  get left(): number {
    this.#startNewWindowIfDue();
    return this.#now() < this.#pausedUntil ? 0 : Math.max(0, this.#left);
  }

  /** Throws `RateLimited`, with the time to wait, if a call of this urgency has to wait. */
  admit(urgency: Urgency): void {
    const reserve = urgency === 'drift' ? DRIFT_RESERVE : LAST_RESERVE;
    if (this.left > reserve) return;
    const until = this.#left > reserve ? this.#pausedUntil : Math.max(this.#pausedUntil, this.#resetAt);
    throw new OperatorError(
      'RateLimited',
      'wait',
      'The rate limit of the token is used up: work goes on when the window ends',
      { retryAfterMs: until - this.#now() },
    );
  }

  /** Counts one call. */
  spend(): void {
    this.#startNewWindowIfDue();
    this.#left -= 1;
  }

  /** Reads what an answer says about the limit. */
  learn(status: number, header: (name: string) => string | null): void {
    const [, remaining, seconds] = /r=(\d+);\s*t=(\d+)/.exec(header('ratelimit') ?? '') ?? [];
    if (remaining !== undefined && Number(remaining) < this.#left) {
      this.#left = Number(remaining);
      this.#resetAt = this.#now() + Number(seconds) * 1000;
    }
    if (status === 429) this.#pausedUntil = this.#now() + retryAfterMs(header('retry-after'));
  }

  #startNewWindowIfDue(): void {
    if (this.#now() < this.#resetAt) return;
    this.#left = OWN_LIMIT;
    this.#resetAt = this.#now() + WINDOW_MS;
  }
}

/** A transport that counts every call, and reads what the answers say about the limit. */
export function withBudget(transport: Transport, budget: RateBudget): Transport {
  return {
    ...transport,
    async fetch(url, init) {
      budget.spend();
      const response = await transport.fetch(url, init);
      budget.learn(response.status, (name) => response.headers.get(name));
      return response;
    },
  };
}
