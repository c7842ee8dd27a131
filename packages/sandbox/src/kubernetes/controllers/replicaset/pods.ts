import type { KubeObject } from '../../api.ts';
import { controllerReference } from '../owner.ts';
import { isReady } from '../pod-state.ts';
import { randomSuffix } from '../random-suffix.ts';
import type { Pod, ReplicaSet } from '../workloads.ts';

/** A new Pod from the ReplicaSet's template. */
export function podFor(replicaSet: ReplicaSet): KubeObject {
  const { template } = replicaSet.spec;
  const { name, namespace } = replicaSet.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...template.metadata,
      name: `${name}-${randomSuffix()}`,
      generateName: `${name}-`,
      ...(namespace !== undefined && { namespace }),
      ownerReferences: [controllerReference(replicaSet)],
    },
    spec: template.spec,
  };
}

/** The Pods in the order in which a ReplicaSet deletes them: unscheduled, pending, not ready, then the youngest. */
export function inDeletionOrder(pods: readonly Pod[]): Pod[] {
  return pods.toSorted((a, b) => deletionPriority(a) - deletionPriority(b) || newestFirst(a, b));
}

function deletionPriority(pod: Pod): number {
  if (pod.spec.nodeName === undefined) return 0;
  if (pod.status?.phase !== 'Running') return 1;
  return isReady(pod) ? 3 : 2;
}

function newestFirst(a: Pod, b: Pod): number {
  return (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '');
}
