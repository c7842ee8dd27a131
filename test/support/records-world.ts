/** A Tunnel with its records at an account in memory, for the steps that read and write records. */
import type { ConfigMap, KubeObject, Tunnel } from '../../src/api/objects.ts';
import { TunnelMemories } from '../../src/controllers/tunnel/pass/memory.ts';
import type { Cloudflare } from '../../src/controllers/tunnel/pass/ports.ts';
import type { TunnelPass } from '../../src/controllers/tunnel/pass/tunnel-pass.ts';
import { attemptIn } from '../../src/controllers/tunnel/pass/attempt.ts';
import { lookUpRecords } from '../../src/controllers/tunnel/steps/dns-records/observe.ts';
import type { DnsRecordsPort } from '../../src/controllers/tunnel/steps/dns-records/port.ts';
import { type SyncedRecords, syncRecords } from '../../src/controllers/tunnel/steps/dns-records/sync.ts';
import type { Serving } from '../../src/controllers/tunnel/steps/dns-records/write-zone.ts';
import type { DnsChange, ObservedRecord } from '../../src/core/dns/plan.ts';
import { keyOf } from '../../src/core/keys.ts';
import type { Route } from '../../src/core/model/route.ts';
import type { Zone } from '../../src/core/model/zone.ts';
import { ownedMetadata } from '../../src/core/owned.ts';
import type { RoutingTable } from '../../src/core/routing/table.ts';
import type { OperatorError } from '../../src/runtime/errors.ts';
import { aService, aTunnel } from './builders.ts';
import { aRecord, aZone } from './dns.ts';
import { type PassTraits, aClock, aPass } from './tunnel-pass.ts';

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
  /** Keys of Services that do not exist. */
  readonly goneSources?: readonly string[];
  /** Hostnames whose record the last pass found in place. */
  readonly recorded?: readonly string[];
  /** Tunnels that may claim hostnames, and the routes that each of them publishes. */
  readonly others?: readonly { readonly tunnel: Tunnel; readonly published: readonly Route[] }[];
}

type WriteRecords = Cloudflare['writeRecords'];
type WriteResult = Awaited<ReturnType<WriteRecords>>;

const allDone = (done: readonly DnsChange[]): Partial<WriteResult> => ({ done });

/** Connectors that serve every hostname. */
const SERVING: Serving = {
  tunnelId: 't',
  isPublished: () => true,
  addressesOf: () => undefined,
  isServed: () => true,
  isRolling: false,
  sourcesOf: () => [],
};

/** A record as the Tunnel makes it. */
export function ours(name: string): ObservedRecord {
  return aRecord(name, { content: TARGET, comment: MARK });
}

export class RecordsWorld {
  readonly clock = aClock();
  readonly log: string[] = [];
  readonly zones: readonly Zone[];
  records: readonly ObservedRecord[];
  /** Fails every read or write of this zone. */
  failure: { readonly zone: string; readonly error: OperatorError } | undefined;
  isListComplete = true;
  /** Answers to the next batches; any other batch is applied. */
  readonly answers: ((changes: readonly DnsChange[]) => Partial<WriteResult>)[] = [];
  /** How each batch was sent. */
  readonly manners: Parameters<WriteRecords>[2][] = [];
  /** Records of others, which are not listed with ours. */
  hidden: readonly ObservedRecord[] = [];
  room = 0;
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

  pass(traits: PassTraits = {}): TunnelPass {
    return aPass(this.tunnel, { memories: this.#memories, ...traits });
  }

  async sync(serving: Partial<Serving> = {}, pass = this.pass(), cloudflare = this.cloudflare): Promise<SyncedRecords> {
    const { port } = this;
    const view = await lookUpRecords(port, pass, cloudflare);
    if (view === undefined) throw new Error('no record was looked up');
    return syncRecords({ port, pass, cloudflare, serving: { ...SERVING, ...serving }, attempt: attemptIn(pass) }, view);
  }

  get port(): DnsRecordsPort {
    const { published = [], wanted, claims = {}, others = [] } = this.#traits;
    const { lostSources = [], goneSources = [], recorded = [] } = this.#traits;
    const theirs = others.map((other) => [keyOf(other.tunnel), other.published] as const);
    const routes = [...(wanted === undefined ? [] : [['shop/home', wanted] as const]), ...theirs];
    const table = { published: new Map(routes), claims: new Map(Object.entries(claims)) };
    return {
      configMaps: { get: () => (published === 'lost' ? undefined : this.#configMap()) },
      routesIn: () => (published === 'lost' ? undefined : published),
      tunnels: { get: (key) => others.map(({ tunnel }) => tunnel).find((tunnel) => keyOf(tunnel) === key) },
      sources: {
        get: (key) =>
          goneSources.includes(key) ? undefined : aService(key, { finalized: !lostSources.includes(key) }),
      },
      routing: () => table as unknown as RoutingTable,
      hash: (text) => `hash of ${text.length}`,
      wasRecorded: (_, { name }) => recorded.includes(name),
      driftRepaired: (kind) => void this.log.push(`${kind} repaired`),
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
      allRecords: async () => [...this.records, ...this.hidden],
      roomFor: async () => this.room,
      writeRecords: async (zone, changes, manner) => {
        this.#fail(zone);
        this.manners.push(manner);
        const result = { done: [], refused: [], waiting: [], ...(this.answers.shift() ?? allDone)(changes) };
        for (const change of result.done) this.#apply(change);
        return result;
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
