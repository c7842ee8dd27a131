/**
 * Who holds a hostname, and who holds which of its paths.
 *
 * Guarantees, as long as older sources claim before younger ones
 * - A (hostname, path) is held by one source, the oldest that requests it.
 * - A hostname belongs to one namespace and goes through one Tunnel, those of its oldest source; a source in another
 *   namespace or at another Tunnel gets no path of it.
 * - A hostname is public or of the local network, as its oldest source asks for.
 * - Any host (`*`) belongs to each Tunnel for itself, and each of its paths to the oldest route, whatever its namespace.
 * - All routes of a hostname share its DNS record, so the DNS choice of its oldest source applies to all of them.
 */
import { DNS } from '../../api/annotations.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { compare } from '../keys.ts';
import { isLanName } from '../model/lan-name.ts';
import { ANY_HOST } from '../model/hostname.ts';
import { type Problem, type Route, type Warning, claimOf } from '../model/route.ts';
import { type SourceKey, firstKeyOf, kindOf, namespaceOf, titleOf } from '../model/source.ts';

/** What has been claimed so far. */
export interface Claims {
  /** The Tunnel of each hostname, and the route that claimed it first. Any host has an owner at each Tunnel. */
  readonly owners: Map<string, { readonly tunnel: ObjectKey; readonly first: Route }>;
  /** The source that holds a hostname with a path, or without one. */
  readonly holders: Map<string, SourceKey>;
}

export function noClaims(): Claims {
  return { owners: new Map(), holders: new Map() };
}

export interface Claimed {
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** Claims the routes of one source that are free, and reports who holds the others. */
export function claim(claims: Claims, tunnel: ObjectKey, routes: readonly Route[]): Claimed {
  const won: Route[] = [];
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  for (const route of routes) {
    const winner = winnerOver(claims, tunnel, route);
    if (winner !== undefined && winner.isOtherKind) problems.push(otherKind(route, winner));
    else if (winner !== undefined && isSameObject(winner, route)) warnings.push(servedElsewhere(route, winner));
    else if (winner !== undefined) problems.push(conflict(route, winner));
    else won.push(shareRecord(hold(claims, tunnel, route), route, warnings));
  }
  return { routes: won, problems: problems.toSorted((a, b) => compare(a.message, b.message)), warnings };
}

interface Winner {
  readonly source: SourceKey;
  readonly tunnel: ObjectKey;
  /** False: it holds only this path, and other paths of the hostname are free. */
  readonly ownsHostname: boolean;
  /** The hostname is public and asked for as one of the local network, or the other way round. */
  readonly isOtherKind: boolean;
}

function winnerOver({ owners, holders }: Claims, tunnel: ObjectKey, route: Route): Winner | undefined {
  const owner = owners.get(ownershipOf(tunnel, route));
  if (owner === undefined) return undefined;
  const { source } = owner.first;
  const isOtherKind = isLanName(owner.first) !== isLanName(route);
  const isOfOthers = route.hostname !== ANY_HOST && ownerOf(owner.first) !== ownerOf(route);
  if (isOtherKind || isOfOthers || owner.tunnel !== tunnel)
    return { source, tunnel: owner.tunnel, ownsHostname: true, isOtherKind };
  const holder = holders.get(holdingOf(tunnel, route));
  return holder === undefined ? undefined : { source: holder, tunnel, ownsHostname: false, isOtherKind };
}

/** A hostname that a listener names belongs to the namespace of the listener, whichever routes it admits. */
function ownerOf({ source, hostnameOwner }: Route): string {
  return hostnameOwner ?? namespaceOf(source);
}

/** What a hostname is owned as: any host by each Tunnel for itself. */
function ownershipOf(tunnel: ObjectKey, { hostname }: Route): string {
  return hostname === ANY_HOST ? `${hostname} ${tunnel}` : hostname;
}

function holdingOf(tunnel: ObjectKey, route: Route): string {
  return route.hostname === ANY_HOST ? `${claimOf(route)} ${tunnel}` : claimOf(route);
}

/** Of an object that asks for the same at several Tunnels, the first one serves it. */
function isSameObject({ source, ownsHostname }: Winner, route: Route): boolean {
  return ownsHostname && firstKeyOf(source) === firstKeyOf(route.source);
}

function servedElsewhere({ hostname }: Route, { tunnel }: Winner): Warning {
  const message = `${hostname} has one record, which leads to Tunnel ${tunnel}, so it is served only there`;
  return { reason: 'ServedElsewhere', message };
}

/** Returns the route that claimed the hostname first. */
function hold({ owners, holders }: Claims, tunnel: ObjectKey, route: Route): Route {
  holders.set(holdingOf(tunnel, route), route.source);
  const owner = owners.get(ownershipOf(tunnel, route));
  if (owner !== undefined) return owner.first;
  owners.set(ownershipOf(tunnel, route), { tunnel, first: route });
  return route;
}

function conflict(route: Route, { source, ownsHostname }: Winner): Problem {
  const what = ownsHostname ? route.hostname : claimOf(route);
  const why = ownsHostname ? ', and a hostname belongs to one namespace and one Tunnel' : '';
  const other = !ownsHostname && route.path !== undefined ? 'another hostname or path' : 'another hostname';
  const message = `${what} belongs to ${titleOf(source)}, which is older${why}. Choose ${other}, or remove it from that ${kindOf(source)}: this one then takes it over`;
  return { reason: 'HostnameConflict', message };
}

function otherKind(route: Route, { source }: Winner): Problem {
  const { hostname } = route;
  const is = isLanName(route) ? 'public' : 'one of the local network';
  const message = `${hostname} is ${is} for ${titleOf(source)}, and a name is either public or of the local network. Choose another hostname, or remove it from that ${kindOf(source)}`;
  return { reason: 'HostnameConflict', message };
}

function shareRecord({ dns, source }: Route, route: Route, warnings: Warning[]): Route {
  if (dns === route.dns) return route;
  warnings.push({
    reason: 'RecordShared',
    message: `${route.hostname} has one record for all its paths, so ${DNS.key} of the older ${titleOf(source)} decides. Set it there`,
  });
  const { dns: _, ...rest } = route;
  return dns === undefined ? rest : { ...rest, dns };
}
