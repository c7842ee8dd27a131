import { normalName } from './hostname.ts';
import { compare } from '../keys.ts';

/** Why a zone does not serve public DNS, and how to fix it. */
export interface ZoneInactivity {
  readonly state: string;
  readonly remedy: string;
  /** The suffix to which the other DNS provider of a partial setup points its records. */
  readonly suffix?: string;
}

/** A DNS zone that the token can access. Its name is in normal form. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  /** Maximum number of operations in one batch. */
  readonly batchLimit: number;
  /** Why the zone does not serve public DNS. Absent: it does. */
  readonly inactive?: ZoneInactivity;
}

/** The zone of a hostname: the longest matching suffix; of two zones with the same name, an active one. */
export function zoneOf(hostname: string, zones: readonly Zone[]): Zone | undefined {
  const isActive = ({ inactive }: Zone): number => Number(inactive === undefined);
  return zonesOf(hostname, zones).toSorted(
    (a, b) => b.name.length - a.name.length || isActive(b) - isActive(a) || compare(a.id, b.id),
  )[0];
}

/** Every zone that can hold a record of the hostname. Zones may be nested. */
export function zonesOf(hostname: string, zones: readonly Zone[]): readonly Zone[] {
  const bare = hostname.replace(/^\*\./, '');
  return zones.filter(({ name }) => bare === name || bare.endsWith(`.${name}`));
}

/** Zones in which a Tunnel may write: all visible ones, or those that its spec lists, in any spelling. */
export function writableZones(zones: readonly Zone[], listed: readonly string[] | undefined): readonly Zone[] {
  if (listed === undefined || listed.length === 0) return zones;
  const names = new Set(listed.map(normalName));
  return zones.filter(({ name }) => names.has(name));
}
