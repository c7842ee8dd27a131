/** Decides which records a Tunnel's hostnames need, zone by zone, and which of the changes may be made now. */
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
  /** Hostnames that lie in none. */
  readonly withoutZone: readonly Hostname[];
}

/** Hostnames of a Tunnel; `unknown`: what was published is lost, so a record of ours may lie in any zone. */
export interface TunnelHostnames {
  readonly wanted: readonly Hostname[];
  readonly published: readonly Hostname[] | 'unknown';
}

/**
 * Sorts hostnames into zones. Zones that may hold a record which is no longer wanted are there too, with nothing wanted:
 * the zone may be none that the Tunnel writes in any more, or another one may hold the hostname by now. Of zones that
 * lie within each other, both can be the case.
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
  const seen = zones.length === 0 ? 'none' : listed(zones.map((zone) => zone.name));
  return {
    reason: 'ZoneNotFound',
    message: `No zone holds ${hostname}; zones the token may write in: ${seen}. Add the zone, or give the token Zone Read on it`,
  };
}

/** What the connectors serve, as far as it decides which changes may be made. */
export interface ServedNames {
  readonly isServed: (name: string) => boolean;
  /** More names will be served soon. */
  readonly isRolling: boolean;
  /** The Services that a name has a rule of. */
  readonly sourcesOf: (name: string) => readonly ObjectKey[];
}

/**
 * Splits a plan: a name that is not served yet must not resolve yet, so its record waits for the connectors. While they
 * roll, a deletion waits for the new name of its own Service (and at its own name always): a renamed host is then one
 * batch, and does not go dark early. It never waits for the names of other Services.
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
