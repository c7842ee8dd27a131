/** The records of a zone, parted into those that bear the cluster's mark and those of everybody else. */
import type { DnsRecord } from 'cftunnel-sandbox/cloudflare/state/dns-record';
import type { World } from './world.ts';

const MARK = 'cftunnel.io owner=test/';

/** Names at which a record of ours stands, sorted; a name with two records is there twice. */
export function namesOfOurs(world: World, zone: string): readonly string[] {
  return recordsOf(world, zone)
    .filter(isOurs)
    .map(({ name }) => name)
    .toSorted();
}

/** Records of others, whole: what is compared with this must not have been touched at all. */
export function foreignRecords(world: World, zone: string): readonly DnsRecord[] {
  return recordsOf(world, zone).filter((record) => !isOurs(record));
}

function recordsOf({ cloudflare }: World, zone: string): readonly DnsRecord[] {
  return cloudflare.admin.records(zone);
}

function isOurs({ comment }: DnsRecord): boolean {
  return comment?.startsWith(MARK) === true;
}
