/** Zones and records for tests. */
import type { DesiredRecord, ObservedRecord } from '../../src/core/dns/plan.ts';
import { recordTypeOf } from '../../src/core/model/address.ts';
import type { Zone } from '../../src/core/model/zone.ts';

/** A zone of the Free plan. */
export function aZone(name: string, traits: Partial<Zone> = {}): Zone {
  return { id: `zone ${name}`, name, accountId: 'a'.repeat(32), batchLimit: 200, ...traits };
}

/** A record in a zone. Default: a proxied CNAME without a comment. */
export function aRecord(name: string, traits: Partial<ObservedRecord> = {}): ObservedRecord {
  return { id: `record ${name}`, name, type: 'CNAME', content: TARGET, proxied: true, comment: '', ...traits };
}

/** A record that a Tunnel wants. */
export function aWantedRecord(name: string, comment: string, traits: Partial<DesiredRecord> = {}): DesiredRecord {
  return { name, type: 'CNAME', content: TARGET, proxied: true, comment, ...traits };
}

/** A record with an address that a Tunnel wants. */
export function aWantedAddress(name: string, comment: string, content: string): DesiredRecord {
  return { name, type: recordTypeOf(content), content, proxied: false, comment };
}

const TARGET = '11111111-2222-3333-4444-555555555555.cfargotunnel.com';
