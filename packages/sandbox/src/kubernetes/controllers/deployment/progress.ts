import { type Condition, conditionOf } from '../conditions.ts';
import { timestamp } from '../timestamp.ts';
import type { Deployment } from '../workloads.ts';
import { desiredReplicas } from './limits.ts';
import type { Revisions } from './revisions.ts';
import type { ReplicaCounts, RolloutMoment } from './rollout-moment.ts';

/** `progressDeadlineSeconds` of a Deployment without a deadline. */
const NO_DEADLINE = 2 ** 31 - 1;

/** Whether the rollout is progressing, complete or stuck. Undefined without a deadline. */
export function progressCondition(
  deployment: Deployment,
  revisions: Revisions,
  counts: ReplicaCounts,
  { created, deadlinePassed }: RolloutMoment,
): Condition | undefined {
  if (deadlineSeconds(deployment) === undefined) return undefined;
  const present = presentProgress(deployment);
  if (created !== undefined) return renewed('True', 'NewReplicaSetCreated', `Created new replica set "${created}"`);
  if (deployment.spec.paused === true) return pausedCondition(present);
  if (present?.reason === 'NewReplicaSetAvailable' && counts.replicas === counts.updatedReplicas) return present;

  const subject = subjectOf(deployment, revisions);
  if (isComplete(deployment, counts)) return done(`${subject} has successfully progressed.`);
  if (hasAdvanced(deployment, counts)) return renewed('True', 'ReplicaSetUpdated', `${subject} is progressing.`);
  if (deadlinePassed) return progressing('False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`);
  if (present?.reason === 'DeploymentPaused') return renewed('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  return present ?? found(revisions);
}

/** The remaining time without progress, or undefined without a deadline. */
export function msUntilDeadline(deployment: Deployment, timeScale: number): number | undefined {
  const seconds = deadlineSeconds(deployment);
  const present = presentProgress(deployment);
  if (seconds === undefined || present?.lastUpdateTime === undefined || deployment.spec.paused === true)
    return undefined;
  if (present.reason === 'NewReplicaSetAvailable' || present.reason === 'ProgressDeadlineExceeded') return undefined;
  // The timestamp is rounded down to whole seconds. Adding one keeps the deadline from passing too early.
  return Date.parse(present.lastUpdateTime) + 1000 + (seconds * 1000) / timeScale - Date.now();
}

/** Whether all Pods belong to the current revision, and the desired number is available. */
export function isComplete(deployment: Deployment, counts: Partial<ReplicaCounts>): boolean {
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = counts;
  return [updatedReplicas, replicas, availableReplicas].every((count) => count === desiredReplicas(deployment));
}

function deadlineSeconds({ spec }: Deployment): number | undefined {
  return spec.progressDeadlineSeconds === NO_DEADLINE ? undefined : spec.progressDeadlineSeconds;
}

function presentProgress({ status }: Deployment): Condition | undefined {
  return conditionOf(status?.conditions, 'Progressing');
}

function hasAdvanced({ status = {} }: Deployment, now: ReplicaCounts): boolean {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  return (
    now.updatedReplicas > updatedReplicas ||
    now.replicas - now.updatedReplicas < replicas - updatedReplicas ||
    now.readyReplicas > readyReplicas ||
    now.availableReplicas > availableReplicas
  );
}

function subjectOf(deployment: Deployment, { current }: Revisions): string {
  return current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`;
}

function pausedCondition(present: Condition | undefined): Condition {
  if (present?.reason === 'ProgressDeadlineExceeded') return present;
  return progressing('Unknown', 'DeploymentPaused', 'Deployment is paused');
}

function done(message: string): Condition {
  return progressing('True', 'NewReplicaSetAvailable', message);
}

function found({ current }: Revisions): Condition | undefined {
  if (current === undefined) return undefined;
  return renewed('True', 'FoundNewReplicaSet', `Found new replica set "${current.metadata.name}"`);
}

function progressing(status: Condition['status'], reason: string, message: string): Condition {
  return { type: 'Progressing', status, reason, message };
}

/** A condition that restarts the deadline. */
function renewed(status: Condition['status'], reason: string, message: string): Condition {
  return { ...progressing(status, reason, message), lastUpdateTime: timestamp() };
}
