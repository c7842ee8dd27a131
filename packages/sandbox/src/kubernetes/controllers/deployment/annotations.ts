import type { Deployment, ReplicaSet } from '../workloads.ts';
import { desiredReplicas, rolloutLimits } from './limits.ts';

/** The revision number, on the ReplicaSet and, for the present one, on the Deployment. */
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

/** What a ReplicaSet takes over from its Deployment, e.g. `kubernetes.io/change-cause`. */
export function inheritedAnnotations(deployment: Deployment): Annotations {
  const annotations = Object.entries(deployment.metadata.annotations ?? {});
  return Object.fromEntries(annotations.filter(([name]) => !NOT_INHERITED.has(name)));
}

/** The Deployment's size when its ReplicaSet was last sized: by it a change of size is recognised. */
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

/** The annotations of the present revision: inherited ones, and a number that only ever grows. */
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
