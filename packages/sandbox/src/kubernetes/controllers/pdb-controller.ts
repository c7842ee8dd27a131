import { allowing, type DisruptionBudget } from '../registry/eviction/disruption-budget.ts';
import type { CachedResource } from './cached-resource.ts';
import type { ControllerContext, RunningController } from './context.ts';
import { type IntOrPercent, scaledValue } from './int-or-percent.ts';
import { selectorMatches } from './label-selector.ts';
import { objectKey, splitKey } from './object-key.ts';
import { controllerOf } from './owner.ts';
import { isActive, isReady } from './pod-state.ts';
import { DEPLOYMENTS, POD_DISRUPTION_BUDGETS, PODS, REPLICA_SETS } from './resources.ts';
import { type Recheck, WorkLoop } from './work-loop.ts';
import type { Deployment, Pod, ReplicaSet } from './workloads.ts';

interface PodDisruptionBudget extends DisruptionBudget {
  readonly spec: DisruptionBudget['spec'] & {
    readonly minAvailable?: IntOrPercent;
    readonly maxUnavailable?: IntOrPercent;
  };
}

interface World {
  readonly budgets: CachedResource<PodDisruptionBudget>;
  readonly pods: CachedResource<Pod>;
  readonly replicaSets: CachedResource<ReplicaSet>;
  readonly deployments: CachedResource<Deployment>;
}

/** Computes, for every PodDisruptionBudget, how many of its Pods can be evicted. */
export function startPdbController(context: ControllerContext): RunningController {
  const budgets = context.caches.of<PodDisruptionBudget>(POD_DISRUPTION_BUDGETS);
  const pods = context.caches.of<Pod>(PODS);
  const replicaSets = context.caches.of<ReplicaSet>(REPLICA_SETS);
  const deployments = context.caches.of<Deployment>(DEPLOYMENTS);
  const loop = new WorkLoop((key) => reconcile({ budgets, pods, replicaSets, deployments }, key));
  const wakeBudgetsIn = (namespace: string | undefined): void => {
    for (const budget of budgets.inNamespace(namespace)) loop.add(objectKey(budget));
  };

  budgets.subscribe((budget) => loop.add(objectKey(budget)));
  pods.subscribe((pod) => wakeBudgetsIn(pod.metadata.namespace));
  // The expected number of Pods depends on the size of their owners.
  deployments.subscribe((deployment) => wakeBudgetsIn(deployment.metadata.namespace));
  replicaSets.subscribe((replicaSet) => wakeBudgetsIn(replicaSet.metadata.namespace));
  return loop;
}

function reconcile(world: World, key: string): Recheck {
  const budget = world.budgets.get(...splitKey(key));
  if (budget === undefined) return undefined;
  const pods = world.pods.inNamespace(budget.metadata.namespace).filter((pod) => isCovered(budget, pod));
  const expectedPods = expectedCount(world, budget, pods);
  const desiredHealthy = healthyWanted(budget, expectedPods);
  const now = Date.now();
  const disruptedPods = stillDisrupted(budget, pods, now);
  const currentHealthy = pods.filter(
    (pod) => isActive(pod) && isReady(pod) && disruptedPods[pod.metadata.name] === undefined,
  ).length;
  const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  world.budgets.writeStatus(budget, {
    observedGeneration: budget.metadata.generation,
    ...allowing(budget, disruptionsAllowed),
    currentHealthy,
    desiredHealthy,
    expectedPods,
    ...(Object.keys(disruptedPods).length > 0 && { disruptedPods }),
  });
  const deadlines = Object.values(disruptedPods).map((since) => Date.parse(since) + DELETION_TIMEOUT_MS);
  return deadlines.length === 0 ? undefined : Math.min(...deadlines) - now + 1;
}

/** How long a Pod whose eviction was granted may still exist, before it counts as healthy again. */
const DELETION_TIMEOUT_MS = 120_000;

/** Pods whose eviction was granted and whose deletion has not been observed yet. */
function stillDisrupted(
  { status }: PodDisruptionBudget,
  pods: readonly Pod[],
  now: number,
): Readonly<Record<string, string>> {
  const remaining = new Set(pods.filter(isActive).map(({ metadata }) => metadata.name));
  const entries = Object.entries(status?.disruptedPods ?? {}).filter(
    ([name, since]) => remaining.has(name) && Date.parse(since) + DELETION_TIMEOUT_MS > now,
  );
  return Object.fromEntries(entries);
}

function isCovered({ spec }: PodDisruptionBudget, pod: Pod): boolean {
  return spec.selector !== undefined && selectorMatches(spec.selector, pod.metadata.labels);
}

/** An absolute `minAvailable` expects that number. All other budgets use the sizes of the owners. */
function expectedCount(world: World, { spec }: PodDisruptionBudget, pods: readonly Pod[]): number {
  if (typeof spec.minAvailable === 'number') return pods.length;
  const owners = new Set(pods.flatMap((pod) => scaleOwnerOf(world, pod) ?? []));
  return [...owners].reduce((total, owner) => total + (owner.spec.replicas ?? 1), 0);
}

/** The Deployment of a Pod's ReplicaSet, or the ReplicaSet itself. */
function scaleOwnerOf({ deployments, replicaSets }: World, pod: Pod): Deployment | ReplicaSet | undefined {
  const { namespace } = pod.metadata;
  const replicaSet = replicaSets.get(namespace, controllerOf(pod)?.name ?? '');
  if (replicaSet === undefined) return undefined;
  return deployments.get(namespace, controllerOf(replicaSet)?.name ?? '') ?? replicaSet;
}

function healthyWanted({ spec }: PodDisruptionBudget, expected: number): number {
  if (spec.minAvailable !== undefined) return scaledValue(spec.minAvailable, expected, 'up');
  if (spec.maxUnavailable === undefined) return 0;
  return Math.max(0, expected - scaledValue(spec.maxUnavailable, expected, 'up'));
}
