import type { BatchAnswer } from '../../core/dns/delivery.ts';
import { type KnownRefusals, knownAmong, withOutcome } from '../../core/dns/known-refusals.ts';
import type { DesiredRecord, DnsChange, ObservedRecord } from '../../core/dns/plan.ts';
import type { Zone } from '../../core/model/zone.ts';
import { normalName } from '../../core/model/hostname.ts';
import type { CloudflareClient } from './client.ts';
import { type SendBatch, type WriteOutcome, deliver } from './deliver.ts';
import { isUnanswered } from './errors.ts';
import { readPages } from './paging.ts';
import { RecentChanges } from './recent-changes.ts';
import { batchRefusal } from './record-errors.ts';
import { SharedRead } from './shared-read.ts';

/** Highest page size that is documented to work. */
const RECORDS_PER_PAGE = 5000;

/** How a caller wants its changes written. */
export interface WriteManner {
  /** A change that was refused no longer ago than this is not sent again. */
  readonly refusalAgeMs: number;
  /** Whether names are to be found whose record clashes with one that is not known of. */
  readonly isolatesClashes: boolean;
}

/** The wire form of a record, as far as we read it. */
interface WireRecord {
  readonly id?: string;
  readonly name?: string;
  readonly type?: string;
  readonly content?: string | undefined;
  readonly proxied?: boolean | undefined;
  readonly comment?: string | null | undefined;
}

interface RecordUsage {
  readonly record_quota: number | null;
  readonly record_usage: number;
}

/** What is known of one zone's records: read rarely, kept true by what our own batches answer. */
export class ZoneRecords {
  readonly #zone: Zone;
  #records: Records = new Map();
  #readAt: number | undefined;
  readonly #changes = new RecentChanges<Records>();
  #refusals: KnownRefusals = new Map();
  readonly #readingOurs = new SharedRead<void>();
  readonly #readingAll = new SharedRead<void>();

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  /** What was read last; `undefined` if nothing was, or if a batch with an unknown end has made it doubtful. */
  get known(): readonly ObservedRecord[] | undefined {
    return this.#readAt === undefined ? undefined : [...this.#records.values()];
  }

  /** Whether a record of ours that is not known does not exist. */
  get isAuthoritative(): boolean {
    return this.#readAt !== undefined && this.#changes.areShown(this.#readAt);
  }

