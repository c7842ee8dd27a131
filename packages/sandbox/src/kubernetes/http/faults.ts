import { FaultList } from '../../faults.ts';

export type FaultEffect =
  /** Answers with this status without running the request. */
  | { readonly kind: 'status'; readonly status: number; readonly message?: string; readonly retryAfterSeconds?: number }
  /** Delays the request. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Closes the connection without running the request. */
  | { readonly kind: 'drop' }
  /** Runs the request, then closes the connection without an answer. */
  | { readonly kind: 'drop-after' }
  /** Runs the request and sends the first half of the answer as a complete response. Does not affect a watch. */
  | { readonly kind: 'truncate' }
  /** Runs the request and sends half of the answer, then nothing more. Does not affect a watch. */
  | { readonly kind: 'stall' }
  /** Runs the request and answers when `until` resolves. Does not affect a watch. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /**
   * Answers a read with the state before this many changes of the cluster, like a server with a stale cache. Without
   * sufficient history, the current state is returned. Does not affect a write or a watch.
   */
  | { readonly kind: 'stale-reads'; readonly changes: number }
  /** The same, with a cache that stopped at a fixed version of the cluster. */
  | { readonly kind: 'frozen-reads'; readonly version: number }
  /** Answers with the HTML page of a broken proxy without running the request. */
  | { readonly kind: 'html'; readonly status: number };

/** The watches and versions that faults affect. */
export interface FaultTargets {
  closeWatches(): void;
  expireVersions(): void;
}

/**
 * Injects the faults of a network, or of a restarting or overloaded API server. A rule matches the path and the query.
 */
export class Faults extends FaultList<FaultEffect> {
  readonly #targets: FaultTargets;

  constructor(targets: FaultTargets) {
    super();
    this.#targets = targets;
  }

  /** Ends every open watch, like a restarting server. */
  closeWatches(): void {
    this.#targets.closeWatches();
  }

  /** Expires every version returned so far: the next watch from one of them gets 410. */
  expireVersions(): void {
    this.#targets.expireVersions();
  }
}
