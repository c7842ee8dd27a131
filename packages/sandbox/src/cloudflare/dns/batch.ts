import { refusal } from '../http/api-error.ts';
import type { Call } from '../http/endpoint.ts';
import { json, type Reply } from '../http/endpoint.ts';
import { objectBody } from '../http/object-body.ts';
import type { Zone } from '../state/model.ts';
import { limitsOf } from '../zones/plans.ts';
import { zoneInPath } from './zone-in-path.ts';
import { recordObject } from './record-object.ts';
import { addRecord, overwriteRecord, patchRecord, removeRecord } from './write-record.ts';

type Operation = Readonly<Record<string, unknown>>;

/**
 * `POST /dns_records/batch`: deletes, patches, puts, posts, in that order, each list in the order given.
 *
 * Guarantees
 * - All or nothing: if an operation is rejected, the zone stays unchanged and only the first error is reported.
 * - The record quota applies to the records that remain after the deletes.
 * - Each requested list is returned with complete records. The others are empty (Assumption: not null).
 */
export function applyBatch(call: Call): Reply {
  const zone = zoneInPath(call);
  const body = objectBody(call);
  const lists = {
    deletes: operations(body['deletes']),
    patches: operations(body['patches']),
    puts: operations(body['puts']),
    posts: operations(body['posts']),
  };
  assertSize(Object.values(lists).flat().length, zone, call);
  const written = zone.records.transaction(() => ({
    deletes: lists.deletes.map((operation) => removeRecord(zone, idOf(operation))),
    patches: lists.patches.map((operation) => patchRecord(zone, idOf(operation), operation, call)),
    puts: lists.puts.map((operation) => overwriteRecord(zone, idOf(operation), operation, call)),
    posts: lists.posts.map((operation) => addRecord(zone, operation, call)),
  }));
  return json({
    deletes: written.deletes.map(recordObject),
    patches: written.patches.map(recordObject),
    puts: written.puts.map(recordObject),
    posts: written.posts.map(recordObject),
  });
}

function assertSize(size: number, zone: Zone, { assumptions }: Call): void {
  const maximum = limitsOf(zone).batchOperations;
  if (size <= maximum) return;
  const message = `Batch has ${size} operations, exceeding the limit of ${maximum}.`;
  throw refusal(400, assumptions.batchTooLargeCode, message);
}

function operations(list: unknown): Operation[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw refusal(400, 9207, 'Batch operations must be lists.'); // Assumption: the code
  return list.map((operation: unknown) => (typeof operation === 'object' ? { ...operation } : {}));
}

function idOf(operation: Operation): string {
  return typeof operation['id'] === 'string' ? operation['id'] : '';
}
