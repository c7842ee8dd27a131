/** Groups a Tunnel's hostnames by zone, and decides which of the planned changes can be made now. */
import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from '../model/hostname.ts';
import { listed } from '../quote.ts';
import type { Problem } from '../model/route.ts';
import type { DnsChange } from './plan.ts';
import { type Zone, zoneOf, zonesOf } from '../model/zone.ts';

export interface ZoneWork {
  readonly zone: Zone;
  readonly hostnames: readonly Hostname[];
  /** The Tunnel does not write there, and does in another zone that holds the same hostnames. */
  readonly isOptional?: boolean;
}

export interface ZonedHostnames {
  /** Every zone that holds a wanted or a published hostname. */
  readonly zones: readonly ZoneWork[];
  /** Wanted hostnames that are in no writable zone. */
  readonly withoutZone: readonly Hostname[];
}

/** Hostnames of a Tunnel. `unknown`: the list of published routes is lost, so its records may be in any zone. */
export interface TunnelHostnames {
  readonly wanted: readonly Hostname[];
  readonly published: readonly Hostname[] | 'unknown';
  /** Those of the wanted ones that are names of the local network. */
  readonly local?: ReadonlySet<Hostname>;
}

/**
 * Groups hostnames by zone. Zones that may hold an unwanted record are included without hostnames: such a zone may have
 * been removed from the Tunnel's list, or another zone may hold the hostname now. Both can be true for nested zones.
 */
export function groupByZone(
  { wanted, published }: TunnelHostnames,
  { visible, writable }: { readonly visible: readonly Zone[]; readonly writable: readonly Zone[] },
): ZonedHostnames {
  const wantedIn = Map.groupBy(wanted, (hostname) => zoneOf(hostname, writable));
  const needed = new Set([...wantedIn.keys()].filter((zone) => zone !== undefined));
  const optional = new Set<Zone>();
  for (const zone of published === 'unknown' ? visible : []) needed.add(zone);
  const mayWrite = new Set(writable);
  for (const hostname of published === 'unknown' ? [] : published) {
    const zones = zonesOf(hostname, visible);
    const isElsewhere = zones.some((zone) => mayWrite.has(zone));
    for (const zone of zones) (isElsewhere && !mayWrite.has(zone) ? optional : needed).add(zone);
  }
  const work = [...needed].map((zone) => ({ zone, hostnames: wantedIn.get(zone) ?? [] }));
  const further = [...optional].filter((zone) => !needed.has(zone));
  const optionalWork = further.map((zone) => ({ zone, hostnames: [], isOptional: true }));
  return { zones: [...work, ...optionalWork], withoutZone: wantedIn.get(undefined) ?? [] };
}

export function noZoneProblem(hostname: Hostname, zones: readonly Zone[]): Problem {
  const names = zones.length === 0 ? 'none' : listed(zones.map((zone) => zone.name));
  return {
    reason: 'ZoneNotFound',
    message: `No zone holds ${hostname}. Zones in which the token may write: ${names}. Add the zone, or give the token Zone Read on it`,
  };
}

/** What the connectors serve. */
export interface ServedNames {
  readonly isServed: (name: string) => boolean;
  /** A rollout is under way, so more names will be served soon. */
  readonly isRolling: boolean;
  /** The Services that have a rule for a name. */
  readonly sourcesOf: (name: string) => readonly ObjectKey[];
}

/**
 * Splits a plan. The record of a name that is not served yet waits for the connectors. During a rollout, a deletion waits
 * for the new names of its own Service, so that a renamed hostname changes in one batch and stays reachable until then.
 * It never waits for names of other Services.
 */
export function changesForNow(
  changes: readonly DnsChange[],
  { isServed, isRolling, sourcesOf }: ServedNames,
): { readonly now: readonly DnsChange[]; readonly later: readonly DnsChange[] } {
  const waiting = new Set(
    changes.filter(({ kind, name }) => kind !== 'delete' && !isServed(name)).map(({ name }) => name),
  );
  const renamed = new Set(isRolling ? [...waiting].flatMap(sourcesOf) : []);
  const waits = ({ kind, name }: DnsChange): boolean =>
    waiting.has(name) || (kind === 'delete' && sourcesOf(name).some((source) => renamed.has(source)));
  return { now: changes.filter((change) => !waits(change)), later: changes.filter(waits) };
}
