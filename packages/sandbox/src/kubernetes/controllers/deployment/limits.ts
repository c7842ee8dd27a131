import { scaledValue } from '../int-or-percent.ts';
import type { Deployment, ReplicaSet } from '../workloads.ts';

/** How far a rolling update may exceed or fall below the desired number of Pods. */
export interface RolloutLimits {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

export function desiredReplicas(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

/**
 * The limits in Pods. Surge is rounded up and unavailability down. They are never both zero, because the rollout would
 * not progress.
 */
export function rolloutLimits(deployment: Deployment): RolloutLimits {
  if (deployment.spec.strategy?.type === 'Recreate') return { maxSurge: 0, maxUnavailable: 0 };
  const replicas = desiredReplicas(deployment);
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaledValue(maxSurge, replicas, 'up');
  const unavailable = Math.min(scaledValue(maxUnavailable, replicas, 'down'), replicas);
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? Math.min(1, replicas) : unavailable };
}

export function sizeOf(replicaSet: ReplicaSet): number {
  return replicaSet.spec.replicas ?? 1;
}

export function availableIn(replicaSet: ReplicaSet): number {
  return replicaSet.status?.availableReplicas ?? 0;
}

export function sum(replicaSets: readonly ReplicaSet[], count: (replicaSet: ReplicaSet) => number): number {
  return replicaSets.reduce((total, replicaSet) => total + count(replicaSet), 0);
}
