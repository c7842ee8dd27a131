/**
 * Decides whether connectors that are not ours are on a tunnel: another cluster with the same credentials, or a
 * cloudflared run by hand. A connector draws its id itself and tells nobody in the cluster, so that only numbers can
 * be compared, and only while none of ours is coming or going.
 */
import type { Rollout } from './rollout.ts';

/** Connectors beyond those that are ours. */
export function foreignAmong(connected: readonly string[], { replicas }: Rollout): number {
  return Math.max(0, connected.length - replicas);
}
