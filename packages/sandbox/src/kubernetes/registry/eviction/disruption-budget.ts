import type { KubeObject } from '../../api.ts';
import { type Condition, withTransitionTime } from '../../controllers/conditions.ts';
import { type LabelSelector, selectorMatches } from '../../controllers/label-selector.ts';
import { resourceNotServed } from '../../status-error.ts';
import { type Cluster, timestamp } from '../cluster.ts';
import type { Resource } from '../resource.ts';
import { updateObject } from '../update.ts';
import type { WriteOptions } from '../write-options.ts';
import { budgetExhausted, budgetUnprocessed, type Health } from './refusals.ts';

/** The fields of a PodDisruptionBudget that evictions read and write. */
export interface DisruptionBudget extends KubeObject {
  readonly spec: { readonly selector?: LabelSelector; readonly unhealthyPodEvictionPolicy?: string };
  readonly status?: DisruptionBudgetStatus;
}

export interface DisruptionBudgetStatus extends Health {
  readonly observedGeneration?: number;
  readonly disruptionsAllowed?: number;
  /** Pods whose eviction is granted, and when. They count as gone, even before their deletion is observed. */
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly conditions?: readonly Condition[];
}

/** The budgets that select a Pod. */
export function budgetsOf(cluster: Cluster, { metadata }: KubeObject): readonly DisruptionBudget[] {
  const resource = budgetResource(cluster);
  return cluster.store
    .list(resource.bucket, metadata.namespace)
    .map((stored) => resource.fromStorage(stored) as DisruptionBudget)
    .filter(({ spec }) => spec.selector !== undefined && selectorMatches(spec.selector, metadata.labels));
}

/** Whether a Pod that is not ready can be evicted without using a disruption. */
export function isUnhealthyPodFree({ spec, status = {} }: DisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

/** Uses one of the disruptions that the budget allows, or throws the refusal. */
export function reserveDisruption(
  cluster: Cluster,
  budget: DisruptionBudget,
  pod: KubeObject,
  options: WriteOptions,
): void {
  const { metadata, status = {} } = budget;
  const { observedGeneration = 0, disruptionsAllowed = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) throw budgetUnprocessed(metadata.name);
  if (disruptionsAllowed === 0) throw budgetExhausted(metadata.name, status);
  if (options.dryRun === true) return;
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: timestamp(cluster.now()) };
  const used = { ...status, ...allowing(budget, disruptionsAllowed - 1), disruptedPods };
  updateObject(
    cluster,
    budgetResource(cluster),
    budget,
    { ...budget, status: used },
    { ...options, subresource: 'status' },
  );
}

/** The number of disruptions, and the condition that tells whether there are any. */
export function allowing({ metadata, status }: DisruptionBudget, disruptionsAllowed: number) {
  const isAllowed = disruptionsAllowed > 0;
  const condition: Condition = {
    type: 'DisruptionAllowed',
    status: isAllowed ? 'True' : 'False',
    reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
  };
  return { disruptionsAllowed, conditions: [withTransitionTime(status?.conditions, condition)] };
}

function budgetResource({ catalog }: Cluster): Resource {
  const resource = catalog.find('policy', 'v1', 'poddisruptionbudgets');
  if (resource === undefined) throw resourceNotServed();
  return resource;
}
