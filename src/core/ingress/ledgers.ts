import type { ConfigMap, ObjectKey, Tunnel } from '../../api/objects.ts';
import { compare, keyOf } from '../keys.ts';
import { isOwnedBy, ownedNames } from '../manifests/owned.ts';
import type { Route } from '../routes/route.ts';
import type { LastGood } from '../routes/table.ts';

/** Routes by the Service they come from. */
export type RoutesByService = ReadonlyMap<ObjectKey, readonly Route[]>;

export function routesByService(routes: readonly Route[]): RoutesByService {
  return Map.groupBy(routes, (route) => route.source);
}

/** A Tunnel with what its ConfigMap says; `undefined`: it cannot be read, or is gone though it was published. */
export interface TunnelLedger {
  readonly tunnel: ObjectKey;
  readonly routes: RoutesByService | undefined;
}

export function ledgerOf(
  tunnel: Tunnel,
  find: (key: ObjectKey) => ConfigMap | undefined,
  read: (configMap: ConfigMap) => RoutesByService | undefined,
): TunnelLedger {
  const configMap = find(`${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`);
  const nothingYet = tunnel.status?.config?.hash === undefined ? NOTHING : undefined;
  const isOurs = configMap !== undefined && isOwnedBy(configMap, tunnel);
  return { tunnel: keyOf(tunnel), routes: isOurs ? read(configMap) : nothingYet };
}

const NOTHING: RoutesByService = new Map();

/**
 * What a Service's routes were when they were last published, as far as they can be published again: a person may have
 * edited the ledger. What is on its way out counts only while nothing has come in its place, as at the start of a move.
 */
export function lastGoodOf(
  service: ObjectKey,
  ledgers: readonly TunnelLedger[],
  publishable: (routes: readonly Route[]) => readonly Route[],
): LastGood | undefined {
  const entries = ledgers
    .toSorted((a, b) => compare(a.tunnel, b.tunnel))
    .map(({ tunnel, routes }) => ({ tunnel, routes: publishable(routes?.get(service) ?? []) }));
  const staying = entries.map(({ tunnel, routes }) => ({ tunnel, routes: routes.filter((one) => !one.isLeaving) }));
  const last = [...staying, ...entries].find(({ routes }) => routes.length > 0);
  return last && { ...last, routes: last.routes.map(wantedAgain) };
}

function wantedAgain(route: Route): Route {
  const { isLeaving: _, isHomeless: __, ...rest } = route;
  return rest;
}

/** The ledger of a Tunnel of which nothing is left. */
export function closedLedger(tunnel: Tunnel): TunnelLedger {
  return { tunnel: keyOf(tunnel), routes: NOTHING };
}

/** Whether anything of a Service may still be published: then its finalizer stays. Unknown counts as yes. */
export function isHeld(service: ObjectKey, ledgers: readonly TunnelLedger[]): boolean {
  return ledgers.some(({ routes }) => routes === undefined || routes.has(service));
}

/** Tunnels that publish a rule for any of the names. */
export function publishersOf(hostnames: readonly string[], ledgers: readonly TunnelLedger[]): readonly ObjectKey[] {
  const names = new Set(hostnames);
  const publishes = ({ routes }: TunnelLedger): boolean =>
    [...(routes?.values() ?? [])].some((list) => list.some(({ hostname }) => names.has(hostname)));
  return ledgers.filter(publishes).map(({ tunnel }) => tunnel);
}
