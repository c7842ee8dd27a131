import type { CachedResource } from './cached-resource.ts';
import type { ControllerContext, RunningController } from './context.ts';
import { currentAnnotations, REVISION, sizeAnnotations } from './deployment/annotations.ts';
import { surplusRevisions } from './deployment/history.ts';
import { sizeOf } from './deployment/limits.ts';
import { msUntilDeadline } from './deployment/progress.ts';
import { newestRevision, replicaSetFor, type Revisions, revisionsOf } from './deployment/revisions.ts';
import { planRollout } from './deployment/rollout.ts';
import { deploymentStatus } from './deployment/status.ts';
import type { RolloutStep } from './deployment/step.ts';
import type { EventRecorder } from './event-recorder.ts';
import { deepEqual } from '../json.ts';
import { selectorMatches } from './label-selector.ts';
import { keyOf, objectKey, splitKey } from './object-key.ts';
import { adopted, controllerOf, isControlledBy, isOrphan } from './owner.ts';
import { hasEnded } from './pod-state.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS } from './resources.ts';
import { type Recheck, WorkLoop } from './work-loop.ts';
import type { Deployment, Pod, ReplicaSet } from './workloads.ts';

interface World {
  readonly deployments: CachedResource<Deployment>;
  readonly replicaSets: CachedResource<ReplicaSet>;
  readonly pods: CachedResource<Pod>;
  readonly events: EventRecorder;
  readonly timeScale: number;
}

/** Rolls out every Deployment through ReplicaSets, and reports the progress. */
export function startDeploymentController(context: ControllerContext): RunningController {
  const deployments = context.caches.of<Deployment>(DEPLOYMENTS);
  const replicaSets = context.caches.of<ReplicaSet>(REPLICA_SETS);
  const pods = context.caches.of<Pod>(PODS);
  const events = context.recorder('deployment-controller');
  const world: World = { deployments, replicaSets, pods, events, timeScale: context.timeScale };
  const loop = new WorkLoop((key) => reconcile(world, key));

  const wakeOwner = (replicaSet: ReplicaSet): void => {
    const owner = controllerOf(replicaSet);
    if (owner?.kind === 'Deployment') loop.add(keyOf(replicaSet.metadata.namespace, owner.name));
  };
  deployments.subscribe((deployment) => loop.add(objectKey(deployment)));
  replicaSets.subscribe(wakeOwner);
  // Recreate waits until the last old Pod is gone. The status of its ReplicaSet shows that too early.
  pods.subscribe((pod, _previous, type) => {
    const replicaSet = replicaSets.get(pod.metadata.namespace, controllerOf(pod)?.name ?? '');
    if (type === 'DELETED' && replicaSet !== undefined) wakeOwner(replicaSet);
  });
  return loop;
}

function reconcile(world: World, key: string): Recheck {
  const deployment = world.deployments.get(...splitKey(key));
  if (deployment === undefined) return undefined;
  if (deployment.metadata.deletionTimestamp !== undefined) {
    reportStatus(world, deployment, undefined);
    return undefined;
  }
  adoptOrphans(world, deployment);
  const created = rollOut(world, deployment);
  reportStatus(world, numberRevision(world, deployment), created);
  removeSurplus(world, key);
  return nextDeadline(world, key);
}

function adoptOrphans({ replicaSets }: World, deployment: Deployment): void {
  for (const replicaSet of replicaSets.inNamespace(deployment.metadata.namespace)) {
    const selected = selectorMatches(deployment.spec.selector, replicaSet.metadata.labels);
    if (selected && isOrphan(replicaSet)) replicaSets.update(adopted(replicaSet, deployment));
  }
}

function revisionsIn({ replicaSets }: World, deployment: Deployment): Revisions {
  const owned = replicaSets
    .inNamespace(deployment.metadata.namespace)
    .filter((replicaSet) => isControlledBy(replicaSet, deployment))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return revisionsOf(deployment, owned);
}

/** Performs the next steps. Returns the name of a new ReplicaSet. */
function rollOut(world: World, deployment: Deployment): string | undefined {
  const revisions = revisionsIn(world, deployment);
  const steps = planRollout(deployment, revisions, hasPodsOf(world, revisions.old));
  return steps.map((step) => perform(world, deployment, revisions, step)).find((created) => created !== undefined);
}

function hasPodsOf({ pods }: World, old: readonly ReplicaSet[]): boolean {
  return old.some((replicaSet) =>
    pods.inNamespace(replicaSet.metadata.namespace).some((pod) => isControlledBy(pod, replicaSet) && !hasEnded(pod)),
  );
}

function perform(world: World, deployment: Deployment, { old }: Revisions, step: RolloutStep): string | undefined {
  switch (step.kind) {
    case 'create': {
      const made = world.replicaSets.create(replicaSetFor(deployment, newestRevision(old), step.replicas));
      announce(world, deployment, made, 0, step.replicas);
      return made.metadata.name;
    }
    case 'scale':
      resize(world, deployment, step.replicaSet, step.replicas);
      return undefined;
    default:
      return step satisfies never;
  }
}

function resize(world: World, deployment: Deployment, replicaSet: ReplicaSet, replicas: number): void {
  const annotations = { ...replicaSet.metadata.annotations, ...sizeAnnotations(deployment) };
  const metadata = { ...replicaSet.metadata, annotations };
  world.replicaSets.update({ ...replicaSet, metadata, spec: { ...replicaSet.spec, replicas } });
  announce(world, deployment, replicaSet, sizeOf(replicaSet), replicas);
}

function announce(world: World, deployment: Deployment, replicaSet: ReplicaSet, from: number, to: number): void {
  if (from === to) return;
  const direction = to > from ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${from} to ${to}`;
  world.events.record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
}

/**
 * Gives the current revision the highest number, even if it is an earlier template, and records it on the Deployment.
 */
function numberRevision(world: World, deployment: Deployment): Deployment {
  const { current, old } = revisionsIn(world, deployment);
  if (current === undefined) return deployment;
  const numbered = withAnnotations(
    world.replicaSets,
    current,
    currentAnnotations(deployment, current, newestRevision(old)),
  );
  const revision = numbered.metadata.annotations?.[REVISION] ?? '';
  return withAnnotations(world.deployments, deployment, { ...deployment.metadata.annotations, [REVISION]: revision });
}

function withAnnotations<T extends Deployment | ReplicaSet>(
  resource: CachedResource<T>,
  object: T,
  annotations: Readonly<Record<string, string>>,
): T {
  if (deepEqual(object.metadata.annotations, annotations)) return object;
  return resource.update({ ...object, metadata: { ...object.metadata, annotations: { ...annotations } } });
}

function reportStatus(world: World, deployment: Deployment, created: string | undefined): void {
  const waitMs = msUntilDeadline(deployment, world.timeScale);
  const moment = { deadlinePassed: waitMs !== undefined && waitMs <= 0, ...(created !== undefined && { created }) };
  world.deployments.writeStatus(deployment, deploymentStatus(deployment, revisionsIn(world, deployment), moment));
}

function removeSurplus(world: World, key: string): void {
  const deployment = world.deployments.get(...splitKey(key));
  if (deployment === undefined) return;
  for (const replicaSet of surplusRevisions(deployment, revisionsIn(world, deployment).old)) {
    world.replicaSets.delete(replicaSet);
  }
}

function nextDeadline(world: World, key: string): Recheck {
  const deployment = world.deployments.get(...splitKey(key));
  const waitMs = deployment && msUntilDeadline(deployment, world.timeScale);
  return waitMs === undefined ? undefined : Math.max(0, waitMs);
}
