/**
 * Decides which published routes have no record of ours, and whose record cannot be removed. `routes.json` marks the
 * former. A route without the mark may have a record, whatever `dns.mode`, `dns.zones` or its Service ask for by now:
 * the record is looked for and removed, across restarts too, and the mark ends the looking.
 */
import type { Hostname } from '../model/hostname.ts';
import type { Route } from '../model/route.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';
import { isManaged } from './policy.ts';
import type { SeenRecords } from './record-presence.ts';
import { zonesOf } from '../model/zone.ts';

/** Names of published routes that may have a record of ours; several routes may share a hostname. */
export function recordedHostnames(published: readonly Route[]): readonly Hostname[] {
  return [...new Set(published.filter(({ isUnrecorded }) => isUnrecorded !== true).map(({ hostname }) => hostname))];
}

export interface RecordFacts {
  /** Whether this pass may make a record at the hostname. */
  readonly mayBeMade: (hostname: Hostname) => boolean;
  /** Whether no record of ours is at the hostname for sure. */
  readonly isGone: (hostname: Hostname) => boolean;
}

/** Marks wanted routes without a record. The mark goes before a record is made, since rules are published first. */
export function markUnrecorded(
  wanted: readonly Route[],
  published: readonly Route[] | 'unknown',
  { mayBeMade, isGone }: RecordFacts,
): readonly Route[] {
  const recorded = published === 'unknown' ? undefined : new Set(recordedHostnames(published));
  const mayHave = (hostname: Hostname): boolean => recorded?.has(hostname) !== false && !isGone(hostname);
  return wanted.map((route) =>
    mayBeMade(route.hostname) || mayHave(route.hostname) ? route : { ...route, isUnrecorded: true },
  );
}

/** Hostnames of routes that are, or were, published. */
export interface Publication {
  readonly published: readonly Route[] | 'unknown';
  readonly wanted: readonly Route[];
  readonly mode: TunnelSettings['dnsMode'];
}

/** Hostnames whose record is to be removed although their routes may stay. */
export function leftoverHostnames({ published, wanted, mode }: Publication): readonly Hostname[] {
  if (mode === 'UpsertOnly' || published === 'unknown') return [];
  const managed = new Set(wanted.filter((route) => isManaged(route, mode)).map(({ hostname }) => hostname));
  return recordedHostnames(published).filter((hostname) => !managed.has(hostname));
}

/** Hostnames; `any`: it is no longer known which. */
export type Invisible = readonly Hostname[] | 'any';

/**
 * Whose record is to be removed and cannot be: it may lie in a zone that the token does not see, or, with
 * `isForbidden`, in one whose records it may not read or write although the Tunnel no longer keeps any there.
 */
export function invisibleHostnames(
  { visible, writable }: Pick<SeenRecords, 'visible' | 'writable'>,
  publication: Publication,
  isForbidden: boolean,
): Invisible {
  const { published, wanted, mode } = publication;
  if (published === 'unknown') return mode === 'Sync' && visible.length === 0 ? 'any' : [];
  const staying = new Set(wanted.map(({ hostname }) => hostname));
  const isGivenUp = (hostname: Hostname): boolean =>
    mode === 'Disabled' || staying.has(hostname) || zonesOf(hostname, visible).some((zone) => !writable.includes(zone));
  return leftoverHostnames(publication).filter(
    (hostname) => zonesOf(hostname, visible).length === 0 || (isForbidden && isGivenUp(hostname)),
  );
}
