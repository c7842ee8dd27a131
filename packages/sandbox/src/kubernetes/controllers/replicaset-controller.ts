import type { CachedResource } from './cached-resource.ts';
import { type Condition, withTransitionTime } from './conditions.ts';
import type { ControllerContext, RunningController } from './context.ts';
import type { EventRecorder } from './event-recorder.ts';
import { selectorMatches } from './label-selector.ts';
import { objectKey, keyOf, splitKey } from './object-key.ts';
import { adopted, controllerOf, isControlledBy, isOrphan } from './owner.ts';
import { isActive, isReady } from './pod-state.ts';
import { inDeletionOrder, podFor } from './replicaset/pods.ts';
import { ReadyClock } from './replicaset/ready-clock.ts';
import { PODS, REPLICA_SETS } from './resources.ts';
import { type Recheck, WorkLoop } from './work-loop.ts';
import type { Pod, ReplicaSet } from './workloads.ts';

interface World {
  readonly replicaSets: CachedResource<ReplicaSet>;
  readonly pods: CachedResource<Pod>;
  readonly readyClock: ReadyClock;
  readonly events: EventRecorder;
  readonly timeScale: number;
}

/** Maintains the number of Pods of every ReplicaSet, and reports how many are ready and available. */
export function startReplicaSetController(context: ControllerContext): RunningController {
  const replicaSets = context.caches.of<ReplicaSet>(REPLICA_SETS);
  const pods = context.caches.of<Pod>(PODS);
  const readyClock = new ReadyClock();
  const events = context.recorder('replicaset-controller');
  const world: World = { replicaSets, pods, readyClock, events, timeScale: context.timeScale };
  const loop = new WorkLoop((key) => reconcile(world, key));

  replicaSets.subscribe((replicaSet) => loop.add(objectKey(replicaSet)));
  pods.subscribe((pod, _previous, type) => {
    readyClock.record(pod, type === 'DELETED');
    const owner = controllerOf(pod);
    if (owner?.kind === 'ReplicaSet') loop.add(keyOf(pod.metadata.namespace, owner.name));
  });
  return loop;
}

function reconcile(world: World, key: string): Recheck {
  const replicaSet = world.replicaSets.get(...splitKey(key));
  if (replicaSet === undefined) return undefined;
  if (replicaSet.metadata.deletionTimestamp !== undefined) return reportStatus(world, replicaSet);
  adoptOrphans(world, replicaSet);
  try {
    resize(world, replicaSet);
  } catch (error) {
    reportStatus(world, replicaSet, replicaFailure(replicaSet, error));
    throw error;
  }
  return reportStatus(world, replicaSet);
}

/** The condition on the ReplicaSet, and on its Deployment, while no Pod can be created. */
function replicaFailure({ status }: ReplicaSet, error: unknown): Condition {
  const message = error instanceof Error ? error.message : String(error);
  const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message } as const;
  return withTransitionTime(status?.conditions, condition);
}

function adoptOrphans({ pods }: World, replicaSet: ReplicaSet): void {
  for (const pod of pods.inNamespace(replicaSet.metadata.namespace)) {
    const selected = selectorMatches(replicaSet.spec.selector, pod.metadata.labels);
    if (selected && isOrphan(pod) && isActive(pod)) pods.update(adopted(pod, replicaSet));
  }
}

function activePods({ pods }: World, replicaSet: ReplicaSet): Pod[] {
  return pods
    .inNamespace(replicaSet.metadata.namespace)
    .filter((pod) => isControlledBy(pod, replicaSet) && isActive(pod));
}

function resize(world: World, replicaSet: ReplicaSet): void {
  const active = activePods(world, replicaSet);
  const missing = (replicaSet.spec.replicas ?? 1) - active.length;
  for (let i = 0; i < missing; i += 1) {
    const pod = createPod(world, replicaSet);
    const message = `Created pod: ${pod.metadata.name}`;
    world.events.record(replicaSet, { type: 'Normal', reason: 'SuccessfulCreate', message });
  }
  for (const pod of inDeletionOrder(active).slice(0, Math.max(0, -missing))) {
    world.pods.delete(pod);
    const message = `Deleted pod: ${pod.metadata.name}`;
    world.events.record(replicaSet, { type: 'Normal', reason: 'SuccessfulDelete', message });
  }
}

/** The creation of a Pod that the namespace does not admit is retried indefinitely. An Event gives the reason. */
function createPod({ pods, events }: World, replicaSet: ReplicaSet): Pod {
  try {
    return pods.create(podFor(replicaSet));
  } catch (error) {
    const message = `Error creating: ${error instanceof Error ? error.message : String(error)}`;
    events.record(replicaSet, { type: 'Warning', reason: 'FailedCreate', message });
    throw error;
  }
}

function reportStatus(world: World, replicaSet: ReplicaSet, failure?: Condition): Recheck {
  const ready = activePods(world, replicaSet).filter(isReady);
  const minReadyMs = ((replicaSet.spec.minReadySeconds ?? 0) * 1000) / world.timeScale;
  const waits = ready.map((pod) => world.readyClock.msUntilAvailable(pod, minReadyMs) ?? minReadyMs);
  const pending = waits.filter((wait) => wait > 0);

  const counts = statusOf(world, replicaSet, ready.length, ready.length - pending.length);
  world.replicaSets.writeStatus(replicaSet, { ...counts, ...(failure && { conditions: [failure] }) });
  return pending.length === 0 ? undefined : Math.min(...pending);
}

/** Zero counts are omitted, as by Go's omitempty, except for `replicas`. */
function statusOf(world: World, replicaSet: ReplicaSet, ready: number, available: number): Record<string, unknown> {
  const replicas = activePods(world, replicaSet).length;
  return {
    replicas,
    ...(replicas > 0 && { fullyLabeledReplicas: replicas }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    observedGeneration: replicaSet.metadata.generation,
  };
}
