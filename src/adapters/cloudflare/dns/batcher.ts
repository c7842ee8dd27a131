import type { DnsChange } from '../../../core/dns/plan.ts';
import type { WriteOutcome } from './deliver.ts';

/** A burst ends after this long without another change, or after `MAX_MS` at the latest. */
const QUIET_MS = 300;
const MAX_MS = 2_000;

type Send = (changes: readonly DnsChange[], signal: AbortSignal) => Promise<WriteOutcome>;

/**
 * Collects the changes that several Tunnels have for one zone into one write. Each caller gets the outcome of its own
 * changes. The changes of a caller that aborts before the write are not sent.
 */
export class Batcher {
  readonly #send: Send;
  #waiting: Waiter[] = [];
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: Send) {
    this.#send = send;
  }

  write(changes: readonly DnsChange[], signal: AbortSignal): Promise<WriteOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<WriteOutcome>();
    const now = performance.now();
    if (this.#waiting.length === 0) this.#startedAt = now;
    this.#waiting.push({ changes, signal, resolve, reject });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#flush(), Math.max(0, Math.min(QUIET_MS, this.#startedAt + MAX_MS - now)));
    return promise;
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting.filter(({ signal }) => !signal.aborted);
    for (const { signal, reject } of this.#waiting) if (signal.aborted) reject(signal.reason);
    this.#waiting = [];
    if (batch.length === 0) return;
    const changes = batch.flatMap((one) => one.changes);
    try {
      const outcome = await this.#send(changes, AbortSignal.any(batch.map(({ signal }) => signal)));
      for (const { changes: own, resolve } of batch) resolve(shareOf(outcome, own));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

/** A caller with no change left waiting is told of no obstacle and no failure: they concern other callers. */
function shareOf(outcome: WriteOutcome, own: readonly DnsChange[]): WriteOutcome {
  const isOwn = new Set(own);
  const share = {
    done: outcome.done.filter((change) => isOwn.has(change)),
    refused: outcome.refused.filter(({ change }) => isOwn.has(change)),
    waiting: outcome.waiting.filter((change) => isOwn.has(change)),
  };
  return share.waiting.length === 0 ? share : { ...outcome, ...share };
}

interface Waiter {
  readonly changes: readonly DnsChange[];
  readonly signal: AbortSignal;
  readonly resolve: (outcome: WriteOutcome) => void;
  readonly reject: (reason: unknown) => void;
}
