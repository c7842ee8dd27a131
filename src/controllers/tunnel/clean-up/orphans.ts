import type { ObjectKey, Tunnel } from '../../../api/objects.ts';
import type { ObservedRecord } from '../../../core/dns/plan.ts';
import { type ClusterScope, describeOrphans, orphanRecords, orphanTunnels } from '../../../core/tunnel/orphans.ts';
import type { RemoteTunnel } from '../../../core/tunnel/remote.ts';
import type { WaitTimer } from '../../../runtime/waits.ts';

export interface OrphanContext extends Omit<ClusterScope, 'tunnels' | 'cleanedUp'> {
  readonly tunnels: { list(): readonly Tunnel[] };
  /** How often each place is checked. */
  readonly everyMs: number;
  readonly since: WaitTimer;
  /** Called once for each orphan in the life of the process. */
  readonly report: (message: string) => void;
}

/**
 * Looks for leftovers of former Tunnels in lists that are read anyway, so it costs no call. Leftovers of a Tunnel that
 * this process has seen were reported when the Tunnel was deleted.
 */
export class Orphans {
  readonly #ctx: OrphanContext;
  readonly #seen = new Set<ObjectKey>();
  /** By account or zone, and kind. */
  readonly #found = new Map<string, readonly string[]>();
  readonly #reported = new Set<string>();

  constructor(ctx: OrphanContext) {
    this.#ctx = ctx;
  }

  /** A Tunnel exists, or existed until now. */
  saw(tunnel: ObjectKey): void {
    this.#seen.add(tunnel);
  }

  lookAtTunnels(accountId: string, tunnels: readonly RemoteTunnel[]): void {
    this.#look(`tunnel ${accountId}`, (scope) => orphanTunnels(tunnels, scope));
  }

  lookAtRecords(zoneId: string, records: readonly ObservedRecord[]): void {
    this.#look(`record ${zoneId}`, (scope) => orphanRecords(records, scope));
  }

  /** How many there are of a kind. */
  count(kind: 'tunnel' | 'record'): number {
    const places = [...this.#found].filter(([place]) => place.startsWith(kind));
    return places.reduce((sum, [, orphans]) => sum + orphans.length, 0);
  }

  #look(place: string, find: (scope: ClusterScope) => readonly string[]): void {
    const { since, everyMs, tunnels, ...scope } = this.#ctx;
    if (this.#found.has(place) && since.startOrContinue(place) < everyMs) return;
    since.end(place);
    since.startOrContinue(place);
    const orphans = find({ ...scope, tunnels: tunnels.list(), cleanedUp: this.#seen });
    this.#found.set(place, orphans);
    const unreported = orphans.filter((orphan) => !this.#reported.has(orphan));
    for (const orphan of unreported) this.#reported.add(orphan);
    if (unreported.length > 0) this.#ctx.report(describeOrphans(unreported));
  }
}
