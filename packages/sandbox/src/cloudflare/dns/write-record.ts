import { isDeepStrictEqual } from 'node:util';
import { refusal } from '../http/api-error.ts';
import type { World } from '../http/endpoint.ts';
import { newHexId, timestamp } from '../state/ids.ts';
import type { DnsRecord } from '../state/dns-record.ts';
import type { Zone } from '../state/model.ts';
import { assertNoConflict } from './conflicts.ts';
import { dnsError, recordMissing } from './dns-error.ts';
import { draftFrom, draftOver, type RecordDraft } from './record-draft.ts';
import { validateRecord, type ValidRecord } from './validate-record.ts';

type Body = Readonly<Record<string, unknown>>;
type Rules = Pick<World, 'cloud' | 'assumptions'>;

/** Creates a record (POST). */
export function addRecord(zone: Zone, body: Body, rules: Rules): DnsRecord {
  const valid = validateRecord(draftFrom(body), zone, rules.assumptions);
  assertAccepted(valid.name, rules);
  assertNoConflict(zone, valid, undefined, rules.assumptions);
  if (zone.records.size >= zone.recordQuota) {
    throw refusal(rules.assumptions.recordQuotaStatus, 81045, 'Record quota exceeded.');
  }
  const now = timestamp(rules.cloud.now());
  const record: DnsRecord = {
    id: newHexId(),
    ...valid,
    createdOn: now,
    modifiedOn: now,
    commentModifiedOn: valid.comment === null ? undefined : now,
    tagsModifiedOn: valid.tags.length === 0 ? undefined : now,
  };
  zone.records.put(record);
  return record;
}

/** Replaces a record (PUT). Missing fields get their defaults. */
export function overwriteRecord(zone: Zone, id: string, body: Body, rules: Rules): DnsRecord {
  return change(zone, existing(zone, id), draftFrom(body), rules);
}

/** Changes a record (PATCH). Missing fields keep their values. */
export function patchRecord(zone: Zone, id: string, body: Body, rules: Rules): DnsRecord {
  const current = existing(zone, id);
  return change(zone, current, draftOver(current, body), rules);
}

export function removeRecord(zone: Zone, id: string): DnsRecord {
  const current = existing(zone, id);
  zone.records.remove(id);
  return current;
}

function assertAccepted(name: string, { cloud, assumptions }: Rules): void {
  const refused = cloud.refusedNames.get(name);
  if (refused !== undefined) throw dnsError(assumptions, refused.code, refused.message);
}

export function existing(zone: Zone, id: string): DnsRecord {
  const record = zone.records.get(id);
  if (record === undefined) throw recordMissing();
  return record;
}

/** `modified_on` changes only when a field changes. */
function change(zone: Zone, current: DnsRecord, draft: RecordDraft, rules: Rules): DnsRecord {
  const valid = validateRecord(draft, zone, rules.assumptions);
  assertAccepted(valid.name, rules);
  assertNoConflict(zone, valid, current.id, rules.assumptions);
  const next: DnsRecord = { ...current, ...valid };
  if (isDeepStrictEqual(next, current)) return current;
  const stamped = { ...next, ...changeTimes(current, valid, timestamp(rules.cloud.now())) };
  zone.records.put(stamped);
  return stamped;
}

function changeTimes(
  current: DnsRecord,
  next: ValidRecord,
  now: string,
): Pick<DnsRecord, 'modifiedOn' | 'commentModifiedOn' | 'tagsModifiedOn'> {
  return {
    modifiedOn: now,
    commentModifiedOn: next.comment === current.comment ? current.commentModifiedOn : now,
    tagsModifiedOn: isDeepStrictEqual(next.tags, current.tags) ? current.tagsModifiedOn : now,
  };
}
