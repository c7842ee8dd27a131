import { createHash } from 'node:crypto';
import type { ContainerSpec, Pod } from '../kubernetes/controllers/workloads.ts';
import type { ContainerRuntime, ContainerState, Termination } from './container-runtime.ts';

/** One entry of `status.containerStatuses`. */
export function containerStatus(pod: Pod, spec: ContainerSpec, runtime: ContainerRuntime): Record<string, unknown> {
  const { state, lastTermination, restartCount, ready, hasStarted, hasRun } = runtime;
  const containerId = idOf(`${pod.metadata.uid} ${spec.name} ${restartCount}`);
  return {
    name: spec.name,
    image: spec.image,
    ready,
    restartCount,
    started: hasStarted,
    state: stateField(state, containerId),
    lastState: lastTermination === undefined ? {} : { terminated: terminationField(lastTermination) },
    imageID: hasRun ? `${spec.image}@${imageDigest(spec.image)}` : '',
    ...(hasRun && { containerID: containerId }),
  };
}

function stateField(state: ContainerState, containerId: string): Record<string, unknown> {
  switch (state.kind) {
    case 'waiting':
      return { waiting: { reason: state.reason, ...(state.message !== undefined && { message: state.message }) } };
    case 'running':
      return { running: { startedAt: state.startedAt } };
    case 'terminated':
      return { terminated: { ...terminationField(state), containerID: containerId } };
    default:
      return state satisfies never;
  }
}

function terminationField({ exitCode, startedAt, finishedAt }: Termination): Record<string, unknown> {
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt, finishedAt };
}

function idOf(text: string): string {
  return `sandbox://${createHash('sha256').update(text).digest('hex')}`;
}

/** Images are never pulled, so the digest only needs to be the same for the same name. */
function imageDigest(image: string): string {
  return `sha256:${createHash('sha256').update(image).digest('hex')}`;
}
