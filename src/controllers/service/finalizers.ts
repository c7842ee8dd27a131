import type { ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import { type TunnelRoutes, holdOn } from '../../core/published-routes/by-tunnel.ts';
import { keyOf } from '../../core/keys.ts';
import { type PublicationState, finalizerAction } from '../../core/routing/finalizer.ts';
import type { RoutingTable } from '../../core/routing/table.ts';

export interface ServiceFinalizersContext {
  readonly services: { list(): readonly Service[] };
  readonly tunnels: { get(key: ObjectKey): Tunnel | undefined };
  readonly routing: () => RoutingTable;
  readonly published: () => readonly TunnelRoutes[];
}

/** Knows which Services need our finalizer, and which may lose it. */
export class ServiceFinalizers {
  readonly #ctx: ServiceFinalizersContext;
  /** Services that have routes and wait for their finalizer. */
  #awaited = new Set<ObjectKey>();

  constructor(ctx: ServiceFinalizersContext) {
    this.#ctx = ctx;
  }

  /** Records the Services that have routes and no finalizer; returns those that are new. */
  await(withoutFinalizer: ReadonlySet<ObjectKey>): readonly ObjectKey[] {
    const before = this.#awaited;
    this.#awaited = new Set(withoutFinalizer);
    return [...withoutFinalizer].filter((service) => !before.has(service));
  }

  /** The finalizer of a Service is in place. True: no other Service is waiting for one. */
  arrived(service: ObjectKey): boolean {
    return this.#awaited.delete(service) && this.#awaited.size === 0;
  }

  /** How many Services still wait for their finalizer. */
  awaitedCount(): number {
    return this.#awaited.size;
  }

  publicationStateOf(service: ObjectKey): PublicationState {
    return { hasRoutes: this.#hasRoutes(service), hold: () => holdOn(service, this.#ctx.published()) };
  }

  /** Services that still carry our finalizer although nothing of them is published. */
  releasable(): readonly ObjectKey[] {
    const published = this.#ctx.published();
    const mayGo = (service: Service): boolean => {
      const key = keyOf(service);
      const state = { hasRoutes: this.#hasRoutes(key) ?? false, hold: () => holdOn(key, published) };
      return finalizerAction(service, state) === 'release';
    };
    return this.#ctx.services.list().filter(mayGo).map(keyOf);
  }

  /** The routes of a Tunnel that is being deleted no longer count, whatever the last table says. */
  #hasRoutes(service: ObjectKey): boolean | undefined {
    if (this.#awaited.has(service)) return true;
    const result = this.#ctx.routing().results.get(service);
    if (result === undefined) return undefined;
    const tunnel = result.tunnel === undefined ? undefined : this.#ctx.tunnels.get(result.tunnel);
    const canPublish = tunnel !== undefined && tunnel.metadata.deletionTimestamp === undefined;
    return canPublish && result.routes.length > 0;
  }
}
