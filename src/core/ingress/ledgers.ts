import type { ConfigMap, ObjectKey, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { ownedNames } from '../manifests/owned.ts';
import type { Route } from '../routes/route.ts';
import type { LastGood } from '../routes/table.ts';
import { readLedger } from './ledger.ts';

/** The routes of a ConfigMap by Service. */
export type RoutesByService = ReadonlyMap<ObjectKey, readonly Route[]>;

export function routesByService(configMap: ConfigMap | undefined): RoutesByService {
  return Map.groupBy(readLedger(configMap), (route) => route.source);
}

/** A Tunnel with what its ConfigMap says; `undefined`: there is no ConfigMap though one was published. */
export interface TunnelLedger {
  readonly tunnel: ObjectKey;
  readonly routes: RoutesByService | undefined;
}

export function ledgerOf(
  tunnel: Tunnel,
  find: (key: ObjectKey) => ConfigMap | undefined,
  read: (configMap: ConfigMap) => RoutesByService,
): TunnelLedger {
  const configMap = find(`${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`);
  const nothingYet = tunnel.status?.config?.hash === undefined ? NOTHING : undefined;
  return { tunnel: keyOf(tunnel), routes: configMap === undefined ? nothingYet : read(configMap) };
}

const NOTHING: RoutesByService = new Map();

/** What a Service's routes were when they were last published. */
export function lastGoodOf(service: ObjectKey, ledgers: readonly TunnelLedger[]): LastGood | undefined {
  for (const { tunnel, routes } of ledgers) {
    const found = routes?.get(service);
    if (found !== undefined) return { tunnel, routes: found };
  }
  return undefined;
}

/** Whether anything of a Service may still be published: then its finalizer stays. Unknown counts as yes. */
export function isHeld(service: ObjectKey, ledgers: readonly TunnelLedger[]): boolean {
  return ledgers.some(({ routes }) => routes === undefined || routes.has(service));
}
