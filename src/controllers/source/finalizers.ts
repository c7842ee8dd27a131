import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { type SourceKey, firstKeyOf } from '../../core/model/source.ts';
import { type TunnelRoutes, holdOn } from '../../core/published-routes/by-tunnel.ts';
import { type PublicationState, finalizerAction } from '../../core/routing/finalizer.ts';
import { type RouteResult, type RoutingTable, resultsOf } from '../../core/routing/table.ts';
import type { SourceObject } from './sources.ts';

export interface SourceFinalizersContext {
  readonly sources: { withFinalizer(): readonly SourceObject[] };
  readonly tunnels: { get(key: ObjectKey): Tunnel | undefined };
  readonly routing: () => Pick<RoutingTable, 'results' | 'furtherKeys'>;
  readonly published: () => readonly TunnelRoutes[];
}

/** Knows which sources need our finalizer, and which may lose it. */
export class SourceFinalizers {
  readonly #ctx: SourceFinalizersContext;
  /** Sources that have routes and wait for their finalizer. */
  #pending = new Set<SourceKey>();

  constructor(ctx: SourceFinalizersContext) {
    this.#ctx = ctx;
  }

  /** Replaces the set of sources that wait for their finalizer; returns those that are new. */
  expect(withoutFinalizer: ReadonlySet<SourceKey>): readonly SourceKey[] {
    const before = this.#pending;
    this.#pending = new Set([...withoutFinalizer].map(firstKeyOf));
    return [...this.#pending].filter((source) => !before.has(source));
  }

  /** Notes that the finalizer of a source is in place. True: it was the last one that was missing. */
  added(source: SourceKey): boolean {
    return this.#pending.delete(source) && this.#pending.size === 0;
  }

  pendingCount(): number {
    return this.#pending.size;
  }

  publicationStateOf(source: SourceKey): PublicationState {
    return { hasRoutes: this.#hasRoutes(source), hold: () => holdOn(source, this.#ctx.published()) };
  }

  /** Sources that still carry our finalizer although nothing of them is published. */
  releasable(): readonly SourceKey[] {
    const published = this.#ctx.published();
    const isReleasable = ({ key, object }: SourceObject): boolean => {
      const state = { hasRoutes: this.#hasRoutes(key) ?? false, hold: () => holdOn(key, published) };
      return finalizerAction(object, state) === 'remove';
    };
    return this.#ctx.sources
      .withFinalizer()
      .filter(isReleasable)
      .map(({ key }) => key);
  }

  /** The routes at a Tunnel that is being deleted do not count, even if the last table contains them. */
  #hasRoutes(source: SourceKey): boolean | undefined {
    if (this.#pending.has(source)) return true;
    const results = resultsOf(this.#ctx.routing(), source);
    return results.length === 0 ? undefined : results.some((result) => this.#canPublish(result));
  }

  #canPublish({ tunnel: key, routes }: RouteResult): boolean {
    const tunnel = key === undefined ? undefined : this.#ctx.tunnels.get(key);
    return tunnel !== undefined && tunnel.metadata.deletionTimestamp === undefined && routes.length > 0;
  }
}
