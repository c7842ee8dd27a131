import type { DnsChange, ObservedRecord } from '../../../core/dns/plan.ts';
import type { Zone } from '../../../core/model/zone.ts';
import type { CloudflareCalls, Purpose } from '../calls/calls.ts';
import { Batcher } from './batcher.ts';
import type { SendBatch } from './deliver.ts';
import { type RecordFilter, listRecords, readRoom } from './record-calls.ts';
import { type WriteManner, ZoneRecords } from './zone-records.ts';

/** What is known of each zone, by id. All credentials share it: a record is the same whoever reads it. */
export type RecordsByZone = Map<string, ZoneRecords>;

export type Records = ReturnType<typeof openRecords>;

export function openRecords(calls: CloudflareCalls, recordsByZone: RecordsByZone) {
  const recordsOf = (zone: Zone): ZoneRecords => entryOf(recordsByZone, zone.id, () => new ZoneRecords(zone));
  const batcherOf = openBatchers(calls);
  const allRecords = async (zone: Zone, signal: AbortSignal): Promise<readonly ObservedRecord[]> => {
    const read = () =>
      calls.make({ ...onRecords(zone), send: (client) => listRecords(client, { zone_id: zone.id }, signal) });
    return [...(await recordsOf(zone).list.reload({ read, reader: calls })).values()];
  };
  /** From now on, every list of the zone is whole, which costs no more calls than a list of our records. */
  const readWhole = async (zone: Zone, signal: AbortSignal): Promise<readonly ObservedRecord[]> => {
    const all = await allRecords(zone, signal);
    recordsOf(zone).isReadWhole = true;
    return all;
  };
  return {
    /** The records of our cluster in a zone, and others that were read with them. */
    async records(zone: Zone, { mark, isWhole = false }: RecordScope, maxAgeMs: number, signal: AbortSignal) {
      const records = recordsOf(zone);
      if (isWhole && !records.isReadWhole) return readWhole(zone, signal);
      const found = await calls.cached(records.list, maxAgeMs, {
        ...onRecords(zone),
        send: (client) => listRecords(client, filterFor(records, mark), signal),
      });
      return [...found.values()];
    },
    /** Whether a record of ours that `records` lacks does not exist. */
    hasAllRecords: (zone: Zone): boolean => recordsOf(zone).list.isAuthoritative,
    /** Every record of a zone, foreign ones included. */
    allRecords,
    /**
     * Writes changes, together with those that other Tunnels have at about the same time, in as few batches as the
     * zone's plan allows. A name that Cloudflare refuses holds up no other. What was refused recently is not sent.
     */
    writeRecords(zone: Zone, changes: readonly DnsChange[], manner: WriteManner, signal: AbortSignal) {
      const records = recordsOf(zone);
      const batcher = batcherOf(records, manner.isolatesClashes);
      return records.withoutKnownRefusals(changes, manner.refusalAgeMs, (open) => batcher.write(open, signal));
    },
    /** How many more records the zone takes. */
    roomFor: (zone: Zone, signal: AbortSignal): Promise<number> =>
      calls.make({
        ...onRecords(zone),
        doing: `ask how many records zone ${zone.name} takes`,
        send: (client) => readRoom(client, zone.id, signal),
      }),
  };
}

/** Which records of a zone are read. */
export interface RecordScope {
  /** What the comment on every record of our cluster begins with. */
  readonly mark: string;
  /** Foreign records too. Default: they may be missing. */
  readonly isWhole?: boolean;
}

function filterFor({ zone, isReadWhole }: ZoneRecords, mark: string): RecordFilter {
  return isReadWhole ? { zone_id: zone.id } : { zone_id: zone.id, comment: { startswith: mark } };
}

/** A batcher for each zone and way of writing. */
function openBatchers(calls: CloudflareCalls) {
  const batchers = new Map<string, Batcher>();
  return (records: ZoneRecords, isolatesClashes: boolean): Batcher =>
    entryOf(
      batchers,
      `${records.zone.id} ${isolatesClashes}`,
      () =>
        new Batcher((changes, signal) => records.write(changes, isolatesClashes, batchSender(calls, records, signal))),
    );
}

/** A batch that is sent only to find a refused name leaves calls for everybody else. */
function batchSender(calls: CloudflareCalls, records: ZoneRecords, signal: AbortSignal): SendBatch {
  return (batch, isPart) => {
    const isSearch = isPart && batch.some(({ kind }) => kind !== 'delete');
    return calls.make({
      ...onRecords(records.zone),
      urgency: isSearch ? 'drift' : 'wanted',
      send: (client) => records.writeBatch(client, batch, signal),
    });
  };
}

/**
 * Reading and writing fail with the same message: all credentials share what was read, so it is chance which of the two
 * a token without the permission comes to first.
 */
function onRecords(zone: Zone): Purpose {
  return {
    doing: `read and write the records of zone ${zone.name}`,
    permission: 'DNS Write',
    accountId: zone.accountId,
  };
}

function entryOf<T>(map: Map<string, T>, key: string, create: () => T): T {
  const entry = map.get(key) ?? create();
  map.set(key, entry);
  return entry;
}
