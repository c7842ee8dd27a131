import type { DesiredRecord, DnsChange, ObservedRecord } from '../../../core/dns/plan.ts';
import { normalName } from '../../../core/model/hostname.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { readPages } from '../calls/paging.ts';

/** Largest page size that is documented to work. */
const RECORDS_PER_PAGE = 5000;

/** The wire form of a record, as far as it is read. */
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

export interface RecordFilter {
  readonly zone_id: string;
  readonly comment?: { readonly startswith: string };
}

/** By id. */
export type RecordsById = Map<string, ObservedRecord>;

/** One call for every 5,000 records. */
export async function listRecords(
  client: CloudflareClient,
  filter: RecordFilter,
  signal: AbortSignal,
): Promise<RecordsById> {
  const records = await readPages<WireRecord>(RECORDS_PER_PAGE, (page) =>
    client.dns.records.list({ ...filter, page, per_page: RECORDS_PER_PAGE }, { signal }),
  );
  return new Map(records.map((record) => [record.id ?? '', observed(record)]));
}

/** How many more records a zone takes: any number if it has no quota of its own. */
export async function readRoom(client: CloudflareClient, zoneId: string, signal: AbortSignal): Promise<number> {
  const { result } = await client.get<{ result: RecordUsage }>(`/zones/${zoneId}/dns_records/usage`, { signal });
  return result.record_quota === null ? Number.POSITIVE_INFINITY : result.record_quota - result.record_usage;
}

/** The body of a batch. Cloudflare carries out deletes first, then patches, then posts. */
export function batchOf(changes: readonly DnsChange[]) {
  return {
    deletes: changes.flatMap((change) => (change.kind === 'delete' ? [{ id: change.id }] : [])),
    patches: changes.flatMap((change) => (change.kind === 'update' ? [{ id: change.id, ...wire(change.record) }] : [])),
    posts: changes.flatMap((change) => (change.kind === 'create' ? [wire(change.record)] : [])),
  };
}

function wire({ type, name, content, proxied, comment }: DesiredRecord) {
  return { type, ttl: 1, name, content, proxied, comment } as const;
}

export function observed(record: WireRecord): ObservedRecord {
  return {
    id: record.id ?? '',
    name: normalName(record.name ?? ''),
    type: record.type ?? '',
    content: record.content ?? '',
    proxied: record.proxied ?? false,
    comment: record.comment ?? '',
  };
}
