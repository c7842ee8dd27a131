import type { EventDetails, EventRecorder } from '../kubernetes/controllers/event-recorder.ts';
import type { Pod } from '../kubernetes/controllers/workloads.ts';
import { isSidecar } from './pod-containers.ts';

/** Records the Events of one Pod, or of the named container. */
export type RecordPodEvent = (type: EventDetails['type'], reason: string, message: string, container?: string) => void;

export function podEvents(events: EventRecorder, pod: () => Pod): RecordPodEvent {
  return (type, reason, message, container) => {
    const fieldPath = container === undefined ? {} : { fieldPath: `${listOf(pod(), container)}{${container}}` };
    events.record(pod(), { type, reason, message, ...fieldPath });
  };
}

function listOf({ spec }: Pod, container: string): string {
  const isInitial = spec.initContainers?.some((one) => one.name === container && isSidecar(one)) ?? false;
  return isInitial ? 'spec.initContainers' : 'spec.containers';
}
