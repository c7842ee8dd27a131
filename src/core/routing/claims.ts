/**
 * Who holds a hostname, and who holds which of its paths.
 *
 * Guarantees, as long as older sources come before younger ones
 * - A (hostname, path) is held by one source, the oldest that asks for it.
 * - A hostname belongs to one namespace and goes through one Tunnel, those of its oldest source: whoever asks from
 *   elsewhere gets no path of it.
 * - All routes of a hostname share its record, so the word of its oldest source on DNS goes for all of them.
 */
import { DNS } from '../../api/annotations.ts';
import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from '../model/hostname.ts';
import { compare, splitKey } from '../keys.ts';
import { type Problem, type Warning, type Route, claimOf } from '../model/route.ts';

/** What has been claimed so far. */
export interface Claims {
  /** The Tunnel of each hostname, and the route that claimed it first. */
  readonly owners: Map<Hostname, { readonly tunnel: ObjectKey; readonly first: Route }>;
  /** The source that holds a hostname with a path, or without one. */
  readonly holders: Map<string, ObjectKey>;
}

export function noClaims(): Claims {
  return { owners: new Map(), holders: new Map() };
}

export interface Claimed {
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** Takes what is free of the routes of one source, and says who holds the rest. */
export function claim(claims: Claims, tunnel: ObjectKey, routes: readonly Route[]): Claimed {
  const won: Route[] = [];
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  for (const route of routes) {
    const winner = winnerOver(claims, tunnel, route);
    if (winner !== undefined) problems.push(conflict(route, winner));
    else won.push(shareRecord(hold(claims, tunnel, route), route, warnings));
  }
  return { routes: won, problems: problems.toSorted((a, b) => compare(a.message, b.message)), warnings };
}

interface Winner {
  readonly source: ObjectKey;
  /** Absent: it has this very route, and the rest of the hostname is free. */
  readonly owns?: 'the hostname';
}

function winnerOver({ owners, holders }: Claims, tunnel: ObjectKey, route: Route): Winner | undefined {
  const owner = owners.get(route.hostname);
  if (owner === undefined) return undefined;
  const { source } = owner.first;
  const isElsewhere = splitKey(source).namespace !== splitKey(route.source).namespace || owner.tunnel !== tunnel;
  if (isElsewhere) return { source, owns: 'the hostname' };
  const holder = holders.get(claimOf(route));
  return holder === undefined ? undefined : { source: holder };
}

/** The route that claimed the hostname first. */
function hold({ owners, holders }: Claims, tunnel: ObjectKey, route: Route): Route {
  holders.set(claimOf(route), route.source);
  const owner = owners.get(route.hostname);
  if (owner !== undefined) return owner.first;
  owners.set(route.hostname, { tunnel, first: route });
  return route;
}

function conflict(route: Route, { source, owns }: Winner): Problem {
  const what = owns === undefined ? claimOf(route) : route.hostname;
  const why = owns === undefined ? '' : ', and a hostname belongs to one namespace and one Tunnel';
  const other = owns === undefined && route.path !== undefined ? 'another hostname or path' : 'another hostname';
  const message = `${what} belongs to Service ${source}, which is older${why}. Choose ${other}, or remove it from that Service: this one then takes it over`;
  return { reason: 'HostnameConflict', message };
}

function shareRecord({ dns, source }: Route, route: Route, warnings: Warning[]): Route {
  if (dns === route.dns) return route;
  warnings.push({
    reason: 'RecordShared',
    message: `${route.hostname} has one record for all its paths, so ${DNS.key} of the older Service ${source} decides. Set it there`,
  });
  const { dns: _, ...rest } = route;
  return dns === undefined ? rest : { ...rest, dns };
}
