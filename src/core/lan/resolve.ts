/** Resolves the addresses of names of the local network. */
import type { Node, Tunnel } from '../../api/objects.ts';
import { type Problem, type Route, type Warning, claimOf } from '../model/route.ts';
import { listed } from '../quote.ts';
import { type Address, isPrivate } from '../model/address.ts';
import { isLanName } from '../model/lan-name.ts';
import { type TunnelAddresses, addressesOfTunnel } from './tunnel-addresses.ts';

export interface ResolvedNames {
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

export interface LanFacts {
  /** Absent: nothing is attached. */
  readonly tunnel: Tunnel | undefined;
  /** `undefined`: they are not known. */
  readonly nodes: readonly Node[] | undefined;
  /** The routes of the source as they were last published at the Tunnel. */
  readonly last: () => readonly Route[];
}

/**
 * Gives the names that have no addresses of their own those of their Tunnel. While it has none, a name keeps the
 * addresses that it had.
 */
export function resolveLanNames(routes: readonly Route[], { tunnel, nodes, last }: LanFacts): ResolvedNames {
  if (tunnel === undefined || !routes.some(isLanName)) return { routes, problems: [], warnings: [] };
  const ofTunnel = addressesOfTunnel(tunnel, nodes);
  const resolved = routes.map((route) => resolve(route, ofTunnel, last));
  return {
    routes: resolved.flatMap(({ route }) => route ?? []),
    problems: resolved.flatMap(({ problem }) => problem ?? []),
    warnings: resolved.flatMap(({ route, warnings = [] }) => [...warnings, ...publicAddresses(route)]),
  };
}

interface Resolved {
  /** Absent: the name has no address. */
  readonly route?: Route;
  readonly problem?: Problem;
  readonly warnings?: readonly Warning[];
}

function resolve(route: Route, ofTunnel: TunnelAddresses, last: LanFacts['last']): Resolved {
  const { hostname, addresses } = route;
  if (addresses === undefined || addresses.length > 0) return { route };
  if ('addresses' in ofTunnel) return { route: { ...route, addresses: ofTunnel.addresses } };
  const before = last().find((one) => isLanName(one) && claimOf(one) === claimOf(route))?.addresses;
  const reason = ofTunnel.isUnknown === true ? 'Progressing' : 'NoLanAddress';
  if (before === undefined) return { problem: { reason, message: `${hostname}: ${ofTunnel.none}` } };
  const message = `${ofTunnel.none}, so ${hostname} stays at ${namesOf(before)}`;
  return { route: { ...route, addresses: before }, warnings: [{ reason: 'LanAddressKept', message }] };
}

/** A public address is no mistake, such as one of IPv6, but its owner has to know who can see and reach it. */
function publicAddresses(route: Route | undefined): readonly Warning[] {
  const open = (route?.addresses ?? []).filter((address) => !isPrivate(address));
  if (route === undefined || open.length === 0) return [];
  const message = `${route.hostname} is at ${namesOf(open)}, which is public: Cloudflare does not stand before it, so only a firewall keeps the internet out`;
  return [{ reason: 'PublicAddress', message }];
}

/** Addresses in a message. */
export function namesOf(addresses: readonly Address[]): string {
  return listed(addresses, ' and ');
}
