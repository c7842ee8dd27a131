import type { ObjectKey } from '../../api/objects.ts';
import type { SourceKey } from '../../core/model/source.ts';
import type { RouteResult, RoutingTable } from '../../core/routing/table.ts';
import type { TunnelObservation } from '../../core/status/exposed.ts';
import { type ServeState, serveStateOf } from '../../core/status/serve-state.ts';
import type { Clock } from '../../runtime/clock.ts';

export interface ServeTimesContext {
  readonly clock: Pick<Clock, 'now'>;
  readonly observationOf: (tunnel: ObjectKey) => TunnelObservation | undefined;
  /** Called when all that a source asks for is served, with the time since it asked. */
  readonly served: (seconds: number) => void;
}

interface Wait {
  /** On the clock. */
  readonly since: number;
  /** The routing table contains the request. */
  readonly isRouted: boolean;
}

/**
 * Measures how long sources wait until what they ask for is served: from the event that shows the change until the
 * rules are with every connector and the records exist.
 *
 * A change that adds no hostname and no path is not measured, nor is a request that waits for a person, who has to
 * correct it or its Tunnel. Requests from before this process led are not measured either: nobody knows when they were made.
 */
export class ServeTimes {
  readonly #ctx: ServeTimesContext;
  readonly #waiting = new Map<SourceKey, Wait>();
  #results: ReadonlyMap<SourceKey, RouteResult> | undefined;

  constructor(ctx: ServeTimesContext) {
    this.#ctx = ctx;
  }

  /** A source may ask for something else than before. */
  requested(source: SourceKey): void {
    if (this.#results === undefined || this.#waiting.has(source)) return;
    this.#waiting.set(source, { since: this.#ctx.clock.now(), isRouted: false });
  }

  /** A source asks for nothing any more. */
  withdrawn(source: SourceKey): void {
    this.#waiting.delete(source);
  }

  /** The table contains every request so far. */
  routed({ results }: Pick<RoutingTable, 'results'>): void {
    this.#results = results;
    for (const [source, { since }] of this.#waiting) {
      const state = this.#stateOf(source);
      // Served without a pass of the Tunnel: there is nothing new to serve.
      if (state === 'waiting') this.#waiting.set(source, { since, isRouted: true });
      else this.#waiting.delete(source);
    }
  }

  /** A pass over the Tunnel has ended. */
  observed(tunnel: ObjectKey): void {
    for (const [source, { since, isRouted }] of this.#waiting) {
      if (!isRouted || this.#results?.get(source)?.tunnel !== tunnel) continue;
      const state = this.#stateOf(source);
      if (state === 'served') this.#ctx.served((this.#ctx.clock.now() - since) / 1000);
      if (state !== 'waiting') this.#waiting.delete(source);
    }
  }

  #stateOf(source: SourceKey): ServeState {
    const result = this.#results?.get(source);
    if (result === undefined) return 'refused';
    return serveStateOf(result, result.tunnel === undefined ? undefined : this.#ctx.observationOf(result.tunnel));
  }
}
