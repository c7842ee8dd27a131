import type { ConfigMap, ObjectKey, Tunnel } from '../../api/objects.ts';
import { compare, keyOf, splitKey } from '../keys.ts';
import { isOwnedBy, ownedNames } from '../owned.ts';
import type { Hold } from './hold.ts';
import type { Route } from '../model/route.ts';

/** The routes that a Service had when they were last published. */
export interface LastGood {
  readonly tunnel: ObjectKey;
  readonly routes: readonly Route[];
}

/** Routes by the Service they come from. */
export type RoutesByService = ReadonlyMap<ObjectKey, readonly Route[]>;

export function routesByService(routes: readonly Route[]): RoutesByService {
  return Map.groupBy(routes, (route) => route.source);
}

/** A Tunnel with what its ConfigMap says; `undefined`: it cannot be read, or is gone though it was published. */
export interface TunnelRoutes {
  readonly tunnel: ObjectKey;
  readonly routes: RoutesByService | undefined;
  /** Whose Services the Tunnel lets in. */
  readonly admits: 'any' | { readonly namespace: string };
}

export function publishedBy(
  tunnel: Tunnel,
  find: (key: ObjectKey) => ConfigMap | undefined,
  read: (configMap: ConfigMap) => RoutesByService | undefined,
): TunnelRoutes {
  const configMap = find(`${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`);
  const nothingYet = tunnel.status?.config?.hash === undefined ? NOTHING : undefined;
  const isOurs = configMap !== undefined && isOwnedBy(configMap, tunnel);
  return { ...traitsOf(tunnel), routes: isOurs ? read(configMap) : nothingYet };
}

/** The routes of a Tunnel whose records and connectors are gone, whatever its ConfigMap still says. */
export function noRoutes(tunnel: Tunnel): TunnelRoutes {
  return { ...traitsOf(tunnel), routes: NOTHING };
}

function traitsOf(tunnel: Tunnel): Omit<TunnelRoutes, 'routes'> {
  const { spec, metadata } = tunnel;
  const isOwnOnly = (spec.allowedRoutes?.namespaces?.from ?? 'Same') === 'Same';
  return {
    tunnel: keyOf(tunnel),
    admits: isOwnOnly ? { namespace: metadata.namespace ?? '' } : 'any',
  };
}

const NOTHING: RoutesByService = new Map();

/**
 * What a Service's routes were when they were last published, as far as they can be published again: a person may have
 * edited the ConfigMap. What is on its way out counts only while nothing has come in its place, as at the start of a move.
 */
export function lastGoodOf(
  service: ObjectKey,
  published: readonly TunnelRoutes[],
  publishable: (routes: readonly Route[]) => readonly Route[],
): LastGood | undefined {
  const entries = published
    .toSorted((a, b) => compare(a.tunnel, b.tunnel))
    .map(({ tunnel, routes }) => ({ tunnel, routes: publishable(routes?.get(service) ?? []) }));
  const staying = entries.map(({ tunnel, routes }) => ({ tunnel, routes: routes.filter((one) => !one.isLeaving) }));
  const last = [...staying, ...entries].find(({ routes }) => routes.length > 0);
  return last && { ...last, routes: last.routes.map(wantedAgain) };
}

function wantedAgain(route: Route): Route {
  const { isLeaving: _, isUnrecorded: __, ...rest } = route;
  return rest;
}

/**
 * Whether anything of a Service may still be published. Lost rules are a doubt, not a hold: the Tunnel usually writes
 * them again at once, but a suspended one does not, nor one whose ConfigMap's name somebody else has taken.
 */
export function holdOn(service: ObjectKey, published: readonly TunnelRoutes[]): Hold {
  if (published.some(({ routes }) => routes?.has(service))) return { kind: 'held' };
  const { namespace } = splitKey(service);
  const mayAdmit = ({ admits }: TunnelRoutes): boolean => admits === 'any' || admits.namespace === namespace;
  const tunnels = published.filter((one) => one.routes === undefined && mayAdmit(one));
  return tunnels.length === 0 ? { kind: 'none' } : { kind: 'in doubt', tunnels: tunnels.map(({ tunnel }) => tunnel) };
}

/** Tunnels that publish a rule for any of the names. */
export function publishersOf(hostnames: readonly string[], published: readonly TunnelRoutes[]): readonly ObjectKey[] {
  const names = new Set(hostnames);
  const publishes = ({ routes }: TunnelRoutes): boolean =>
    [...(routes?.values() ?? [])].some((list) => list.some(({ hostname }) => names.has(hostname)));
  return published.filter(publishes).map(({ tunnel }) => tunnel);
}
