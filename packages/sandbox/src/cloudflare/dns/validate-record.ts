import type { Assumptions } from '../assumptions.ts';
import type { DnsRecord } from '../state/dns-record.ts';
import type { Zone } from '../state/model.ts';
import { limitsOf, type PlanLimits } from '../zones/plans.ts';
import { dnsError } from './dns-error.ts';
import { isProxiable, readContent, RECORD_TYPES } from './record-content.ts';
import type { RecordDraft } from './record-draft.ts';
import { normaliseName } from './record-name.ts';
import { readComment, readTags } from './record-notes.ts';

/** The fields of a record that its author sets, validated and in stored form. */
export type ValidRecord = Pick<
  DnsRecord,
  'name' | 'type' | 'content' | 'ttl' | 'proxied' | 'settings' | 'comment' | 'tags' | 'priority' | 'data'
>;

/** Validates a record on its own. `assertNoConflict` compares it with the other records. */
export function validateRecord(draft: RecordDraft, zone: Zone, assumptions: Assumptions): ValidRecord {
  const limits = limitsOf(zone);
  const type = readType(draft.type, assumptions);
  const name = readName(draft.name, zone, assumptions);
  const proxied = draft.proxied === true;
  const content = readContent(type, name, { content: draft.content, data: draft.data, proxied }, assumptions);
  if (proxied && !isProxiable(type)) throw dnsError(assumptions, 9004, 'This kind of record cannot be proxied');
  return {
    name,
    type,
    content,
    ttl: readTtl(draft.ttl, proxied, limits, assumptions),
    proxied,
    settings: asRecord(draft.settings) ?? {},
    comment: readComment(draft.comment, limits, assumptions),
    tags: readTags(draft.tags, limits, assumptions),
    priority: readPriority(draft.priority, type, assumptions),
    data: asRecord(draft.data),
  };
}

function readType(type: unknown, assumptions: Assumptions): string {
  const known = typeof type === 'string' ? type.toUpperCase() : '';
  // Assumption: the code for an unknown type.
  if (!RECORD_TYPES.has(known)) throw dnsError(assumptions, 9001, 'DNS record type is invalid.');
  return known;
}

function readName(name: unknown, zone: Zone, assumptions: Assumptions): string {
  const normal = typeof name === 'string' && name !== '' ? normaliseName(name, zone.name) : undefined;
  // Assumption: from memory.
  if (normal === undefined) throw dnsError(assumptions, 9000, 'DNS name is invalid.');
  return normal;
}

/** The TTL of a proxied record is always 1 (automatic). */
function readTtl(ttl: unknown, proxied: boolean, { minimumTtl }: PlanLimits, assumptions: Assumptions): number {
  const isInRange = typeof ttl === 'number' && (ttl === 1 || (ttl >= minimumTtl && ttl <= 86_400));
  if (!isInRange) {
    throw dnsError(
      assumptions,
      9021,
      `Invalid TTL. Must be between ${minimumTtl} and 86400 seconds, or 1 for Automatic.`,
    );
  }
  return proxied ? 1 : ttl;
}

function readPriority(priority: unknown, type: string, assumptions: Assumptions): number | undefined {
  if (typeof priority === 'number') return priority;
  // Assumption: from memory.
  if (type === 'MX') throw dnsError(assumptions, 9100, 'MX priority is required.');
  return undefined;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
