import type { DnsRecord } from '../state/dns-record.ts';
import { isProxiable } from './record-content.ts';

/** A record as the API returns it. JSON omits undefined fields. */
export function recordObject(record: DnsRecord): Record<string, unknown> {
  return {
    id: record.id,
    name: record.name,
    type: record.type,
    content: record.content,
    priority: record.priority,
    data: record.data,
    proxiable: isProxiable(record.type),
    proxied: record.proxied,
    ttl: record.ttl,
    settings: record.settings,
    meta: {},
    comment: record.comment,
    tags: record.tags,
    created_on: record.createdOn,
    modified_on: record.modifiedOn,
    comment_modified_on: record.commentModifiedOn,
    tags_modified_on: record.tagsModifiedOn,
  };
}
