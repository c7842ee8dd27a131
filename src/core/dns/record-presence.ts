import type { TunnelReason } from '../../api/conditions.ts';
import type { Hostname } from '../model/hostname.ts';
import type { Route } from '../model/route.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';
import type { ObservedRecord } from './plan.ts';
import type { ZonedHostnames } from './records.ts';
import { type Zone, zonesOf } from '../model/zone.ts';

/** The zones and records that a pass has read. */
export interface ObservedZones {
  /** Zones that the token can access. */
  readonly visible: readonly Zone[];
  /** The visible zones in which the Tunnel may write. */
  readonly writable: readonly Zone[];
  /** By zone. A zone that could not be read is absent. */
  readonly records: ReadonlyMap<Zone, readonly ObservedRecord[]>;
  /** Zones whose list does not prove absence, because the outcome of a recent change is unknown. */
  readonly uncertain?: ReadonlySet<Zone>;
}

/**
 * Whether a record of the Tunnel may exist at the hostname of a route; unknown counts as yes. The pass that deletes an
 * unwanted record keeps its rule, and the next pass removes the rule. `invisible`: hostnames whose record may be in a
 * zone that the token cannot access.
 */
export function recordMayExist(
  observed: ObservedZones | undefined,
  mark: string,
  mode: TunnelSettings['dnsMode'],
  invisible: readonly Hostname[] = [],
): (route: Route) => boolean {
  if (mode === 'UpsertOnly') return () => false;
  if (observed === undefined) return mayBeRecorded;
  const names = namesMarked(mark, observed);
  const hidden = new Set(invisible);
  const mayRemain = (name: Hostname): boolean => names.has(name) || hidden.has(name) || isUnread(name, observed);
  return (route) => mayBeRecorded(route) && mayRemain(route.hostname);
}

/** Whether a record at a hostname may lead to the tunnel, and not to addresses; unknown counts as yes. */
export function mayLeadToTunnel(observed: ObservedZones | undefined, mark: string): (hostname: Hostname) => boolean {
  if (observed === undefined) return () => true;
  const names = namesMarked(mark, observed, ({ type }) => type === 'CNAME');
  return (hostname) => names.has(hostname) || isUnread(hostname, observed);
}

function mayBeRecorded({ isUnrecorded }: Route): boolean {
  return isUnrecorded !== true;
}

/** Whether it is certain that the Tunnel has no record at a hostname; unknown counts as no. */
export function recordIsAbsent(observed: ObservedZones | undefined, mark: string): (hostname: Hostname) => boolean {
  if (observed === undefined) return () => false;
  const names = namesMarked(mark, observed);
  const isVerified = (zone: Zone): boolean => observed.records.has(zone) && observed.uncertain?.has(zone) !== true;
  return (hostname) => {
    const zones = zonesOf(hostname, observed.visible);
    return zones.length > 0 && zones.every(isVerified) && !names.has(hostname);
  };
}

function namesMarked(
  mark: string,
  { records }: ObservedZones,
  counts: (record: ObservedRecord) => boolean = () => true,
): ReadonlySet<string> {
  const all = [...records.values()].flat();
  return new Set(all.filter((record) => record.comment === mark && counts(record)).map(({ name }) => name));
}

function isUnread(hostname: Hostname, { visible, records }: ObservedZones): boolean {
  return zonesOf(hostname, visible).some((zone) => !records.has(zone));
}

/** The zones in which a Tunnel's records may be, and the records read from them. */
export interface RecordView extends ObservedZones {
  readonly zoned: ZonedHostnames;
}

/**
 * Whether records may exist at hostnames that were published but are no longer known: a zone could not be read, or such
 * a record was found and is not deleted yet. A zone that the token may not read does not count, because waiting for it
 * would hold the Services forever.
 */
export function mayBeForgotten(
  view: RecordView | undefined,
  mark: string,
  failures: readonly { readonly reason: TunnelReason }[],
): boolean {
  if (view === undefined) return true;
  const isUnreadable = view.zoned.zones.some(({ zone }) => !view.records.has(zone));
  if (isUnreadable && failures.some(({ reason }) => reason !== 'PermissionMissing')) return true;
  const wanted = new Set<string>(view.zoned.zones.flatMap(({ hostnames }) => hostnames));
  return [...view.records.values()].flat().some(({ comment, name }) => comment === mark && !wanted.has(name));
}
