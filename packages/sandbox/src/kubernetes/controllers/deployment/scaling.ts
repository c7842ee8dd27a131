import type { Deployment, ReplicaSet } from '../workloads.ts';
import { annotatedDesiredReplicas, annotatedMaxReplicas } from './annotations.ts';
import { availableIn, desiredReplicas, rolloutLimits, sizeOf, sum } from './limits.ts';
import { allRevisions, type Revisions } from './revisions.ts';
import type { RolloutStep } from './step.ts';

/** Whether the size of the Deployment has changed since its ReplicaSets were scaled. */
export function isBeingScaled(deployment: Deployment, revisions: Revisions): boolean {
  return running(revisions).some((replicaSet) => {
    const annotated = annotatedDesiredReplicas(replicaSet);
    return annotated !== undefined && annotated !== desiredReplicas(deployment);
  });
}

/**
 * Scales without a rollout. A single active revision takes the whole change; several share it in proportion to their
 * sizes.
 */
export function planScaling(deployment: Deployment, revisions: Revisions): RolloutStep[] {
  const desired = desiredReplicas(deployment);
  const active = running(revisions);
  const only = active.length > 1 ? undefined : (active[0] ?? revisions.current ?? revisions.old.at(-1));
  if (only !== undefined) return isSizedFor(deployment, only, desired) ? [] : [scale(only, desired)];
  if (isSaturated(deployment, revisions.current)) {
    return active.filter((replicaSet) => replicaSet !== revisions.current).map((replicaSet) => scale(replicaSet, 0));
  }
  return deployment.spec.strategy?.type === 'Recreate' ? [] : planProportionally(deployment, active);
}

function running(revisions: Revisions): readonly ReplicaSet[] {
  return allRevisions(revisions).filter((replicaSet) => sizeOf(replicaSet) > 0);
}

function scale(replicaSet: ReplicaSet, replicas: number): RolloutStep {
  return { kind: 'scale', replicaSet, replicas };
}

function isSizedFor(deployment: Deployment, replicaSet: ReplicaSet, size: number): boolean {
  return sizeOf(replicaSet) === size && annotatedDesiredReplicas(replicaSet) === desiredReplicas(deployment);
}

function isSaturated(deployment: Deployment, current: ReplicaSet | undefined): boolean {
  const desired = desiredReplicas(deployment);
  return current !== undefined && isSizedFor(deployment, current, desired) && availableIn(current) === desired;
}

/** Distributes the change over the revisions, largest first. The largest one takes the rounding remainder. */
function planProportionally(deployment: Deployment, active: readonly ReplicaSet[]): RolloutStep[] {
  const desired = desiredReplicas(deployment);
  const allowed = desired === 0 ? 0 : desired + rolloutLimits(deployment).maxSurge;
  const change = allowed - sum(active, sizeOf);
  const bySize = active.toSorted((a, b) => sizeOf(b) - sizeOf(a));

  let left = change;
  const sizes = bySize.map((replicaSet) => {
    const share = change === 0 ? 0 : clampToward(shareOf(replicaSet, desired, allowed), left);
    left -= share;
    return sizeOf(replicaSet) + share;
  });
  return bySize.flatMap((replicaSet, i) => {
    const size = Math.max(0, (sizes[i] ?? 0) + (i === 0 ? left : 0));
    return isSizedFor(deployment, replicaSet, size) ? [] : [scale(replicaSet, size)];
  });
}

function shareOf(replicaSet: ReplicaSet, desired: number, allowed: number): number {
  const size = sizeOf(replicaSet);
  if (desired === 0) return -size;
  return Math.round((size * allowed) / (annotatedMaxReplicas(replicaSet) ?? allowed)) - size;
}

/** Limits the share to what is left, in either direction. */
function clampToward(share: number, left: number): number {
  return left > 0 ? Math.min(share, left) : Math.max(share, left);
}
