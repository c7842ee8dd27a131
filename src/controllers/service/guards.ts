import type { ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import { type TunnelLedger, holdOn } from '../../core/ingress/ledgers.ts';
import { keyOf } from '../../core/keys.ts';
import { type Exposure, guardingOf } from '../../core/routes/guard.ts';
import type { RoutingTable } from '../../core/routes/table.ts';

export interface GuardsContext {
  readonly services: { list(): readonly Service[] };
  readonly tunnels: { get(key: ObjectKey): Tunnel | undefined };
  readonly routing: () => RoutingTable;
  readonly ledgers: () => readonly TunnelLedger[];
}

/** Knows which Services need our finalizer, and which may lose it. */
export class Guards {
  readonly #ctx: GuardsContext;
  /** Services that have routes and wait for their finalizer. */
  #awaited = new Set<ObjectKey>();

  constructor(ctx: GuardsContext) {
    this.#ctx = ctx;
  }

  /** Records the Services that have routes and no finalizer; returns those that are new. */
  await(unguarded: ReadonlySet<ObjectKey>): readonly ObjectKey[] {
    const before = this.#awaited;
    this.#awaited = new Set(unguarded);
    return [...unguarded].filter((service) => !before.has(service));
  }

  /** The finalizer of a Service is in place. True: no other Service is waiting for one. */
  arrived(service: ObjectKey): boolean {
    return this.#awaited.delete(service) && this.#awaited.size === 0;
  }

  /** How many Services still wait for their finalizer. */
  awaitedCount(): number {
    return this.#awaited.size;
  }

  exposureOf(service: ObjectKey): Exposure {
    return { hasRoutes: this.#hasRoutes(service), hold: () => holdOn(service, this.#ctx.ledgers()) };
  }

  /** Services that still carry our finalizer although nothing of them is published. */
  releasable(): readonly ObjectKey[] {
    const ledgers = this.#ctx.ledgers();
    const mayGo = (service: Service): boolean => {
      const key = keyOf(service);
      const exposure = { hasRoutes: this.#hasRoutes(key) ?? false, hold: () => holdOn(key, ledgers) };
      return guardingOf(service, exposure) === 'release';
    };
    return this.#ctx.services.list().filter(mayGo).map(keyOf);
  }

  /** The routes of a Tunnel that is being deleted no longer count, whatever the last table says. */
  #hasRoutes(service: ObjectKey): boolean | undefined {
    if (this.#awaited.has(service)) return true;
    const verdict = this.#ctx.routing().verdicts.get(service);
    if (verdict === undefined) return undefined;
    const tunnel = verdict.tunnel === undefined ? undefined : this.#ctx.tunnels.get(verdict.tunnel);
    const canPublish = tunnel !== undefined && tunnel.metadata.deletionTimestamp === undefined;
    return canPublish && verdict.routes.length > 0;
  }
}
