import type { Deployment, ReplicaSet } from '../workloads.ts';
import { desiredReplicas, rolloutLimits } from './limits.ts';

/** The revision number of a ReplicaSet and, for the current one, of its Deployment. */
export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** Annotations of a Deployment that its ReplicaSets do not inherit. */
const NOT_INHERITED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
]);

type Annotations = Readonly<Record<string, string>>;

export function revisionOf(replicaSet: ReplicaSet): number {
  return Number(replicaSet.metadata.annotations?.[REVISION] ?? 0);
}

/** The annotations that a ReplicaSet inherits from its Deployment, such as `kubernetes.io/change-cause`. */
export function inheritedAnnotations(deployment: Deployment): Annotations {
  const annotations = Object.entries(deployment.metadata.annotations ?? {});
  return Object.fromEntries(annotations.filter(([name]) => !NOT_INHERITED.has(name)));
}

/**
 * The size of the Deployment when its ReplicaSet was last scaled. A difference shows that the Deployment is being
 * scaled.
 */
export function sizeAnnotations(deployment: Deployment): Annotations {
  const replicas = desiredReplicas(deployment);
  const most = replicas + rolloutLimits(deployment).maxSurge;
  return { [DESIRED_REPLICAS]: String(replicas), [MAX_REPLICAS]: String(most) };
}

export function annotatedDesiredReplicas(replicaSet: ReplicaSet): number | undefined {
  return numberAt(replicaSet, DESIRED_REPLICAS);
}

export function annotatedMaxReplicas(replicaSet: ReplicaSet): number | undefined {
  return numberAt(replicaSet, MAX_REPLICAS);
}

/** The annotations of the current revision: the inherited ones, and a revision number that never decreases. */
export function currentAnnotations(deployment: Deployment, replicaSet: ReplicaSet, revision: number): Annotations {
  const present = { ...replicaSet.metadata.annotations, ...inheritedAnnotations(deployment) };
  if (revisionOf(replicaSet) >= revision) return present;
  const earlier = [present[REVISION_HISTORY], present[REVISION]].filter(Boolean).join(',');
  return { ...present, [REVISION]: String(revision), ...(earlier !== '' && { [REVISION_HISTORY]: earlier }) };
}

function numberAt(replicaSet: ReplicaSet, annotation: string): number | undefined {
  const text = replicaSet.metadata.annotations?.[annotation];
  return text === undefined ? undefined : Number(text);
}
