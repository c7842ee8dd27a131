import { OperatorError } from '../../runtime/errors.ts';
import type { Transport } from './transport.ts';

/** Who asks: somebody waits for it, or it is a look at what should not have changed. */
export type Urgency = 'wanted' | 'drift';

/** Cloudflare's window, and the calls in it that we take for ours: a token is shared with people and other tools. */
const WINDOW_MS = 300_000;
const OWN_LIMIT = 1_000;

/** Calls that are left for what somebody waits for, when drift checks must stop; and for deletions by hand. */
const DRIFT_RESERVE = 200;
const LAST_RESERVE = 20;

/** Longest pause we grant a `Retry-After`. */
const MAX_PAUSE_MS = WINDOW_MS;

/**
 * The calls that one token has left, shared by everybody who uses the token.
 *
 * Counts its own calls in Cloudflare's window and believes the `Ratelimit` header where it says less. When the calls
 * run out, nothing is sent: whoever asks is told to wait, drift checks first. A 429 stops all of them until its
 * `Retry-After`, or for half a minute if it names none.
 */
export class RateBudget {
  readonly #now: () => number;
  #left = OWN_LIMIT;
  #resetAt: number;
  #pausedUntil = 0;

  /** `now`: milliseconds on a clock that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#resetAt = now() + WINDOW_MS;
  }

  /** Calls left in the present window. */
  get left(): number {
    this.#roll();
    return this.#now() < this.#pausedUntil ? 0 : Math.max(0, this.#left);
  }

  /** Throws `RateLimited`, and says for how long, if a call of this urgency must wait. */
  admit(urgency: Urgency): void {
    const reserve = urgency === 'drift' ? DRIFT_RESERVE : LAST_RESERVE;
    if (this.left > reserve) return;
    const until = this.#left > reserve ? this.#pausedUntil : Math.max(this.#pausedUntil, this.#resetAt);
    throw new OperatorError(
      'RateLimited',
      'wait',
      'The rate limit of the token is used up: work goes on when the window ends',
      {
        retryAfterMs: until - this.#now(),
      },
    );
  }

  /** One call is being made. */
  spend(): void {
    this.#roll();
    this.#left -= 1;
  }

  /** Reads what an answer says of the limit. */
  learn(status: number, header: (name: string) => string | null): void {
    const told = /r=(\d+);\s*t=(\d+)/.exec(header('ratelimit') ?? '');
    if (told !== null && Number(told[1]) < this.#left) {
      this.#left = Number(told[1]);
      this.#resetAt = this.#now() + Number(told[2]) * 1000;
    }
    if (status !== 429) return;
    const seconds = Number(header('retry-after') ?? Number.NaN);
    this.#pausedUntil = this.#now() + (Number.isFinite(seconds) ? Math.min(seconds * 1000, MAX_PAUSE_MS) : 30_000);
  }

  #roll(): void {
    if (this.#now() < this.#resetAt) return;
    this.#left = OWN_LIMIT;
    this.#resetAt = this.#now() + WINDOW_MS;
  }
}

/** A transport whose every call is counted, and whose answers are read for what they say of the limit. */
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
