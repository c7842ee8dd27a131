/**
 * The ownership mark: a comment on each record, `cftunnel.io owner=<cluster>/<namespace>/<tunnel>`.
 * A record whose comment carries the mark of this cluster is ours; every other record is foreign.
 */
import { type ObjectKey } from '../../api/objects.ts';

/** Cloudflare's limit on the Free plan. */
const MAX_COMMENT = 100;
const HASH_LENGTH = 10;

/** The prefix of every mark of this cluster. */
export function clusterMark(cluster: string): string {
  return `cftunnel.io owner=${cluster}/`;
}

/** The mark of one Tunnel, at most 100 characters: a longer one is truncated and ends in a hash of the whole. */
export function tunnelMark(cluster: string, tunnel: ObjectKey, hash: (text: string) => string): string {
  const whole = `${clusterMark(cluster)}${tunnel}`;
  if (whole.length <= MAX_COMMENT) return whole;
  return `${whole.slice(0, MAX_COMMENT - HASH_LENGTH - 1)}~${hash(whole).slice(0, HASH_LENGTH)}`;
}

/** The cluster in a comment that is a mark; `undefined` for any other comment. */
export function clusterIn(comment: string): string | undefined {
  return /^cftunnel\.io owner=([^/]+)\//.exec(comment)?.[1];
}
