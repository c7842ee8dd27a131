/** Finds what keeps pods from becoming ready, in the words of the API server and the kubelet. */
import type { ContainerStatus, EventObject, Pod } from '../../api/objects.ts';

/** What keeps the connectors from being ready. */
export type PodTrouble =
  /** A pod does not start, or does not stay up. */
  | { readonly kind: 'broken'; readonly why: string }
  /** The pods run, and are not connected to the edge. */
  | { readonly kind: 'unconnected' };

const CLOUDFLARED = 'cloudflared';

/** A container that has just started may still become ready by itself. */
const STARTING_MS = 10_000;

/** A container that has run this long since its last exit is not in a crash loop; the kubelet has the same rule. */
const FORGIVEN_MS = 600_000;

/** Phases of a pod that has ended and is replaced by another. */
const ENDED = new Set(['Failed', 'Succeeded']);

/** What the kubelet calls a container that waits for nothing unusual. */
const ORDINARY_WAITS = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * The most telling trouble of some pods. The same trouble always gives the same words: a pull that fails and its
 * back-off are one trouble, and so are a container that has exited, its back-off and its next run.
 */
export function podTrouble(pods: readonly Pod[], events: readonly EventObject[], now: string): PodTrouble | undefined {
  const sick = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && !isReady(pod));
  const live = sick.filter(({ status }) => !ENDED.has(status?.phase ?? ''));
  const containers = live.flatMap(containersOf);
  const running = live.flatMap(({ status }) => status?.containerStatuses ?? []).filter((one) => isSlow(one, now));
  const [why] = [
    ...sorted(containers.flatMap(startProblem)),
    ...sorted(containers.flatMap((container) => exitProblem(container, now))),
    ...sorted(live.flatMap(schedulingProblem)),
    ...sorted(eventsAbout(live, events)),
    ...sorted(running.flatMap(probeProblem)),
    ...sorted(running.length > 0 ? [] : sick.flatMap(endProblem)),
  ];
  if (why !== undefined) return { kind: 'broken', why };
  return running.length > 0 ? { kind: 'unconnected' } : undefined;
}

/** Pods for which only events show what they wait for. */
export function podsToExplain(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter((pod) => {
    const waits = containersOf(pod).map(({ state }) => state?.waiting?.reason);
    const isWaiting = waits.some((reason) => reason !== undefined && ORDINARY_WAITS.has(reason));
    return isWaiting && !isReady(pod) && pod.metadata.deletionTimestamp === undefined;
  });
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

function containersOf({ status }: Pod): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function sorted(problems: readonly string[]): readonly string[] {
  return problems.toSorted();
}

/** A container that has never run, for a reason that does not go away by itself. */
function startProblem({ name, state }: ContainerStatus): readonly string[] {
  const { reason, message = '' } = state?.waiting ?? {};
  if (reason === undefined || reason === 'CrashLoopBackOff' || ORDINARY_WAITS.has(reason)) return [];
  const problem = isPull(reason) ? pullProblem(message) : `${reason}: ${message}`;
  return [`container ${name}: ${constant(problem)}`];
}

function isPull(reason: string): boolean {
  return ['ErrImagePull', 'ImagePullBackOff'].includes(reason);
}

/** A back-off quotes the failure that it follows. */
function pullProblem(message: string): string {
  const [, cause = message] = /^Back-off pulling image "[^"]*": (?:ErrImagePull: )?(.+)$/s.exec(message) ?? [];
  return `ErrImagePull: ${cause}`;
}

/** The back-off's own words name the pod and the seconds, and not why the container has exited. */
function exitProblem({ name, ready, state, lastState }: ContainerStatus, now: string): readonly string[] {
  const end = state?.terminated ?? lastState?.terminated;
  if (ready === true || end === undefined) return [];
  const isDone = state?.terminated?.exitCode === 0 && lastState?.terminated === undefined;
  const isForgiven = state?.running !== undefined && msBetween(end.finishedAt, now) > FORGIVEN_MS;
  if (isDone || isForgiven) return [];
  return [`CrashLoopBackOff: container ${name} exits with code ${end.exitCode} (${end.reason ?? 'Error'})`];
}

function schedulingProblem({ status }: Pod): readonly string[] {
  const condition = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False') return [];
  return [`${condition.reason ?? 'Unschedulable'}: ${condition.message ?? ''}`];
}

function eventsAbout(pods: readonly Pod[], events: readonly EventObject[]): readonly string[] {
  const names = new Set(podsToExplain(pods).map(({ metadata }) => metadata.name));
  return events
    .filter(({ type, involvedObject }) => type === 'Warning' && names.has(involvedObject.name ?? ''))
    .filter(({ reason }) => reason?.startsWith('Failed') === true)
    .map(({ reason, message }) => `${reason}: ${constant(message ?? '')}`);
}

/** The readiness of cloudflared itself is its connection to the edge. */
function probeProblem({ name, started }: ContainerStatus): readonly string[] {
  if (started === false) return [`container ${name} runs, and its startup probe fails`];
  return name === CLOUDFLARED ? [] : [`container ${name} runs, and is not ready`];
}

function endProblem({ status }: Pod): readonly string[] {
  return ENDED.has(status?.phase ?? '') && status?.reason !== undefined
    ? [`${status.reason}: ${constant(status.message ?? '')}`]
    : [];
}

function isSlow({ ready, state }: ContainerStatus, now: string): boolean {
  const since = state?.running?.startedAt;
  return ready !== true && since !== undefined && msBetween(since, now) >= STARTING_MS;
}

/** A missing time counts as now. */
function msBetween(earlier: string | undefined, later: string): number {
  return earlier === undefined ? 0 : Date.parse(later) - Date.parse(earlier);
}

/** Removes what differs every time: the source port of a connection, and the id of a sandbox. */
function constant(text: string): string {
  return text.replaceAll(/ \S+:\d+->/g, ' ').replaceAll(/ ?"?[0-9a-f]{32,}"?/g, '');
}

/** The characters of which Kubernetes makes the hash of a ReplicaSet and the suffix of a pod. */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';

/** The message without the parts of names that differ between pods. */
export function withoutPodNames(text: string, workload: string): string {
  const generated = new RegExp(`(?<=${workload})-${SAFE}{5,10}(-${SAFE}{0,5})?(?![a-z0-9])`, 'g');
  return text.replaceAll(generated, '');
}
