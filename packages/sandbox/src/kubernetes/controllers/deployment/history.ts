import type { Deployment, ReplicaSet } from '../workloads.ts';
import { revisionOf } from './annotations.ts';
import { sizeOf } from './limits.ts';
import { isComplete } from './progress.ts';

const DEFAULT_LIMIT = 10;

/** The oldest empty revisions beyond `revisionHistoryLimit`, once the rollout is complete. */
export function surplusRevisions(deployment: Deployment, old: readonly ReplicaSet[]): readonly ReplicaSet[] {
  if (!isComplete(deployment, deployment.status ?? {})) return [];
  const limit = deployment.spec.revisionHistoryLimit ?? DEFAULT_LIMIT;
  const empty = old.filter((replicaSet) => sizeOf(replicaSet) === 0 && (replicaSet.status?.replicas ?? 0) === 0);
  const surplus = Math.max(0, old.length - limit);
  return empty.toSorted((a, b) => revisionOf(a) - revisionOf(b)).slice(0, surplus);
}
