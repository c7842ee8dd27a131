/** Finds out why pods do not become ready. */
import type { ContainerStatus, EventObject, Pod } from '../../api/objects.ts';

/** Why connectors are not ready. */
export type PodTrouble =
  /** A pod does not start, or does not keep running. */
  | { readonly kind: 'broken'; readonly why: string }
  /** The pods run but are not connected to the edge. */
  | { readonly kind: 'unconnected' };

const CLOUDFLARED = 'cloudflared';

/** How long a container may take to become ready. */
const START_UP_MS = 10_000;

/** A container that has run this long since its last exit is not in a crash loop. The kubelet uses the same limit. */
const CRASH_LOOP_RESET_MS = 600_000;

/** Phases of a pod that has terminated and is being replaced. */
const TERMINATED_PHASES = new Set(['Failed', 'Succeeded']);

/** Waiting reasons of a container that is starting normally. */
const NORMAL_WAITS = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * The most specific problem of some pods. One problem always gives the same text: a failed pull and its back-off are one
 * problem, and so are the exit of a container, its back-off and its next run.
 */
export function podTrouble(pods: readonly Pod[], events: readonly EventObject[], now: string): PodTrouble | undefined {
  const unready = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && !isReady(pod));
  const current = unready.filter(({ status }) => !TERMINATED_PHASES.has(status?.phase ?? ''));
  const containers = current.flatMap(containersOf);
  const running = current.flatMap(lastingContainersOf).filter((status) => isSlow(status, now));
  const [why] = [
    ...sorted(containers.flatMap(startProblem)),
    ...sorted(containers.flatMap((container) => exitProblem(container, now))),
    ...sorted(current.flatMap(schedulingProblem)),
    ...sorted(eventsAbout(current, events)),
    ...sorted(running.flatMap(probeProblem)),
    ...sorted(running.length > 0 ? [] : unready.flatMap(terminationProblem)),
  ];
  if (why !== undefined) return { kind: 'broken', why };
  return running.length > 0 ? { kind: 'unconnected' } : undefined;
}

/** Pods for which only events show why they wait. */
export function podsToExplain(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter((pod) => {
    const reasons = containersOf(pod).map(({ state }) => state?.waiting?.reason);
    const isWaiting = reasons.some((reason) => reason !== undefined && NORMAL_WAITS.has(reason));
    return isWaiting && !isReady(pod) && pod.metadata.deletionTimestamp === undefined;
  });
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

function containersOf({ status }: Pod): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

/** Those that keep running: an init container that is at work is no problem, unless it is to run beside the others. */
function lastingContainersOf({ spec, status }: Pod): readonly ContainerStatus[] {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const names = new Set(sidecars.map(({ name }) => name));
  const starting = (status?.initContainerStatuses ?? []).filter(({ name }) => names.has(name));
  return [...starting, ...(status?.containerStatuses ?? [])];
}

function sorted(problems: readonly string[]): readonly string[] {
  return problems.toSorted();
}

/** Why a container cannot be started. */
function startProblem({ name, state }: ContainerStatus): readonly string[] {
  const { reason, message = '' } = state?.waiting ?? {};
  if (reason === undefined || reason === 'CrashLoopBackOff' || NORMAL_WAITS.has(reason)) return [];
  const problem = isPull(reason) ? pullProblem(message) : `${reason}: ${message}`;
  return [`container ${name}: ${withoutVariableParts(problem)}`];
}

function isPull(reason: string): boolean {
  return ['ErrImagePull', 'ImagePullBackOff'].includes(reason);
}

/** The message of a back-off quotes the failure that caused it. */
function pullProblem(message: string): string {
  const [, cause = message] = /^Back-off pulling image "[^"]*": (?:ErrImagePull: )?(.+)$/s.exec(message) ?? [];
  return `ErrImagePull: ${cause}`;
}

/** Why a container keeps exiting. The kubelet's own message names only the pod and the delay. */
function exitProblem({ name, ready, state, lastState }: ContainerStatus, now: string): readonly string[] {
  const exit = state?.terminated ?? lastState?.terminated;
  if (ready === true || exit === undefined) return [];
  const hasSucceeded = state?.terminated?.exitCode === 0 && lastState?.terminated === undefined;
  const hasRecovered = state?.running !== undefined && msBetween(exit.finishedAt, now) > CRASH_LOOP_RESET_MS;
  if (hasSucceeded || hasRecovered) return [];
  return [`CrashLoopBackOff: container ${name} exits with code ${exit.exitCode} (${exit.reason ?? 'Error'})`];
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
    .map(({ reason, message }) => `${reason}: ${withoutVariableParts(message ?? '')}`);
}

/** A failing probe. For cloudflared it is not reported here, because its readiness is its connection to the edge. */
function probeProblem({ name, started }: ContainerStatus): readonly string[] {
  if (started === false) return [`container ${name} runs, but its startup probe fails`];
  return name === CLOUDFLARED ? [] : [`container ${name} runs, but is not ready`];
}

function terminationProblem({ status }: Pod): readonly string[] {
  return TERMINATED_PHASES.has(status?.phase ?? '') && status?.reason !== undefined
    ? [`${status.reason}: ${withoutVariableParts(status.message ?? '')}`]
    : [];
}

function isSlow({ ready, state }: ContainerStatus, now: string): boolean {
  const since = state?.running?.startedAt;
  return ready !== true && since !== undefined && msBetween(since, now) >= START_UP_MS;
}

/** A missing time counts as now. */
function msBetween(earlier: string | undefined, later: string): number {
  return earlier === undefined ? 0 : Date.parse(later) - Date.parse(earlier);
}

/** Removes what differs in every attempt: the source port of a connection, and the id of a pod sandbox. */
function withoutVariableParts(text: string): string {
  return text.replaceAll(/ \S+:\d+->/g, ' ').replaceAll(/ ?"?[0-9a-f]{32,}"?/g, '');
}

/** The characters that Kubernetes uses in the hash of a ReplicaSet and the suffix of a pod. */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';

/** Removes the parts of pod names that differ between pods. */
export function withoutPodNames(text: string, workload: string): string {
  const generated = new RegExp(`(?<=${workload})-${SAFE}{5,10}(-${SAFE}{0,5})?(?![a-z0-9])`, 'g');
  return text.replaceAll(generated, '');
}
