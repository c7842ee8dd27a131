import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import type { ObservedRecord } from '../../core/dns/plan.ts';
import { type Family, describeOrphans, orphanRecords, orphanTunnels } from '../../core/tunnel/orphans.ts';
import type { RemoteTunnel } from '../../core/tunnel/remote.ts';
import type { Waiting } from '../../runtime/patience.ts';

export interface OrphanContext extends Omit<Family, 'tunnels' | 'departed'> {
  readonly tunnels: { list(): readonly Tunnel[] };
  /** How often the same place is looked at. */
  readonly everyMs: number;
  readonly since: Waiting;
  /** Hears once in the life of the process of what is found, in words. */
  readonly tell: (message: string) => void;
}

/**
 * Looks for what Tunnels of the past have left at Cloudflare, in the lists that are read anyway: not a call is made for
 * it. What this process has itself seen go is not an orphan to it: that was told of when it went.
 */
export class Orphans {
  readonly #ctx: OrphanContext;
  readonly #seen = new Set<ObjectKey>();
  /** By account or zone, and kind. */
  readonly #found = new Map<string, readonly string[]>();
  readonly #told = new Set<string>();

  constructor(ctx: OrphanContext) {
    this.#ctx = ctx;
  }

  /** A Tunnel is there, or was until now. */
  saw(tunnel: ObjectKey): void {
    this.#seen.add(tunnel);
  }

  lookAtTunnels(accountId: string, tunnels: readonly RemoteTunnel[]): void {
    this.#look(`tunnel ${accountId}`, (family) => orphanTunnels(tunnels, family));
  }

  lookAtRecords(zoneId: string, records: readonly ObservedRecord[]): void {
    this.#look(`record ${zoneId}`, (family) => orphanRecords(records, family));
  }

  /** How many there are of a kind. */
  count(kind: 'tunnel' | 'record'): number {
    const places = [...this.#found].filter(([place]) => place.startsWith(kind));
    return places.reduce((sum, [, orphans]) => sum + orphans.length, 0);
  }

  #look(place: string, find: (family: Family) => readonly string[]): void {
    const { since, everyMs, tunnels, ...family } = this.#ctx;
    if (this.#found.has(place) && since.waitedMs(place) < everyMs) return;
    since.done(place);
    since.waitedMs(place);
    const orphans = find({ ...family, tunnels: tunnels.list(), departed: this.#seen });
    this.#found.set(place, orphans);
    const news = orphans.filter((orphan) => !this.#told.has(orphan));
    for (const orphan of news) this.#told.add(orphan);
    if (news.length > 0) this.#ctx.tell(describeOrphans(news));
  }
}
