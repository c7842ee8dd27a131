import type { Caches } from '../adapters/kubernetes/caches.ts';
import type { TunnelMemories } from '../controllers/tunnel/pass/memory.ts';
import type { ConfigMap, ObjectKey, Tunnel } from '../api/objects.ts';
import type { CaPool, CaPoolKey } from '../core/ca-pool/pool.ts';
import { decodeRoutes } from '../core/published-routes/routes-json.ts';
import { type RoutesBySource, noRoutes, publishedBy, routesBySource } from '../core/published-routes/by-tunnel.ts';
import { keyOf } from '../core/keys.ts';
import type { Route } from '../core/model/route.ts';
import type { RoutingTable } from '../core/routing/table.ts';
import type { TunnelObservation } from '../core/status/exposed.ts';
import { type TunnelFigures, figuresOf } from '../core/status/figures.ts';

/** What the controllers derive and share. All of it can be rebuilt from what is observed. */
export class State {
  table: RoutingTable | undefined;
  areFinalizersPending = false;
  readonly caPools = new Map<CaPoolKey, CaPool>();
  readonly #observations = new Map<ObjectKey, TunnelObservation>();
  readonly #caches: Caches;
  readonly #memories: Pick<TunnelMemories, 'find'>;
  readonly #decoded = new WeakMap<ConfigMap, DecodedRoutes>();

  constructor(caches: Caches, memories: Pick<TunnelMemories, 'find'>) {
    this.#caches = caches;
    this.#memories = memories;
  }

  routing(): RoutingTable {
    if (this.table === undefined) throw new Error('the routing table is not made yet');
    return this.table;
  }

  figures(): readonly TunnelFigures[] {
    const { table } = this;
    if (table === undefined) return [];
    const tunnels = this.#caches.of('tunnels').list();
    return tunnels.map((tunnel) => {
      const key = keyOf(tunnel);
      const routes = table.published.get(key) ?? [];
      return figuresOf(tunnel, routes, this.#observations.get(key), this.#memories.find(tunnel));
    });
  }

  postObservation(tunnel: ObjectKey, observation: TunnelObservation | undefined): void {
    if (observation === undefined) this.#observations.delete(tunnel);
    else this.#observations.set(tunnel, observation);
  }

  observationOf(tunnel: ObjectKey): TunnelObservation | undefined {
    return this.#observations.get(tunnel);
  }

  certificates(wanted: string): string | undefined {
    const pools = [...this.caPools.values()].flatMap((pool) => ('pem' in pool ? [pool] : []));
    return pools.find((pool) => pool.fingerprint === wanted)?.pem;
  }

  published() {
    const find = (key: ObjectKey): ConfigMap | undefined => this.#caches.of('configmaps').get(key);
    return this.#caches
      .of('tunnels')
      .list()
      .map((tunnel) =>
        this.#isUnpublished(tunnel)
          ? noRoutes(tunnel)
          : publishedBy(tunnel, find, (configMap) => this.routesIn(configMap)),
      );
  }

  /** Whether the records and connectors of a deleted Tunnel are gone, whatever its ConfigMap still lists. */
  #isUnpublished(tunnel: Tunnel): boolean {
    const memory = this.#memories.find(tunnel);
    return memory?.isUnpublished === true || memory?.isCleanedUp === true;
  }

  routesIn(configMap: ConfigMap): RoutesBySource | undefined {
    return this.#read(configMap).bySource;
  }

  routesOf(configMap: ConfigMap): readonly Route[] | undefined {
    return this.#read(configMap).routes;
  }

  /** Read once per version of a ConfigMap: it may hold thousands of rules. */
  #read(configMap: ConfigMap): DecodedRoutes {
    const known = this.#decoded.get(configMap);
    if (known !== undefined) return known;
    const routes = decodeRoutes(configMap);
    const decoded = { routes, bySource: routes && routesBySource(routes) };
    this.#decoded.set(configMap, decoded);
    return decoded;
  }
}

interface DecodedRoutes {
  readonly routes: readonly Route[] | undefined;
  readonly bySource: RoutesBySource | undefined;
}
