/** Zones and records for tests. */
import type { DesiredRecord, ObservedRecord } from '../../src/core/dns/plan.ts';
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
  return { name, content: TARGET, proxied: true, comment, ...traits };
}

const TARGET = '11111111-2222-3333-4444-555555555555.cfargotunnel.com';