  isFresh(maxAgeMs: number): boolean {
    if (this.#readAt === undefined || this.#changes.isOutdated(this.#readAt)) return false;
    return performance.now() - this.#readAt <= maxAgeMs;
  }

  /** Our cluster's records, found by the mark in their comment. One call for any number of them up to 5,000. */
  async ours(
    client: CloudflareClient,
    clusterMark: string,
    maxAgeMs: number,
    signal: AbortSignal,
  ): Promise<readonly ObservedRecord[]> {
    const read = (): Promise<void> => this.#read(client, { comment: { startswith: clusterMark } }, signal);
    if (!this.isFresh(maxAgeMs)) await this.#readingOurs.since(performance.now() - maxAgeMs, read);
    return [...this.#records.values()];
  }

  async all(client: CloudflareClient, signal: AbortSignal): Promise<readonly ObservedRecord[]> {
    await this.#readingAll.since(performance.now(), () => this.#read(client, {}, signal));
    return [...this.#records.values()];
  }

  /** The changes of which it is known that Cloudflare refuses them. */
  knownRefusals(changes: readonly DnsChange[], maxAgeMs: number): WriteOutcome['refused'] {
    return knownAmong(changes, this.#refusals, performance.now() - maxAgeMs);
  }

  /** Writes what can be written. Names that were refused before go last, so that they cost the others nothing. */
  async write(changes: readonly DnsChange[], isolatesClashes: boolean, send: SendBatch): Promise<WriteOutcome> {
    const { batchLimit } = this.#zone;
    const suspects = new Set(this.knownRefusals(changes, Number.POSITIVE_INFINITY).map(({ change }) => change.name));
    const outcome = await deliver(changes, { batchLimit, suspects, isolatesClashes }, send);
    const refusals = this.#refusals;
    this.#refusals = withOutcome(refusals, outcome, performance.now());
    return outcome.obstacle === undefined ? withStanding(outcome, refusals) : outcome;
  }

  /** Writes one batch, which happens as a whole or not at all. */
  async writeBatch(client: CloudflareClient, changes: readonly DnsChange[], signal: AbortSignal): Promise<BatchAnswer> {
    try {
      const answer = await client.dns.records.batch({ zone_id: this.#zone.id, ...batchOf(changes) }, { signal });
      const gone = (answer.deletes ?? []).map(({ id }) => id);
      const written = [...(answer.patches ?? []), ...(answer.posts ?? [])] as readonly WireRecord[];
      this.#amend(gone, written.map(observed));
      return 'written';
    } catch (error) {
      const refusal = batchRefusal(error);
      if (refusal !== undefined) return refusal;
      // Whether the batch was carried out is unknown now: what we believed of the zone no longer counts.
      this.#readAt = undefined;
      if (isUnanswered(error)) this.#changes.markUncertain();
      throw error;
    }
  }

  /** How many more records the zone takes; a zone without a quota of its own takes any number. */
  async room(client: CloudflareClient, signal: AbortSignal): Promise<number> {
    const path = `/zones/${this.#zone.id}/dns_records/usage`;
    const { result } = await client.get<{ result: RecordUsage }>(path, { signal });
    return result.record_quota === null ? Number.POSITIVE_INFINITY : result.record_quota - result.record_usage;
  }

  async #read(client: CloudflareClient, filter: object, signal: AbortSignal): Promise<void> {
    const readAt = performance.now();
    const records = await readPages<WireRecord>(RECORDS_PER_PAGE, (page) =>
      client.dns.records.list({ zone_id: this.#zone.id, ...filter, page, per_page: RECORDS_PER_PAGE }, { signal }),
    );
    const found = new Map(records.map((record) => [record.id ?? '', observed(record)]));
    this.#records = this.#changes.over(found, readAt);
    this.#readAt = this.#changes.isUncertainSince(readAt) ? undefined : readAt;
  }

  #amend(gone: readonly string[], written: readonly ObservedRecord[]): void {
    const change = (records: Records): Records => {
      for (const id of gone) records.delete(id);
      for (const record of written) records.set(record.id, record);
      return records;
    };
    this.#changes.add(change);
    change(this.#records);
  }
}

/** What was refused before, and was not tried again, is still refused. */
function withStanding(outcome: WriteOutcome, refusals: KnownRefusals): WriteOutcome {
  const standing = knownAmong(outcome.waiting, refusals, Number.NEGATIVE_INFINITY);
  const changes = new Set(standing.map(({ change }) => change));
  const waiting = outcome.waiting.filter((change) => !changes.has(change));
  return { ...outcome, refused: [...outcome.refused, ...standing], waiting };
}

/** By id. */
type Records = Map<string, ObservedRecord>;

function batchOf(changes: readonly DnsChange[]) {
  return {
    deletes: changes.flatMap((change) => (change.kind === 'delete' ? [{ id: change.id }] : [])),
    patches: changes.flatMap((change) => (change.kind === 'update' ? [{ id: change.id, ...wire(change.record) }] : [])),
    posts: changes.flatMap((change) => (change.kind === 'create' ? [wire(change.record)] : [])),
  };
}

function wire({ name, content, proxied, comment }: DesiredRecord) {
  return { type: 'CNAME', ttl: 1, name, content, proxied, comment } as const;
}

function observed(record: WireRecord): ObservedRecord {
  return {
    id: record.id ?? '',
    name: normalName(record.name ?? ''),
    type: record.type ?? '',
    content: record.content ?? '',
    proxied: record.proxied ?? false,
    comment: record.comment ?? '',
  };
}
