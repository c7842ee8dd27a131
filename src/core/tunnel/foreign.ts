/**
 * Detects foreign connectors on a tunnel: another cluster with the same credentials, or a cloudflared run by hand. A
 * connector chooses its own id and does not publish it in the cluster, so only the counts can be compared, and only
 * while the rollout is complete.
 */
import type { Rollout } from './rollout.ts';

/** The number of connected connectors in excess of the Tunnel's pods. */
export function foreignAmong(connected: readonly unknown[], { replicas }: Rollout): number {
  return Math.max(0, connected.length - replicas);
}
