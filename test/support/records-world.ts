/** A Tunnel with its records at an account in memory, for the steps that read and write records. */
import type { ConfigMap, KubeObject, Tunnel } from '../../src/api/objects.ts';
import { TunnelMemories } from '../../src/controllers/tunnel/pass/memory.ts';
import type { Cloudflare } from '../../src/controllers/tunnel/pass/ports.ts';
import type { TunnelPass } from '../../src/controllers/tunnel/pass/tunnel-pass.ts';
import type { DnsRecordsPort } from '../../src/controllers/tunnel/steps/dns-records/port.ts';
import type { DnsChange, ObservedRecord } from '../../src/core/dns/plan.ts';
import type { Route } from '../../src/core/model/route.ts';
import type { Zone } from '../../src/core/model/zone.ts';
import { ownedMetadata } from '../../src/core/owned.ts';
import type { RoutingTable } from '../../src/core/routing/table.ts';
import type { OperatorError } from '../../src/runtime/errors.ts';
import { aService, aTunnel } from './builders.ts';
import { aZone } from './dns.ts';
import { aClock, aPass } from './tunnel-pass.ts';

export const TARGET = 't.cfargotunnel.com';

/** The comment on the records of `shop/home` in the cluster `test`. */
export const MARK = 'cftunnel.io owner=test/shop/home';

export interface RecordsTraits {
  readonly tunnel?: Tunnel;
  readonly published?: readonly Route[] | 'lost';
  readonly wanted?: readonly Route[];
  readonly zones?: readonly Zone[];
  readonly records?: readonly ObservedRecord[];
  /** By hostname, the Tunnel that claims it. */
  readonly claims?: Readonly<Record<string, string>>;
  /** Keys of Services without the finalizer, whose deletion was not observed. */
  readonly lostSources?: readonly string[];
}

export class RecordsWorld {
  readonly clock = aClock();
  readonly log: string[] = [];
  readonly zones: readonly Zone[];
  records: readonly ObservedRecord[];
  /** Fails every read or write of this zone. */
  failure: { readonly zone: string; readonly error: OperatorError } | undefined;
  isListComplete = true;
  readonly #memories = new TunnelMemories(this.clock);
  readonly #traits: RecordsTraits;

  constructor(traits: RecordsTraits = {}) {
    this.#traits = traits;
    this.zones = traits.zones ?? [aZone('example.com')];
    this.records = traits.records ?? [];
  }

  get tunnel(): Tunnel {
    return this.#traits.tunnel ?? aTunnel('shop/home', { status: { config: { hash: 'abc' } } });
  }

  pass(): TunnelPass {
    return aPass(this.tunnel, { memories: this.#memories });
  }

  get port(): DnsRecordsPort {
    const { published = [], wanted = [], claims = {}, lostSources = [] } = this.#traits;
    const table = { published: new Map([['shop/home', wanted]]), claims: new Map(Object.entries(claims)) };
    return {
      configMaps: { get: () => (published === 'lost' ? undefined : this.#configMap()) },
      routesIn: () => (published === 'lost' ? undefined : published),
      tunnels: { get: () => undefined },
      sources: { get: (key) => aService(key, { finalized: !lostSources.includes(key) }) },
      routing: () => table as unknown as RoutingTable,
      hash: (text) => `hash of ${text.length}`,
      wasRecorded: () => true,
      driftRepaired: () => void this.log.push('repaired'),
      record: async (_, { reason }) => void this.log.push(reason),
      changed: (object: KubeObject, { message }) => void this.log.push(`${object.kind}: ${message}`),
    };
  }

  get cloudflare(): Cloudflare {
    const records: Partial<Cloudflare> = {
      zones: async () => this.zones,
      records: async (zone) => {
        this.#fail(zone);
        return this.records.filter(({ name }) => name.endsWith(zone.name));
      },
      hasAllRecords: () => this.isListComplete,
      writeRecords: async (zone, changes) => {
        this.#fail(zone);
        for (const change of changes) this.#apply(change);
        return { done: changes, refused: [], waiting: [] };
      },
    };
    return records as Cloudflare;
  }

  /** The content of the record at each name. */
  contents(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.records.map(({ name, content }) => [name, content]));
  }

  #configMap(): ConfigMap {
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: ownedMetadata(this.tunnel, 'home-cloudflared') };
  }

  #fail({ name }: Zone): void {
    if (this.failure?.zone === name) throw this.failure.error;
  }

  #apply(change: DnsChange): void {
    const others = this.records.filter((record) => change.kind === 'create' || record.id !== change.id);
    const { name } = change;
    const written = change.kind === 'delete' ? [] : [{ ...change.record, id: `record ${name}`, type: 'CNAME' }];
    this.records = [...others, ...written];
  }
}
