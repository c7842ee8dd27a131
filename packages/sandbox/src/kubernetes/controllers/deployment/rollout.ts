import type { Deployment, ReplicaSet } from '../workloads.ts';
import { availableIn, desiredReplicas, rolloutLimits, sizeOf, sum } from './limits.ts';
import { allRevisions, type Revisions } from './revisions.ts';
import { isBeingScaled, planScaling } from './scaling.ts';
import type { RolloutStep } from './step.ts';

/**
 * Decides the next steps of a Deployment, as kube-controller-manager does. Pure; called again after every change.
 *
 * | state                                | step                                               |
 * | ------------------------------------ | -------------------------------------------------- |
 * | paused, or replicas changed          | scale existing ReplicaSets, start no new revision  |
 * | Recreate, Pods of old revisions left | old revisions to 0, then wait for their Pods to go |
 * | no ReplicaSet for the template       | create it                                          |
 * | RollingUpdate                        | new one up to maxSurge, then old ones down         |
 */
export function planRollout(deployment: Deployment, revisions: Revisions, hasOldPods: boolean): RolloutStep[] {
  if (deployment.spec.paused === true || isBeingScaled(deployment, revisions))
    return planScaling(deployment, revisions);
  const recreate = deployment.spec.strategy?.type === 'Recreate';
  return recreate ? planRecreate(deployment, revisions, hasOldPods) : planRollingUpdate(deployment, revisions);
}

function planRecreate(deployment: Deployment, revisions: Revisions, hasOldPods: boolean): RolloutStep[] {
  const running = revisions.old.filter((replicaSet) => sizeOf(replicaSet) > 0);
  if (running.length > 0) return running.map((replicaSet) => ({ kind: 'scale', replicaSet, replicas: 0 }));
  return hasOldPods ? [] : growCurrent(revisions.current, desiredReplicas(deployment));
}

function planRollingUpdate(deployment: Deployment, revisions: Revisions): RolloutStep[] {
  const growth = growCurrent(revisions.current, nextSizeOfCurrent(deployment, revisions));
  return growth.length > 0 ? growth : shrinkOld(deployment, revisions);
}

function growCurrent(current: ReplicaSet | undefined, replicas: number): RolloutStep[] {
  if (current === undefined) return [{ kind: 'create', replicas }];
  return sizeOf(current) === replicas ? [] : [{ kind: 'scale', replicaSet: current, replicas }];
}

function nextSizeOfCurrent(deployment: Deployment, revisions: Revisions): number {
  const desired = desiredReplicas(deployment);
  const size = revisions.current === undefined ? 0 : sizeOf(revisions.current);
  if (size >= desired) return desired;
  const room = desired + rolloutLimits(deployment).maxSurge - sum(allRevisions(revisions), sizeOf);
  return size + Math.max(0, Math.min(room, desired - size));
}

/** Removes unhealthy old Pods first, because that does not reduce availability. */
function shrinkOld(deployment: Deployment, revisions: Revisions): RolloutStep[] {
  const all = allRevisions(revisions);
  const fewest = desiredReplicas(deployment) - rolloutLimits(deployment).maxUnavailable;
  const newUnavailable =
    revisions.current === undefined ? 0 : sizeOf(revisions.current) - availableIn(revisions.current);
  const removable = sum(all, sizeOf) - fewest - newUnavailable;
  if (removable <= 0) return [];

  const sizes = new Map(revisions.old.map((replicaSet) => [replicaSet, sizeOf(replicaSet)]));
  takeFrom(sizes, removable, (replicaSet) => sizeOf(replicaSet) - availableIn(replicaSet));
  takeFrom(sizes, sum(all, availableIn) - fewest, (_replicaSet, size) => size);
  return [...sizes]
    .filter(([replicaSet, size]) => size !== sizeOf(replicaSet))
    .map(([replicaSet, replicas]) => ({ kind: 'scale', replicaSet, replicas }));
}

function takeFrom(
  sizes: Map<ReplicaSet, number>,
  budget: number,
  removable: (replicaSet: ReplicaSet, size: number) => number,
): void {
  let left = Math.max(0, budget);
  for (const [replicaSet, size] of sizes) {
    const taken = Math.max(0, Math.min(left, size, removable(replicaSet, size)));
    sizes.set(replicaSet, size - taken);
    left -= taken;
  }
}
