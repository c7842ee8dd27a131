/**
 * Decides about hostnames that lie in no zone. The list of zones shows only what the token may see: a zone that is not
 * in it may have been deleted, with all its records, or the token may have lost its permission.
 */
import type { Hostname } from '../hostname.ts';
import type { Route } from '../routes/route.ts';
import type { TunnelSettings } from '../tunnel/settings.ts';
import { isManaged } from './policy.ts';
import type { RecordView } from './remains.ts';
import { zoneOf } from './zone.ts';

/** Marks wanted routes that have never had a zone: what was published without the mark may have a record. */
export function markHomeless(
  wanted: readonly Route[],
  published: readonly Route[],
  homeless: readonly Hostname[],
): readonly Route[] {
  if (homeless.length === 0) return wanted;
  const housed = new Set(published.filter((route) => route.isHomeless !== true).map(({ hostname }) => hostname));
  const never = new Set(homeless.filter((hostname) => !housed.has(hostname)));
  return wanted.map((route) => (never.has(route.hostname) ? { ...route, isHomeless: true } : route));
}

/** Hostnames; `any`: which ones is no longer known. */
export type Unseen = readonly Hostname[] | 'any';

/** Whose record is to be deleted, and may lie in a zone that the token does not see. */
export function unseenHostnames(
  view: Pick<RecordView, 'visible'>,
  published: readonly Route[] | 'unknown',
  wanted: readonly Route[],
  mode: TunnelSettings['dnsMode'],
): Unseen {
  if (mode === 'UpsertOnly') return [];
  if (published === 'unknown') return mode === 'Sync' && view.visible.length === 0 ? 'any' : [];
  const names = new Set(wanted.map(({ hostname }) => hostname));
  const isUnseen = (route: Route): boolean =>
    isManaged(route, mode) &&
    !names.has(route.hostname) &&
    route.isHomeless !== true &&
    zoneOf(route.hostname, view.visible) === undefined;
  return [...new Set(published.filter(isUnseen).map(({ hostname }) => hostname))];
}
