import type { TunnelReason } from '../../api/conditions.ts';
import type { Hostname } from '../model/hostname.ts';
import type { Route } from '../model/route.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';
import type { ObservedRecord } from './plan.ts';
import type { ZonedHostnames } from './records.ts';
import { type Zone, zonesOf } from '../model/zone.ts';

/** What has been seen of records. */
export interface SeenRecords {
  /** Zones that the token sees. */
  readonly visible: readonly Zone[];
  /** Those of them that the Tunnel may write in. */
  readonly writable: readonly Zone[];
  /** A zone that could not be read is absent. */
  readonly records: ReadonlyMap<Zone, readonly ObservedRecord[]>;
  /** Zones whose list is no proof of absence: a change may be under way of which nobody knows the end. */
  readonly uncertain?: ReadonlySet<Zone>;
}

/**
 * Whether a published name may still resolve to the Tunnel with this mark; unknown counts as yes. A record of ours at a
 * name that nobody wants is deleted by this very pass, and its rule by the next. `unseen`: names whose record may lie in
 * a zone that the token does not see.
 */
export function recordMayExist(
  seen: SeenRecords | undefined,
  mark: string,
  mode: TunnelSettings['dnsMode'],
  invisible: readonly Hostname[] = [],
): (route: Route) => boolean {
  if (mode === 'UpsertOnly') return () => false;
  if (seen === undefined) return mayHave;
  const names = namesWith(mark, seen);
  const hidden = new Set(invisible);
  const mayRemain = (name: Hostname): boolean => names.has(name) || hidden.has(name) || isUnread(name, seen);
  return (route) => mayHave(route) && mayRemain(route.hostname);
}

function mayHave({ isUnrecorded }: Route): boolean {
  return isUnrecorded !== true;
}

/** Whether no zone that could hold it has a record of the Tunnel at a hostname; unknown counts as no. */
export function recordIsAbsent(seen: SeenRecords | undefined, mark: string): (hostname: Hostname) => boolean {
  if (seen === undefined) return () => false;
  const names = namesWith(mark, seen);
  const isVerified = (zone: Zone): boolean => seen.records.has(zone) && seen.uncertain?.has(zone) !== true;
  return (hostname) => {
    const zones = zonesOf(hostname, seen.visible);
    return zones.length > 0 && zones.every(isVerified) && !names.has(hostname);
  };
}

function namesWith(mark: string, { records }: SeenRecords): ReadonlySet<string> {
  const all = [...records.values()].flat();
  return new Set(all.filter(({ comment }) => comment === mark).map(({ name }) => name));
}

function isUnread(hostname: Hostname, { visible, records }: SeenRecords): boolean {
  return zonesOf(hostname, visible).some((zone) => !records.has(zone));
}

/** Where a Tunnel's records may be, and what has been seen there. */
export interface RecordView extends SeenRecords {
  readonly zoned: ZonedHostnames;
}

/**
 * Whether there may be records at names that were published, and that nobody knows any more: as long as a zone was not
 * read, or one of them was found and not deleted yet. A zone that the token may not look into does not count: nothing
 * can be done about it, and Services would be held for ever.
 */
export function mayBeForgotten(
  view: RecordView | undefined,
  mark: string,
  failures: readonly { readonly reason: TunnelReason }[],
): boolean {
  if (view === undefined) return true;
  const isInvisible = view.zoned.zones.some(({ zone }) => !view.records.has(zone));
  if (isInvisible && failures.some(({ reason }) => reason !== 'PermissionMissing')) return true;
  const wanted = new Set<string>(view.zoned.zones.flatMap(({ hostnames }) => hostnames));
  return [...view.records.values()].flat().some(({ comment, name }) => comment === mark && !wanted.has(name));
}
