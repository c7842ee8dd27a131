/**
 * Finds tunnels and records at Cloudflare that this cluster created and that no longer belong to a Tunnel, because the
 * credentials were lost or `deletionPolicy` was `Retain`. They are reported and never deleted.
 */
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { clusterMark, tunnelMark } from '../dns/mark.ts';
import type { ObservedRecord } from '../dns/plan.ts';
import { keyOf } from '../keys.ts';
import type { RemoteTunnel } from './remote.ts';

export interface ClusterScope {
  readonly cluster: string;
  /** The only namespace whose Tunnels are known; `undefined`: all namespaces. */
  readonly namespace: string | undefined;
  readonly tunnels: readonly Tunnel[];
  /** Keys of recently deleted Tunnels. Cached lists from Cloudflare may be older than their deletion. */
  readonly cleanedUp: Iterable<ObjectKey>;
  readonly hash: (text: string) => string;
}

/** Tunnels whose name is one that this cluster generates, and that no Tunnel uses. */
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

/** Records that carry the mark of this cluster but belong to no Tunnel. */
export function orphanRecords(records: readonly ObservedRecord[], scope: ClusterScope): readonly string[] {
  const marks = new Set([...keysOf(scope)].map((key) => tunnelMark(scope.cluster, key, scope.hash)));
  const prefix = clusterMark(scope.cluster) + scopeOf(scope);
  return records
    .filter(({ comment }) => comment.startsWith(prefix) && !marks.has(comment))
    .map(({ name, type, comment }) => `record ${name} ${type} with the comment "${comment}"`)
    .toSorted();
}

const MAX_NAMED = 10;

/** The message about orphans. It lists only the first few, because there may be thousands. */
export function describeOrphans(orphans: readonly string[]): string {
  const named = orphans.slice(0, MAX_NAMED).join(', ');
  const more = orphans.length > MAX_NAMED ? `, and ${orphans.length - MAX_NAMED} more` : '';
  return `Created by this cluster at Cloudflare, but no longer used by any Tunnel: ${named}${more}. Delete at Cloudflare what is no longer needed`;
}

function* keysOf({ tunnels, cleanedUp }: ClusterScope): Iterable<ObjectKey> {
  for (const tunnel of tunnels) yield keyOf(tunnel);
  yield* cleanedUp;
}

function scopeOf({ namespace }: ClusterScope): string {
  return namespace === undefined ? '' : `${namespace}/`;
}
