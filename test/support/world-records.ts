/** The records of a zone with the mark of this cluster, and all others. */
import type { DnsRecord } from 'cftunnel-sandbox/cloudflare/state/dns-record';
import type { World } from './world.ts';

const MARK = 'cftunnel.io owner=test/';

/** Names of this cluster's records, sorted, including duplicates. */
export function namesOfOurs(world: World, zone: string): readonly string[] {
  return recordsOf(world, zone)
    .filter(isOurs)
    .map(({ name }) => name)
    .toSorted();
}

/** Complete foreign records, for a comparison that shows whether they were changed. */
export function foreignRecords(world: World, zone: string): readonly DnsRecord[] {
  return recordsOf(world, zone).filter((record) => !isOurs(record));
}

function recordsOf({ cloudflare }: World, zone: string): readonly DnsRecord[] {
  return cloudflare.admin.records(zone);
}

function isOurs({ comment }: DnsRecord): boolean {
  return comment?.startsWith(MARK) === true;
}
