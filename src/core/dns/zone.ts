/** A DNS zone as the token sees it. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  /** Most operations that one batch may hold. */
  readonly batchLimit: number;
}

/** The zone a hostname lies in: the one with the longest matching suffix. */
export function zoneOf(hostname: string, zones: readonly Zone[]): Zone | undefined {
  const bare = hostname.replace(/^\*\./, '');
  const holds = (zone: Zone): boolean => bare === zone.name || bare.endsWith(`.${zone.name}`);
  return zones.filter(holds).toSorted((a, b) => b.name.length - a.name.length)[0];
}

/** Zones a Tunnel may write in: all that are seen, or those its spec lists. */
export function writableZones(zones: readonly Zone[], listed: readonly string[] | undefined): readonly Zone[] {
  return listed === undefined || listed.length === 0 ? zones : zones.filter((zone) => listed.includes(zone.name));
}
