import type { CaPoolKey } from '../../core/ca-pool/pool.ts';
import type { FindCaPool } from '../../core/ca-pool/resolve.ts';
import type { Namespace, ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import { diffTables } from '../../core/routing/diff.ts';
import type { RouteRequest } from '../../core/sources/service/parse.ts';
import { type RoutingTable, buildRoutingTable } from '../../core/routing/table.ts';
import type { LastGood } from '../../core/published-routes/by-tunnel.ts';
import type { Outcome } from '../../runtime/controller.ts';

/** The only key of this controller: there is one table for the whole cluster. */
export const ROUTING_KEY = 'routing';

/** How long a burst of changes may go on before the table is made: the quiet that ends it, and its longest. */
export const ROUTING_QUIET_MS = 300;
export const ROUTING_MAX_MS = 2000;

interface Listing<T> {
  list(): readonly T[];
}

export interface RoutingContext {
  readonly tunnels: Listing<Tunnel>;
  readonly services: Listing<Service>;
  readonly namespaces: Listing<Namespace>;
  /** What a Service asks for. */
  readonly parse: (service: Service) => RouteRequest;
  readonly lastGood: (service: ObjectKey) => LastGood | undefined;
  readonly caPool: FindCaPool;
  /** Whether finalizers are just being put on: thousands of Services take longer than a burst may last. */
  readonly guarding: { recordAndCheck(withoutFinalizer: number): boolean };
  /** How many Services of the last table still wait for our finalizer. */
  readonly finalizersPending: () => number;
  /** Tells the Services which of them get our finalizer now, and the Tunnels whether to wait for their routes. */
  readonly announceFinalizers: (withoutFinalizer: ReadonlySet<ObjectKey>, areFinalizersPending: boolean) => void;
  readonly current: () => RoutingTable | undefined;
  readonly publish: (table: RoutingTable) => void;
  readonly wakeTunnels: (tunnels: readonly ObjectKey[]) => void;
  /** The same, but in no hurry: more is likely to come. */
  readonly wakeTunnelsSoon: (tunnels: readonly ObjectKey[]) => void;
  readonly wakeServices: (services: readonly ObjectKey[]) => void;
  /** Has certificates looked at that nobody has asked for before. */
  readonly wakeCaPools: (references: readonly CaPoolKey[]) => void;
}

/**
 * Makes the routing table anew and wakes whom it concerns. Every Service, Tunnel and Namespace that changes ends up
 * here, and only here: however many change together, each Tunnel hears of it once.
 */
export async function reconcileRouting(ctx: RoutingContext): Promise<Outcome> {
  if (areFinalizersArriving(ctx)) return { recheckAfterMs: ROUTING_QUIET_MS };
  const table = buildRoutingTable({
    tunnels: ctx.tunnels.list(),
    services: ctx.services.list(),
    namespaces: ctx.namespaces.list(),
    parse: ctx.parse,
    lastGood: ctx.lastGood,
    caPool: ctx.caPool,
  });
  const current = ctx.current();
  const areFinalizersPending = ctx.guarding.recordAndCheck(table.withoutFinalizer.size);
  ctx.announceFinalizers(table.withoutFinalizer, areFinalizersPending);
  if (areFinalizersPending && current !== undefined) return { recheckAfterMs: ROUTING_QUIET_MS };
  const changes = diffTables(current, table);
  ctx.publish(table);
  ctx.wakeCaPools([...table.caPools].filter((reference) => current?.caPools.has(reference) !== true));
  ctx.wakeTunnels(changes.published);
  ctx.wakeTunnelsSoon(changes.asked);
  ctx.wakeServices(changes.services);
  return {};
}

/** Every finalizer that is put on ends up here too: a table of thousands is made once all of them are in place. */
function areFinalizersArriving({ current, guarding, finalizersPending }: RoutingContext): boolean {
  const left = finalizersPending();
  return current() !== undefined && left > 0 && guarding.recordAndCheck(left);
}
