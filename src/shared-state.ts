import { patternProblem } from './adapters/annotations/re2.ts';
import { readYaml } from './adapters/annotations/yaml.ts';
import type { Caches } from './adapters/kubernetes/caches.ts';
import type { ConfigMap, ObjectKey, Service, Tunnel } from './api/objects.ts';
import type { CaPool, CaPoolKey } from './core/ca-pool/pool.ts';
import { readLedger } from './core/ingress/ledger.ts';
import { type RoutesByService, clearedLedger, ledgerOf, routesByService } from './core/ingress/ledgers.ts';
import { keyOf } from './core/keys.ts';
import type { Grammars } from './core/routes/grammars.ts';
import { type Ask, parseAsk } from './core/routes/parse.ts';
import type { Route } from './core/routes/route.ts';
import type { RoutingTable } from './core/routes/table.ts';
import type { TunnelNews } from './core/status/exposed.ts';
import { type TunnelFigures, figuresOf } from './core/status/figures.ts';

/** The languages that annotations borrow. */
export const GRAMMARS: Grammars = { readYaml, patternProblem };

/** What the controllers derive and share; all of it can be made anew from what is observed. */
export class SharedState {
  table: RoutingTable | undefined;
  isGuarding = false;
  /** Tunnels that are being deleted and of which nothing is left, with their UIDs. */
  readonly departed = new Map<ObjectKey, string | undefined>();
  readonly foreignConnectors = new Map<ObjectKey, number>();
  readonly news = new Map<ObjectKey, TunnelNews>();
  /** Tunnels, by UID, that are being deleted and serve nothing any more. */
  readonly cleared = new Map<ObjectKey, string | undefined>();
  readonly caPools = new Map<CaPoolKey, CaPool>();
  readonly #caches: Caches;
  readonly #ledgers = new WeakMap<ConfigMap, Ledger>();
  readonly #asks = new WeakMap<Service, Ask>();

  constructor(caches: Caches) {
    this.#caches = caches;
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
      return figuresOf(tunnel, routes, this.news.get(key), this.foreignConnectors.get(key));
    });
  }

  postNews(tunnel: ObjectKey, news: TunnelNews | undefined): void {
    if (news === undefined) this.news.delete(tunnel);
    else this.news.set(tunnel, news);
  }

  certificates(wanted: string): string | undefined {
    const pools = [...this.caPools.values()].flatMap((pool) => ('pem' in pool ? [pool] : []));
    return pools.find((pool) => pool.fingerprint === wanted)?.pem;
  }

  ledgers() {
    const find = (key: ObjectKey): ConfigMap | undefined => this.#caches.of('configmaps').get(key);
    return this.#caches
      .of('tunnels')
      .list()
      .map((tunnel) =>
        this.#isCleared(tunnel)
          ? clearedLedger(tunnel)
          : ledgerOf(tunnel, find, (configMap) => this.routesIn(configMap)),
      );
  }

  hasDeparted(tunnel: Tunnel): boolean {
    return isListed(this.departed, tunnel);
  }

  #isCleared(tunnel: Tunnel): boolean {
    return isListed(this.cleared, tunnel) || this.hasDeparted(tunnel);
  }

  routesIn(configMap: ConfigMap): RoutesByService | undefined {
    return this.#read(configMap).byService;
  }

  ledgerOf(configMap: ConfigMap): readonly Route[] | undefined {
    return this.#read(configMap).routes;
  }

  /** Read once per version of a Service: the table is made anew with every burst of changes. */
  readonly parse = (service: Service): Ask => {
    const known = this.#asks.get(service);
    if (known !== undefined) return known;
    const ask = parseAsk(service, GRAMMARS);
    this.#asks.set(service, ask);
    return ask;
  };

  /** Read once per version of a ConfigMap: it may hold thousands of rules. */
  #read(configMap: ConfigMap): Ledger {
    const known = this.#ledgers.get(configMap);
    if (known !== undefined) return known;
    const routes = readLedger(configMap);
    const ledger = { routes, byService: routes && routesByService(routes) };
    this.#ledgers.set(configMap, ledger);
    return ledger;
  }
}

interface Ledger {
  readonly routes: readonly Route[] | undefined;
  readonly byService: RoutesByService | undefined;
}

function isListed(tunnels: ReadonlyMap<ObjectKey, string | undefined>, tunnel: Tunnel): boolean {
  const key = keyOf(tunnel);
  return tunnels.has(key) && tunnels.get(key) === tunnel.metadata.uid;
}
