import { type Condition, conditionOf, withTransitionTime } from '../conditions.ts';
import { timestamp } from '../timestamp.ts';
import type { Deployment, DeploymentStatus } from '../workloads.ts';
import { availableIn, desiredReplicas, rolloutLimits, sizeOf, sum } from './limits.ts';
import { progressCondition } from './progress.ts';
import { allRevisions, type Revisions } from './revisions.ts';
import type { ReplicaCounts, RolloutMoment } from './rollout-moment.ts';

/** The new status of the Deployment. */
export function deploymentStatus(
  deployment: Deployment,
  revisions: Revisions,
  moment: RolloutMoment,
): DeploymentStatus {
  const counts = countReplicas(revisions);
  const current = deployment.status?.conditions;
  const conditions = [
    availability(deployment, counts),
    progressCondition(deployment, revisions, counts, moment),
    replicaFailure(revisions),
  ];
  return {
    observedGeneration: deployment.metadata.generation,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    conditions: conditions.flatMap((next) => (next === undefined ? [] : [stamped(current, next)])),
  };
}

function countReplicas(revisions: Revisions): ReplicaCounts {
  const all = allRevisions(revisions);
  const availableReplicas = sum(all, availableIn);
  return {
    replicas: sum(all, ({ status }) => status?.replicas ?? 0),
    updatedReplicas: revisions.current?.status?.replicas ?? 0,
    readyReplicas: sum(all, ({ status }) => status?.readyReplicas ?? 0),
    availableReplicas,
    unavailableReplicas: Math.max(0, sum(all, sizeOf) - availableReplicas),
  };
}

/** From the current ReplicaSet, or else from one that is being replaced. */
function replicaFailure({ current, old }: Revisions): Condition | undefined {
  const failures = [current, ...old].map((one) => conditionOf(one?.status?.conditions, 'ReplicaFailure'));
  const failure = failures.find((condition) => condition?.status === 'True');
  if (failure === undefined) return undefined;
  const { lastTransitionTime: _, ...condition } = failure;
  return condition;
}

function availability(deployment: Deployment, { availableReplicas }: ReplicaCounts): Condition {
  const fewest = desiredReplicas(deployment) - rolloutLimits(deployment).maxUnavailable;
  return availableReplicas >= fewest
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** An unchanged condition keeps its timestamps, so that an unchanged status is not written. */
function stamped(conditions: readonly Condition[] | undefined, next: Condition): Condition {
  const current = conditionOf(conditions, next.type);
  const settled =
    current?.status === next.status && current.reason === next.reason && next.lastUpdateTime === undefined;
  return settled ? current : { lastUpdateTime: timestamp(), ...withTransitionTime(conditions, next) };
}
