import { FaultList } from '../../faults.ts';

/** The effect of a fault on a request. */
export type FaultEffect =
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
  /** Handled, and answered when `until` resolves. A watch is left alone. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /**
   * A read is answered as it was so many changes of the cluster ago, by a server whose cache lags behind; what is older
   * than is remembered is read as it is now. A write or a watch is left alone.
   */
  | { readonly kind: 'stale-reads'; readonly changes: number }
  /** The same, but the cache has stopped at a version of the cluster, however long ago that is by now. */
  | { readonly kind: 'frozen-reads'; readonly version: number }
  /** Answered with the page of a broken proxy instead of being handled. */
  | { readonly kind: 'html'; readonly status: number };

/** The streams and versions that faults can spoil. */
export interface FaultTargets {
  closeWatches(): void;
  expireVersions(): void;
}

/**
 * Trouble on request: what a network, a restarting or an overloaded API server does to its clients. A rule's path is
 * tested on path and query.
 */
export class Faults extends FaultList<FaultEffect> {
  readonly #targets: FaultTargets;

  constructor(targets: FaultTargets) {
    super();
    this.#targets = targets;
  }

  /** Ends every open watch, as a restarting server does. */
  closeWatches(): void {
    this.#targets.closeWatches();
  }

  /** Makes every version handed out so far too old: the next watch from one of them gets 410. */
  expireVersions(): void {
    this.#targets.expireVersions();
  }
}
