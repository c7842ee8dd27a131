import { type Condition, withTransitionTime } from '../kubernetes/controllers/conditions.ts';
import type { Pod, PodStatus } from '../kubernetes/controllers/workloads.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import { containerStatus } from './container-status.ts';
import { NODE_ADDRESS } from './node.ts';
import type { PodContainer, PodContainers } from './pod-containers.ts';

/** The status that the kubelet reports. Fields and conditions of other writers are kept. */
export function podStatus(pod: Pod, podIp: string, containers: PodContainers, startTime: string): PodStatus {
  const phase = phaseOf(containers);
  const conditions = ownConditions(containers, phase === 'Succeeded');
  const current = pod.status?.conditions ?? [];
  const foreign = current.filter(({ type }) => !conditions.some((condition) => condition.type === type));
  const statusesOf = (list: readonly PodContainer[]) =>
    list.map(({ spec, runtime }) => containerStatus(pod, spec, runtime));
  return {
    ...pod.status,
    phase,
    conditions: [...conditions.map((condition) => withTransitionTime(current, condition)), ...foreign],
    hostIP: NODE_ADDRESS,
    hostIPs: [{ ip: NODE_ADDRESS }],
    podIP: podIp,
    podIPs: [{ ip: podIp }],
    startTime,
    ...(containers.sidecars.length > 0 && { initContainerStatuses: statusesOf(containers.sidecars) }),
    containerStatuses: statusesOf(containers.main),
  };
}

/** A sidecar keeps a finished Pod from having ended, but never decides how it has ended. */
function phaseOf({ main, sidecars, hasFinished }: PodContainers): NonNullable<PodStatus['phase']> {
  const runtimes = main.map(({ runtime }) => runtime);
  const isServed = sidecars.some(({ runtime }) => runtime.isRunning);
  if (hasFinished && !isServed) return runtimes.every(hasSucceeded) ? 'Succeeded' : 'Failed';
  return runtimes.every(({ hasRun }) => hasRun) ? 'Running' : 'Pending';
}

function hasSucceeded({ state }: ContainerRuntime): boolean {
  return state.kind === 'terminated' && state.exitCode === 0;
}

function ownConditions(containers: PodContainers, succeeded: boolean): Condition[] {
  const unready = namesOf(containers.all, ({ ready }) => !ready);
  const message = `containers with unready status: [${unready.join(' ')}]`;
  const notReady = succeeded ? { reason: 'PodCompleted' } : { reason: 'ContainersNotReady', message };
  const readiness: Omit<Condition, 'type'> =
    unready.length === 0 ? { status: 'True' } : { status: 'False', ...notReady };
  return [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Initialized', ...initialization(containers) },
    { type: 'ContainersReady', ...readiness },
    { type: 'Ready', ...readiness },
  ];
}

function initialization({ sidecars, isInitialized }: PodContainers): Omit<Condition, 'type'> {
  if (isInitialized) return { status: 'True' };
  const names = namesOf(sidecars, ({ hasStarted }) => !hasStarted);
  const message = `containers with incomplete status: [${names.join(' ')}]`;
  return { status: 'False', reason: 'ContainersNotInitialized', message };
}

function namesOf(containers: readonly PodContainer[], isMeant: (runtime: ContainerRuntime) => boolean): string[] {
  return containers.filter(({ runtime }) => isMeant(runtime)).map(({ spec }) => spec.name);
}
