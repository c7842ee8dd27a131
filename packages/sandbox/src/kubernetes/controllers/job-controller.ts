import type { KubeObject } from '../api.ts';
import type { CachedResource } from './cached-resource.ts';
import { type Condition, isTrue, withTransitionTime } from './conditions.ts';
import type { ControllerContext, RunningController } from './context.ts';
import type { EventRecorder } from './event-recorder.ts';
import { keyOf, objectKey, splitKey } from './object-key.ts';
import { controllerOf, controllerReference, isControlledBy } from './owner.ts';
import { hasEnded, isReady } from './pod-state.ts';
import { randomSuffix } from './random-suffix.ts';
import { JOBS, PODS } from './resources.ts';
import { timestamp } from './timestamp.ts';
import { type Recheck, WorkLoop } from './work-loop.ts';
import type { Job, Pod } from './workloads.ts';

interface World {
  readonly jobs: CachedResource<Job>;
  readonly pods: CachedResource<Pod>;
  readonly events: EventRecorder;
  readonly timeScale: number;
}

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 600_000;

/** Runs the Pods of every Job until enough of them have succeeded, or too many have failed. */
export function startJobController(context: ControllerContext): RunningController {
  const jobs = context.caches.of<Job>(JOBS);
  const pods = context.caches.of<Pod>(PODS);
  const world = { jobs, pods, events: context.recorder('job-controller'), timeScale: context.timeScale };
  const loop = new WorkLoop((key) => reconcile(world, key));

  jobs.subscribe((job) => loop.add(objectKey(job)));
  pods.subscribe((pod) => {
    const owner = controllerOf(pod);
    if (owner?.kind === 'Job') loop.add(keyOf(pod.metadata.namespace, owner.name));
  });
  return loop;
}

function reconcile(world: World, key: string): Recheck {
  const job = world.jobs.get(...splitKey(key));
  if (job === undefined || job.metadata.deletionTimestamp !== undefined || hasFinished(job)) return undefined;
  const pods = world.pods.inNamespace(job.metadata.namespace).filter((pod) => isControlledBy(pod, job));
  const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').length;
  const failed = pods.filter(({ status }) => status?.phase === 'Failed').length;
  const missing = (job.spec.completions ?? 1) - succeeded;
  const outcome = outcomeOf(job, { missing, failed });
  const waitMs = backoffMs(pods, failed) / world.timeScale;
  const wanted = outcome === undefined && waitMs <= 0 && job.spec.suspend !== true ? missing : 0;
  const active = pods.filter((pod) => !hasEnded(pod));
  for (let count = active.length; count < Math.min(wanted, job.spec.parallelism ?? 1); count += 1)
    active.push(world.pods.create(podFor(job)));
  if (outcome?.kind === 'Failed') for (const pod of active) world.pods.delete(pod);
  if (outcome !== undefined) world.events.record(job, outcome.event);
  world.jobs.writeStatus(job, statusOf(job, { active, succeeded, failed, conditions: outcome?.conditions ?? [] }));
  return outcome === undefined && waitMs > 0 ? waitMs : undefined;
}

function hasFinished({ status }: Job): boolean {
  return isTrue(status?.conditions, 'Complete') || isTrue(status?.conditions, 'Failed');
}

interface Outcome {
  readonly kind: 'Complete' | 'Failed';
  readonly conditions: readonly Condition[];
  readonly event: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string };
}

/** Each outcome has two conditions: the decision, and that no Pod is left. */
function outcomeOf(job: Job, counts: { readonly missing: number; readonly failed: number }): Outcome | undefined {
  if (counts.missing <= 0) {
    const text = { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
    const event = { type: 'Normal', reason: 'Completed', message: 'Job completed' } as const;
    return { kind: 'Complete', conditions: conditionsOf(job, ['SuccessCriteriaMet', 'Complete'], text), event };
  }
  if (counts.failed <= (job.spec.backoffLimit ?? 6)) return undefined;
  const text = { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  const event = { type: 'Warning', ...text } as const;
  return { kind: 'Failed', conditions: conditionsOf(job, ['FailureTarget', 'Failed'], text), event };
}

function conditionsOf(
  { status }: Job,
  types: readonly string[],
  text: { readonly reason: string; readonly message: string },
): readonly Condition[] {
  return types.map((type) => withTransitionTime(status?.conditions, { type, status: 'True', ...text }));
}

/** How long no Pod is created after a failed one. It doubles with every failure. */
function backoffMs(pods: readonly Pod[], failed: number): number {
  if (failed === 0) return 0;
  const ends = pods.filter(({ status }) => status?.phase === 'Failed').map(finishedAt);
  const pauseMs = Math.min(FIRST_BACKOFF_MS * 2 ** (failed - 1), LONGEST_BACKOFF_MS);
  return pauseMs - (Date.now() - Math.max(...ends));
}

function finishedAt({ metadata, status }: Pod): number {
  const containers = (status?.['containerStatuses'] ?? []) as readonly {
    readonly state?: { readonly terminated?: { readonly finishedAt?: string } };
  }[];
  const ends = containers.map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''));
  const known = ends.filter((end) => !Number.isNaN(end));
  return known.length === 0 ? Date.parse(metadata.creationTimestamp ?? '') : Math.max(...known);
}

function podFor(job: Job): KubeObject {
  const { name, namespace } = job.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...job.spec.template.metadata,
      name: `${name}-${randomSuffix()}`,
      generateName: `${name}-`,
      ...(namespace !== undefined && { namespace }),
      ownerReferences: [controllerReference(job)],
    },
    spec: job.spec.template.spec,
  };
}

interface Counts {
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly conditions: readonly Condition[];
}

/** Zero counts are omitted, as by Go's omitempty, except where the server writes a pointer. */
function statusOf(job: Job, { active, succeeded, failed, conditions }: Counts): Record<string, unknown> {
  const isComplete = conditions.some(({ type }) => type === 'Complete');
  const left = conditions.length > 0 ? [] : active;
  return {
    startTime: job.status?.startTime ?? timestamp(),
    ...(isComplete && { completionTime: timestamp() }),
    ...(left.length > 0 && { active: left.length }),
    ...(succeeded > 0 && { succeeded }),
    ...(failed > 0 && { failed }),
    ready: left.filter(isReady).length,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(conditions.length > 0 && { conditions }),
  };
}
