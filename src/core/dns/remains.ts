import type { Hostname } from '../hostname.ts';
import type { Route } from '../routes/route.ts';
import type { TunnelSettings } from '../tunnel/settings.ts';
import type { ObservedRecord } from './plan.ts';
import { isManaged } from './policy.ts';
import { type Zone, zoneOf } from './zone.ts';

/** What has been seen of records. */
export interface SeenRecords {
  readonly writable: readonly Zone[];
  /** A zone that could not be read is absent. */
  readonly records: ReadonlyMap<Zone, readonly ObservedRecord[]>;
}

/**
 * Whether a published name may still resolve to the Tunnel with this mark; unknown counts as yes. A record of ours at a
 * name that nobody wants is deleted by this very pass, and its rule by the next.
 */
export function recordRemains(
  seen: SeenRecords | undefined,
  mark: string,
  mode: TunnelSettings['dnsMode'],
): (route: Route) => boolean {
  if (mode === 'UpsertOnly') return () => false;
  if (seen === undefined) return (route) => isManaged(route, mode);
  const all = [...seen.records.values()].flat();
  const names = new Set<string>(all.filter((record) => record.comment === mark).map((record) => record.name));
  return (route) => isManaged(route, mode) && (names.has(route.hostname) || isUnread(route.hostname, seen));
}

function isUnread(hostname: Hostname, { writable, records }: SeenRecords): boolean {
  const zone = zoneOf(hostname, writable);
  return zone !== undefined && !records.has(zone);
}
