import type { Access, Call, Endpoint, Reply } from '../http/endpoint.ts';
import { json, param } from '../http/endpoint.ts';
import { objectBody } from '../http/object-body.ts';
import { pageOf } from '../http/paging.ts';
import { Granting } from '../identity/permissions.ts';
import { applyBatch } from './batch.ts';
import { bindExport } from './bind-export.ts';
import { recordFilter, recordOrder } from './record-filter.ts';
import { recordObject } from './record-object.ts';
import { addRecord, existing, overwriteRecord, patchRecord, removeRecord } from './write-record.ts';
import { zoneInPath } from './zone-in-path.ts';

const reads: Access = { scope: 'zone', anyOf: Granting.dnsRead };
const writes: Access = { scope: 'zone', anyOf: Granting.dnsWrite };

const RECORDS = '/zones/:zone/dns_records';
const RECORD = `${RECORDS}/:record`;

export const dnsEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: RECORDS, access: reads, handle: listRecords },
  { method: 'POST', path: RECORDS, access: writes, handle: createRecord },
  { method: 'POST', path: `${RECORDS}/batch`, access: writes, handle: applyBatch },
  { method: 'GET', path: `${RECORDS}/export`, access: reads, handle: exportZone },
  { method: 'GET', path: `${RECORDS}/usage`, access: reads, handle: showUsage },
  { method: 'GET', path: RECORD, access: reads, handle: showRecord },
  { method: 'PUT', path: RECORD, access: writes, handle: putRecord },
  { method: 'PATCH', path: RECORD, access: writes, handle: editRecord },
  { method: 'DELETE', path: RECORD, access: writes, handle: deleteRecord },
];

function listRecords(call: Call): Reply {
  const { records } = zoneInPath(call);
  const all = call.readsAsOf === undefined ? records.values() : records.asOf(call.readsAsOf);
  const matches = all.filter(recordFilter(call.query));
  const order = recordOrder(call.query);
  const sorted = order === undefined ? matches : matches.toSorted(order);
  const limits = { standard: 100, maximum: call.assumptions.recordsPageMaximum };
  return pageOf(sorted, call.query, limits, call.assumptions, recordObject);
}

function createRecord(call: Call): Reply {
  return json(recordObject(addRecord(zoneInPath(call), objectBody(call), call)));
}

function showRecord(call: Call): Reply {
  return json(recordObject(existing(zoneInPath(call), param(call, 'record'))));
}

function putRecord(call: Call): Reply {
  return json(recordObject(overwriteRecord(zoneInPath(call), param(call, 'record'), objectBody(call), call)));
}

function editRecord(call: Call): Reply {
  return json(recordObject(patchRecord(zoneInPath(call), param(call, 'record'), objectBody(call), call)));
}

function deleteRecord(call: Call): Reply {
  return json({ id: removeRecord(zoneInPath(call), param(call, 'record')).id });
}

function showUsage(call: Call): Reply {
  const zone = zoneInPath(call);
  return json({ record_quota: zone.recordQuota, record_usage: zone.records.size });
}

function exportZone(call: Call): Reply {
  return { kind: 'text', text: bindExport(zoneInPath(call), new Date(call.cloud.now())) };
}
