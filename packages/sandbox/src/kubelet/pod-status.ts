import { type Condition, withTransitionTime } from '../kubernetes/controllers/conditions.ts';
import type { ContainerSpec, Pod, PodStatus } from '../kubernetes/controllers/workloads.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import { containerStatus } from './container-status.ts';
import { NODE_ADDRESS } from './node.ts';

/** A container in the spec, and its runtime. */
export interface PodContainer {
  readonly spec: ContainerSpec;
  readonly runtime: ContainerRuntime;
}

/** The status that the kubelet reports. Fields and conditions of other writers are kept. */
export function podStatus(pod: Pod, podIp: string, containers: readonly PodContainer[], startTime: string): PodStatus {
  const phase = phaseOf(containers);
  const conditions = ownConditions(containers, phase === 'Succeeded');
  const current = pod.status?.conditions ?? [];
  const foreign = current.filter(({ type }) => !conditions.some((condition) => condition.type === type));
  return {
    ...pod.status,
    phase,
    conditions: [...conditions.map((condition) => withTransitionTime(current, condition)), ...foreign],
    hostIP: NODE_ADDRESS,
    hostIPs: [{ ip: NODE_ADDRESS }],
    podIP: podIp,
    podIPs: [{ ip: podIp }],
    startTime,
    containerStatuses: containers.map(({ spec, runtime }) => containerStatus(pod, spec, runtime)),
  };
}

function phaseOf(containers: readonly PodContainer[]): NonNullable<PodStatus['phase']> {
  const runtimes = containers.map(({ runtime }) => runtime);
  if (runtimes.every((runtime) => runtime.hasEnded)) return runtimes.every(hasSucceeded) ? 'Succeeded' : 'Failed';
  return runtimes.every(hasEverRun) ? 'Running' : 'Pending';
}

function hasSucceeded({ state }: ContainerRuntime): boolean {
  return state.kind === 'terminated' && state.exitCode === 0;
}

function hasEverRun({ state, lastTermination }: ContainerRuntime): boolean {
  return state.kind !== 'waiting' || lastTermination !== undefined;
}

function ownConditions(containers: readonly PodContainer[], succeeded: boolean): Condition[] {
  const unready = containers.filter(({ runtime }) => !runtime.ready).map(({ spec }) => spec.name);
  const message = `containers with unready status: [${unready.join(' ')}]`;
  const notReady = succeeded ? { reason: 'PodCompleted' } : { reason: 'ContainersNotReady', message };
  const readiness: Omit<Condition, 'type'> =
    unready.length === 0 ? { status: 'True' } : { status: 'False', ...notReady };
  return [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Initialized', status: 'True' },
    { type: 'ContainersReady', ...readiness },
    { type: 'Ready', ...readiness },
  ];
}
