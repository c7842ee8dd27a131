/** What each Tunnel has published, as its ConfigMap records it. */
import type { ConfigMap, ObjectKey, Tunnel } from '../../api/objects.ts';
import { compare, keyOf } from '../keys.ts';
import type { Route } from '../model/route.ts';
import { type SourceKey, keyAtTunnel, namespaceOf } from '../model/source.ts';
import { isOwnedBy, ownedNames } from '../owned.ts';
import type { Hold } from './hold.ts';

/** The routes of a source when they were last published. */
export interface LastGood {
  readonly tunnel: ObjectKey;
  readonly routes: readonly Route[];
}

export type RoutesBySource = ReadonlyMap<SourceKey, readonly Route[]>;

export function routesBySource(routes: readonly Route[]): RoutesBySource {
  return Map.groupBy(routes, (route) => route.source);
}

export interface TunnelRoutes {
  readonly tunnel: ObjectKey;
  /** `undefined`: the ConfigMap cannot be read, or is gone although rules were published in it. */
  readonly routes: RoutesBySource | undefined;
  /** Namespaces whose sources the Tunnel may admit. */
  readonly admits: 'any' | { readonly namespace: string };
}

export function publishedBy(
  tunnel: Tunnel,
  find: (key: ObjectKey) => ConfigMap | undefined,
  read: (configMap: ConfigMap) => RoutesBySource | undefined,
): TunnelRoutes {
  const configMap = find(`${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`);
  const neverPublished = tunnel.status?.config?.hash === undefined;
  const isOurs = configMap !== undefined && isOwnedBy(configMap, tunnel);
  if (isOurs) return { ...identityOf(tunnel), routes: read(configMap) };
  return { ...identityOf(tunnel), routes: neverPublished ? NONE : undefined };
}

/** A Tunnel whose records and connectors are gone publishes nothing, whatever its ConfigMap still contains. */
export function noRoutes(tunnel: Tunnel): TunnelRoutes {
  return { ...identityOf(tunnel), routes: NONE };
}

function identityOf(tunnel: Tunnel): Omit<TunnelRoutes, 'routes'> {
  const { spec, metadata } = tunnel;
  const isOwnOnly = (spec.allowedRoutes?.namespaces?.from ?? 'Same') === 'Same';
  return {
    tunnel: keyOf(tunnel),
    admits: isOwnOnly ? { namespace: metadata.namespace ?? '' } : 'any',
  };
}

const NONE: RoutesBySource = new Map();

/**
 * The last good routes of a source. A person may have edited the ConfigMap, so only `publishable` routes count. Routes
 * that are being withdrawn count only while nothing has replaced them, as at the start of a move to another Tunnel.
 */
export function lastGoodOf(
  source: SourceKey,
  published: readonly TunnelRoutes[],
  publishable: (routes: readonly Route[], tunnel: ObjectKey) => readonly Route[],
): LastGood | undefined {
  const entries = published
    .toSorted((a, b) => compare(a.tunnel, b.tunnel))
    .map(({ tunnel, routes }) => ({ tunnel, routes: publishable(routes?.get(source) ?? [], tunnel) }));
  const staying = entries.map(({ tunnel, routes }) => ({ tunnel, routes: routes.filter((one) => !one.isLeaving) }));
  const last = [...staying, ...entries].find(({ routes }) => routes.length > 0);
  return last && { ...last, routes: last.routes.map(withoutMarks) };
}

function withoutMarks(route: Route): Route {
  const { isLeaving: _, isUnrecorded: __, ...rest } = route;
  return rest;
}

/**
 * Whether anything of a source may still be published. Lost rules make it uncertain: the Tunnel usually writes them
 * again at once, but not while it is suspended, and not where another object has taken the name of its ConfigMap.
 */
export function holdOn(source: SourceKey, published: readonly TunnelRoutes[]): Hold {
  const isAt = ({ tunnel, routes }: TunnelRoutes): boolean =>
    routes !== undefined && (routes.has(source) || routes.has(keyAtTunnel(source, tunnel)));
  if (published.some(isAt)) return { kind: 'held' };
  const namespace = namespaceOf(source);
  const mayAdmit = ({ admits }: TunnelRoutes): boolean => admits === 'any' || admits.namespace === namespace;
  const tunnels = published.filter((one) => one.routes === undefined && mayAdmit(one));
  return tunnels.length === 0 ? { kind: 'none' } : { kind: 'uncertain', tunnels: tunnels.map(({ tunnel }) => tunnel) };
}

/** Tunnels that publish a rule for any of the names. */
export function publishersOf(hostnames: readonly string[], published: readonly TunnelRoutes[]): readonly ObjectKey[] {
  const names = new Set(hostnames);
  const publishes = ({ routes }: TunnelRoutes): boolean =>
    [...(routes?.values() ?? [])].some((list) => list.some(({ hostname }) => names.has(hostname)));
  return published.filter(publishes).map(({ tunnel }) => tunnel);
}
