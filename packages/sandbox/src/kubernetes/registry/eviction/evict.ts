import type { KubeObject } from '../../api.ts';
import { type Condition, withTransitionTime } from '../../controllers/conditions.ts';
import { isActive, isReady } from '../../controllers/pod-state.ts';
import type { Pod } from '../../controllers/workloads.ts';
import type { Cluster } from '../cluster.ts';
import { type DeleteOptions, deleteObject } from '../delete.ts';
import { getObject, type Target } from '../operations.ts';
import { updateObject } from '../update.ts';
import type { WriteOptions } from '../write-options.ts';
import { budgetsOf, isUnhealthyPodFree, reserveDisruption } from './disruption-budget.ts';
import { severalBudgets } from './refusals.ts';

/** An eviction: a delete, and the writes that announce it. */
export interface EvictionOptions {
  readonly write: WriteOptions;
  readonly delete: DeleteOptions;
}

/**
 * Deletes a Pod, unless its PodDisruptionBudget forbids that. The rules are those of kube-apiserver 1.36:
 *
 * | Pod                             | PodDisruptionBudget                       | outcome                             |
 * | ------------------------------- | ----------------------------------------- | ----------------------------------- |
 * | pending, ended or being deleted | any                                       | deleted                             |
 * | any other                       | none                                      | deleted                             |
 * | any other                       | several                                   | 500                                 |
 * | not ready                       | `AlwaysAllow`, or enough Pods are healthy | deleted                             |
 * | any other                       | allows no disruption                      | 429                                 |
 * | any other                       | allows one                                | deleted, and the disruption is used |
 *
 * A disruption is used in the same step, so that two evictions can never share one.
 */
export function evict(cluster: Cluster, target: Target, options: EvictionOptions): void {
  const pod = getObject(cluster, target) as Pod;
  const dryRun = options.write.dryRun === true || options.delete.dryRun === true;
  const write = { ...options.write, dryRun };
  if (!mayIgnoreBudgets(pod)) useDisruption(cluster, pod, write);
  const { kind, object } = deleteObject(cluster, target.resource, pod, { ...options.delete, dryRun });
  if (kind === 'marked') announce(cluster, target, object as Pod, write);
}

/** Whether the Pod serves nobody, so that evicting it disrupts nothing. */
function mayIgnoreBudgets(pod: Pod): boolean {
  return !isActive(pod) || (pod.status?.phase ?? 'Pending') === 'Pending';
}

function useDisruption(cluster: Cluster, pod: Pod, options: WriteOptions): void {
  const [budget, ...others] = budgetsOf(cluster, pod);
  if (budget === undefined) return;
  if (others.length > 0) throw severalBudgets();
  if (!isReady(pod) && isUnhealthyPodFree(budget)) return;
  reserveDisruption(cluster, budget, pod, options);
}

const DISRUPTION_TARGET: Condition = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
};

/** The condition from which a Job, or a person, learns why the Pod ends. */
function announce(cluster: Cluster, { resource }: Target, pod: Pod, options: WriteOptions): void {
  const conditions = pod.status?.conditions ?? [];
  const others = conditions.filter(({ type }) => type !== DISRUPTION_TARGET.type);
  const target = withTransitionTime(conditions, DISRUPTION_TARGET);
  const announced: KubeObject = { ...pod, status: { ...pod.status, conditions: [...others, target] } };
  updateObject(cluster, resource, pod, announced, { ...options, subresource: 'status' });
}
