/**
 * Decides what at Cloudflare was once made by this cluster and belongs to no Tunnel of it any more: left behind when
 * credentials were gone, or kept by `deletionPolicy: Retain`. It is told of, and never deleted: only a person knows.
 */
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { clusterMark, tunnelMark } from '../dns/mark.ts';
import type { ObservedRecord } from '../dns/plan.ts';
import { keyOf } from '../keys.ts';
import type { RemoteTunnel } from './remote.ts';

export interface ClusterScope {
  readonly cluster: string;
  /** The only namespace whose Tunnels are known; absent: all are. */
  readonly namespace: string | undefined;
  readonly tunnels: readonly Tunnel[];
  /** Keys of Tunnels that are gone, but were there a moment ago: what is known of Cloudflare may be from then. */
  readonly cleanedUp: Iterable<ObjectKey>;
  readonly hash: (text: string) => string;
}

/** Tunnels that bear the name which one of our Tunnels would give, and are nobody's. */
export function orphanTunnels(remote: readonly RemoteTunnel[], scope: ClusterScope): readonly string[] {
  const known = new Set(keysOf(scope));
  const used = new Set(scope.tunnels.map(({ status }) => status?.tunnelId));
  const prefix = `${scope.cluster}/${scopeOf(scope)}`;
  return remote
    .filter(
      ({ id, name }) => name.startsWith(prefix) && !known.has(name.slice(scope.cluster.length + 1)) && !used.has(id),
    )
    .map(({ id, name }) => `tunnel ${name} (${id})`)
    .toSorted();
}

/** Records with our cluster's mark, of which no Tunnel is the owner. */
export function orphanRecords(records: readonly ObservedRecord[], scope: ClusterScope): readonly string[] {
  const marks = new Set([...keysOf(scope)].map((key) => tunnelMark(scope.cluster, key, scope.hash)));
  const prefix = clusterMark(scope.cluster) + scopeOf(scope);
  return records
    .filter(({ comment }) => comment.startsWith(prefix) && !marks.has(comment))
    .map(({ name, type, comment }) => `record ${name} ${type} with the comment "${comment}"`)
    .toSorted();
}

const MOST_NAMED = 10;

/** What a person should hear of them; there may be thousands. */
export function describeOrphans(orphans: readonly string[]): string {
  const named = orphans.slice(0, MOST_NAMED).join(', ');
  const more = orphans.length > MOST_NAMED ? `, and ${orphans.length - MOST_NAMED} more` : '';
  return `These exist at Cloudflare, were created by this cluster, and belong to no Tunnel any more: ${named}${more}. Delete there what is no longer needed`;
}

function* keysOf({ tunnels, cleanedUp }: ClusterScope): Iterable<ObjectKey> {
  for (const tunnel of tunnels) yield keyOf(tunnel);
  yield* cleanedUp;
}

function scopeOf({ namespace }: ClusterScope): string {
  return namespace === undefined ? '' : `${namespace}/`;
}
