import type { CaPoolKey } from '../../core/ca-pool/pool.ts';
import type { FindCaPool } from '../../core/ca-pool/resolve.ts';
import type { Namespace, Node, ObjectKey, Tunnel } from '../../api/objects.ts';
import type { RouteRequest } from '../../core/model/route-request.ts';
import type { SourceKey } from '../../core/model/source.ts';
import type { LastGood } from '../../core/published-routes/by-tunnel.ts';
import type { GrantLists } from '../../core/grants.ts';
import { diffTables } from '../../core/routing/diff.ts';
import { type RoutingTable, buildRoutingTable } from '../../core/routing/table.ts';
import type { Outcome } from '../../runtime/controller.ts';

/** The only key of this controller: there is one table for the whole cluster. */
export const ROUTING_KEY = 'routing';

/** A table is built after this much quiet, and at the latest after this long in a burst of changes. */
export const ROUTING_QUIET_MS = 300;
export const ROUTING_MAX_MS = 2000;

interface Listing<T> {
  list(): readonly T[];
}

/** What a table is built from. */
interface TableContext {
  readonly tunnels: Listing<Tunnel>;
  readonly namespaces: Listing<Namespace>;
  /** `undefined`: no Tunnel needs them, or they may not be read. */
  readonly nodes: () => readonly Node[] | undefined;
  /** The requests of sources of every kind. */
  readonly sources: { requests(): readonly RouteRequest[] };
  /** Stand for published sources of kinds that may not be read. */
  readonly unread: () => readonly RouteRequest[];
  readonly lastGood: (source: SourceKey) => LastGood | undefined;
  readonly caPool: FindCaPool;
  /** Where ReferenceGrants are found. */
  readonly related: GrantLists;
}

/** Adding thousands of finalizers takes longer than a burst may last. */
interface FinalizersContext {
  readonly finalizerProgress: { recordAndCheck(withoutFinalizer: number): boolean };
  /** How many sources of the last table still wait for their finalizer. */
  readonly finalizersPending: () => number;
  /** Tells the sources which of them get our finalizer now, and the Tunnels whether to wait for their routes. */
  readonly announceFinalizers: (withoutFinalizer: ReadonlySet<SourceKey>, areFinalizersPending: boolean) => void;
}

interface WakeContext {
  readonly wakeTunnels: (tunnels: readonly ObjectKey[]) => void;
  /** Wakes Tunnels after a pause, because more changes are likely to follow. */
  readonly wakeTunnelsSoon: (tunnels: readonly ObjectKey[]) => void;
  readonly wakeSources: (sources: readonly SourceKey[]) => void;
  readonly wakeCaPools: (references: readonly CaPoolKey[]) => void;
}

export interface RoutingContext extends TableContext, FinalizersContext, WakeContext {
  readonly current: () => RoutingTable | undefined;
  readonly publish: (table: RoutingTable) => void;
}

/**
 * Builds a new routing table and wakes the Tunnels and sources for which something has changed. Every change of a
 * source, Tunnel or Namespace leads here and only here, so a burst of changes wakes each Tunnel once.
 */
export async function reconcileRouting(ctx: RoutingContext): Promise<Outcome> {
  if (areFinalizersArriving(ctx)) return { recheckAfterMs: ROUTING_QUIET_MS };
  const current = ctx.current();
  const table = buildRoutingTable({
    tunnels: ctx.tunnels.list(),
    namespaces: ctx.namespaces.list(),
    nodes: ctx.nodes(),
    requests: [...ctx.sources.requests(), ...ctx.unread()],
    lastGood: ctx.lastGood,
    caPool: ctx.caPool,
    related: ctx.related,
  });
  const areFinalizersPending = ctx.finalizerProgress.recordAndCheck(table.withoutFinalizer.size);
  ctx.announceFinalizers(table.withoutFinalizer, areFinalizersPending);
  if (areFinalizersPending && current !== undefined) return { recheckAfterMs: ROUTING_QUIET_MS };
  ctx.publish(table);
  wakeChanged(ctx, current, table);
  return {};
}

function wakeChanged(ctx: WakeContext, before: RoutingTable | undefined, table: RoutingTable): void {
  const changes = diffTables(before, table);
  ctx.wakeCaPools([...table.caPools].filter((reference) => before?.caPools.has(reference) !== true));
  ctx.wakeTunnels(changes.published);
  ctx.wakeTunnelsSoon(changes.counted);
  ctx.wakeSources(changes.sources);
}

/** Every finalizer that is added wakes this controller; a table of thousands is built when all of them are in place. */
function areFinalizersArriving({ current, finalizerProgress, finalizersPending }: RoutingContext): boolean {
  const left = finalizersPending();
  return current() !== undefined && left > 0 && finalizerProgress.recordAndCheck(left);
}
