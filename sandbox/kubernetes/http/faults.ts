import { randomFrom } from '../../random.ts';

/** What goes wrong with a request. */
export type FaultAction =
  /** Answered with this status instead of being handled. */
  | { readonly kind: 'status'; readonly status: number; readonly message?: string; readonly retryAfterSeconds?: number }
  /** Handled after a wait. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection closes; nothing is handled. */
  | { readonly kind: 'drop' }
  /** Handled, and then the connection closes without an answer. */
  | { readonly kind: 'drop-after' }
  /** Handled, and then half of the answer is sent as if it were all. A watch is left alone. */
  | { readonly kind: 'truncate' }
  /** Handled, and then half of the answer is sent, and nothing more. A watch is left alone. */
  | { readonly kind: 'stall' }
  /**
   * A read is answered as it was so many changes of the cluster ago, by a server whose cache lags behind; what is older
   * than is remembered is read as it is now. A write or a watch is left alone.
   */
  | { readonly kind: 'stale-reads'; readonly changes: number }
  /** Answered with the page of a broken proxy instead of being handled. */
  | { readonly kind: 'html'; readonly status: number };

/** Which requests a fault strikes. */
export interface FaultRule {
  /** Any method when absent. */
  readonly method?: string;
  /** Tested against path and query; any path when absent. */
  readonly path?: RegExp;
  /** How many requests it strikes; without it, all until it is cleared. */
  readonly times?: number;
  /** Only this share of them (0..1), drawn from a seeded generator. */
  readonly probability?: number;
  readonly action: FaultAction;
}

/** The streams and versions that faults can spoil. */
export interface FaultTargets {
  closeWatches(): void;
  expireVersions(): void;
}

/** Trouble on request: what a network, a restarting or an overloaded API server does to its clients. */
export class Faults {
  readonly #targets: FaultTargets;
  #rules: { readonly rule: FaultRule; left: number }[] = [];
  #random = randomFrom(1);

  constructor(targets: FaultTargets) {
    this.#targets = targets;
  }

  /** Adds a fault; answers the way to end it. */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Infinity };
    this.#rules.push(entry);
    return () => {
      this.#rules = this.#rules.filter((other) => other !== entry);
    };
  }

  /** Restarts the generator behind `probability`, so that a run can be repeated. */
  seed(seed: number): void {
    this.#random = randomFrom(seed);
  }

  clear(): void {
    this.#rules = [];
  }

  /** Ends every open watch, as a restarting server does. */
  closeWatches(): void {
    this.#targets.closeWatches();
  }

  /** Makes every version handed out so far too old: the next watch from one of them gets 410. */
  expireVersions(): void {
    this.#targets.expireVersions();
  }

  /** The first fault that strikes this request; counts it. */
  take(method: string, url: string): FaultAction | undefined {
    const entry = this.#rules.find(
      ({ rule, left }) =>
        left > 0 &&
        (rule.method ?? method) === method &&
        (rule.path?.test(url) ?? true) &&
        (rule.probability === undefined || this.#random() < rule.probability),
    );
    if (entry === undefined) return undefined;
    entry.left -= 1;
    return entry.rule.action;
  }
}
