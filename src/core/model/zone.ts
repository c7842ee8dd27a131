import { normalName } from './hostname.ts';
import { compare } from '../keys.ts';

/** The state of a zone that does not answer, and the way out of it. */
export interface ZoneInactivity {
  readonly state: string;
  readonly remedy: string;
  /** The name at which the other DNS provider of a partial set-up finds what Cloudflare holds. */
  readonly suffix?: string;
}

/** A DNS zone as the token sees it; its name is in normal form. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  /** Most operations that one batch may hold. */
  readonly batchLimit: number;
  /** Why its names do not answer in public; absent: they do. */
  readonly inactive?: ZoneInactivity;
}

/** The zone a hostname lies in: the one with the longest matching suffix; of two with the same name, one that answers. */
export function zoneOf(hostname: string, zones: readonly Zone[]): Zone | undefined {
  const isActive = ({ inactive }: Zone): number => Number(inactive === undefined);
  return zonesOf(hostname, zones).toSorted(
    (a, b) => b.name.length - a.name.length || isActive(b) - isActive(a) || compare(a.id, b.id),
  )[0];
}

/** Every zone a record of the hostname can be in: zones may lie within each other. */
export function zonesOf(hostname: string, zones: readonly Zone[]): readonly Zone[] {
  const bare = hostname.replace(/^\*\./, '');
  return zones.filter(({ name }) => bare === name || bare.endsWith(`.${name}`));
}

/** Zones a Tunnel may write in: all that are seen, or those its spec lists, in whatever spelling. */
export function writableZones(zones: readonly Zone[], listed: readonly string[] | undefined): readonly Zone[] {
  if (listed === undefined || listed.length === 0) return zones;
  const names = new Set(listed.map(normalName));
  return zones.filter(({ name }) => names.has(name));
}
