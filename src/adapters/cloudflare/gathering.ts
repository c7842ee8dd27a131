import type { DnsChange } from '../../core/dns/plan.ts';

/** How long a zone waits for more changes: the quiet that ends a burst, and its longest. */
const QUIET_MS = 300;
const MOST_MS = 2_000;

/**
 * Gathers the changes that several Tunnels have for one zone into one write. All of them share its outcome; a caller
 * that gives up before the write is sent takes its changes back.
 */
export class Gathering<Outcome> {
  readonly #send: (changes: readonly DnsChange[], signal: AbortSignal) => Promise<Outcome>;
  #waiting: Waiting<Outcome>[] = [];
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (changes: readonly DnsChange[], signal: AbortSignal) => Promise<Outcome>) {
    this.#send = send;
  }

  write(changes: readonly DnsChange[], signal: AbortSignal): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    const now = performance.now();
    if (this.#waiting.length === 0) this.#since = now;
    this.#waiting.push({ changes, signal, resolve, reject });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#flush(), Math.max(0, Math.min(QUIET_MS, this.#since + MOST_MS - now)));
    return promise;
  }

  async #flush(): Promise<void> {
    const gathered = this.#waiting.filter(({ signal }) => !signal.aborted);
    for (const { signal, reject } of this.#waiting) if (signal.aborted) reject(signal.reason);
    this.#waiting = [];
    if (gathered.length === 0) return;
    const changes = gathered.flatMap((one) => one.changes).toSorted((a, b) => RANK[a.kind] - RANK[b.kind]);
    try {
      const outcome = await this.#send(changes, AbortSignal.any(gathered.map(({ signal }) => signal)));
      for (const { resolve } of gathered) resolve(outcome);
    } catch (error) {
      for (const { reject } of gathered) reject(error);
    }
  }
}

/** Where a write is cut into batches, what makes room comes first. */
const RANK = { delete: 0, update: 1, create: 2 } as const;

interface Waiting<Outcome> {
  readonly changes: readonly DnsChange[];
  readonly signal: AbortSignal;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (reason: unknown) => void;
}
