/**
 * Decides which published routes have no record, and which records cannot be removed. `routes.json` marks the routes
 * without a record. A route without that mark may have a record, whatever `dns.mode`, `dns.zones` or its Service say
 * now, so the operator keeps looking for the record, across restarts too, until it is removed and the mark is set.
 */
import type { Hostname } from '../model/hostname.ts';
import type { Route } from '../model/route.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';
import { isManaged } from './policy.ts';
import type { ObservedZones } from './record-presence.ts';
import { zonesOf } from '../model/zone.ts';

/** Hostnames of published routes that may have a record, without duplicates. */
export function recordedHostnames(published: readonly Route[]): readonly Hostname[] {
  return [...new Set(published.filter(({ isUnrecorded }) => isUnrecorded !== true).map(({ hostname }) => hostname))];
}

export interface RecordFacts {
  /** Whether this pass may create a record at the hostname. */
  readonly mayBeMade: (hostname: Hostname) => boolean;
  /** Whether it is certain that the hostname has no record of this Tunnel. */
  readonly isGone: (hostname: Hostname) => boolean;
}

/** Marks wanted routes without a record. The mark is removed before a record is created: rules are published first. */
export function markUnrecorded(
  wanted: readonly Route[],
  published: readonly Route[] | 'unknown',
  { mayBeMade, isGone }: RecordFacts,
): readonly Route[] {
  const recorded = published === 'unknown' ? undefined : new Set(recordedHostnames(published));
  const mayBeRecorded = (hostname: Hostname): boolean => recorded?.has(hostname) !== false && !isGone(hostname);
  return wanted.map((route) =>
    mayBeMade(route.hostname) || mayBeRecorded(route.hostname) ? route : { ...route, isUnrecorded: true },
  );
}

/** The published routes of a Tunnel, and those that it wants now. */
export interface Publication {
  readonly published: readonly Route[] | 'unknown';
  readonly wanted: readonly Route[];
  readonly mode: TunnelSettings['dnsMode'];
}

/** Hostnames whose record is to be removed, even if their routes stay. */
export function leftoverHostnames({ published, wanted, mode }: Publication): readonly Hostname[] {
  if (mode === 'UpsertOnly' || published === 'unknown') return [];
  const managed = new Set(wanted.filter((route) => isManaged(route, mode)).map(({ hostname }) => hostname));
  return recordedHostnames(published).filter((hostname) => !managed.has(hostname));
}

/** Hostnames whose zone is not visible. `any`: the list of published hostnames is lost. */
export type Invisible = readonly Hostname[] | 'any';

/**
 * Hostnames whose record cannot be removed. It may be in a zone that the token cannot access or, with `isForbidden`, in
 * one whose records the token may not read or write, although the Tunnel keeps no records there any more.
 */
export function invisibleHostnames(
  { visible, writable }: Pick<ObservedZones, 'visible' | 'writable'>,
  publication: Publication,
  isForbidden: boolean,
): Invisible {
  const { published, wanted, mode } = publication;
  if (published === 'unknown') return mode === 'Sync' && visible.length === 0 ? 'any' : [];
  const kept = new Set(wanted.map(({ hostname }) => hostname));
  const isUnmanaged = (hostname: Hostname): boolean =>
    mode === 'Disabled' || kept.has(hostname) || zonesOf(hostname, visible).some((zone) => !writable.includes(zone));
  return leftoverHostnames(publication).filter(
    (hostname) => zonesOf(hostname, visible).length === 0 || (isForbidden && isUnmanaged(hostname)),
  );
}
