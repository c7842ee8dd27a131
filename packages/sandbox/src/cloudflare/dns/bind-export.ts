import type { DnsRecord } from '../state/dns-record.ts';
import type { Zone } from '../state/model.ts';

/** The zone as a BIND file: every record with its comment and tags, without its id. */
export function bindExport(zone: Zone, exportedAt: Date): string {
  const header = [`;;`, `;; Domain:     ${zone.name}.`, `;; Exported:   ${exportedAt.toISOString()}`, `;;`, ``];
  const types = [...new Set(zone.records.values().map((record) => record.type))].toSorted();
  const sections = types.flatMap((type) => [`;; ${type} Records`, ...linesOf(zone, type), ``]);
  return [...header, ...sections].join('\n');
}

function linesOf(zone: Zone, type: string): string[] {
  return zone.records
    .values()
    .filter((record) => record.type === type)
    .map((record) => `${record.name}.\t${record.ttl}\tIN\t${type}\t${contentOf(record)}${commentOf(record)}`);
}

function contentOf(record: DnsRecord): string {
  if (record.type === 'TXT') return record.content.startsWith('"') ? record.content : JSON.stringify(record.content);
  if (record.type === 'MX') return `${record.priority ?? 0} ${record.content}.`;
  return ['CNAME', 'NS', 'PTR'].includes(record.type) ? `${record.content}.` : record.content;
}

function commentOf(record: DnsRecord): string {
  const tags = [...record.tags, ...(record.type === 'CNAME' || record.proxied ? [`cf-proxied:${record.proxied}`] : [])];
  const comment = [record.comment ?? '', tags.length === 0 ? '' : `cf_tags=${tags.join(',')}`].filter(
    (part) => part !== '',
  );
  return comment.length === 0 ? '' : ` ; ${comment.join(' ')}`;
}
