import type { KubeApi, KubeObject } from '../api.ts';
import { ApiError } from '../status-error.ts';
import { EVENTS } from './resources.ts';
import { shortHash } from './short-hash.ts';
import { timestamp } from './timestamp.ts';

export interface EventDetails {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The affected part of the object, such as `spec.containers{web}`. */
  readonly fieldPath?: string;
}

/** Writes core/v1 Events as client-go's recorder does: best effort, with a count instead of repeated Events. */
export interface EventRecorder {
  record(about: KubeObject, event: EventDetails): void;
}

/** The recorder of a sandbox without Events. */
export const noEvents: EventRecorder = { record: () => undefined };

/** A recorder whose Events have this source component, such as `kubelet`. */
export function createEventRecorder(api: KubeApi, component: string): EventRecorder {
  return {
    record(about, event) {
      try {
        countUp(api, eventFor(about, event, component));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error; // the Event is lost, as in a real cluster
      }
    },
  };
}

function countUp(api: KubeApi, event: KubeObject): void {
  const existing = api.get(EVENTS, event.metadata.namespace, event.metadata.name);
  if (existing === undefined) {
    api.create(EVENTS, event);
    return;
  }
  const count = Number(existing['count'] ?? 1) + 1;
  api.update(EVENTS, { ...existing, count, lastTimestamp: event['lastTimestamp'] });
}

function eventFor(
  about: KubeObject,
  { type, reason, message, fieldPath }: EventDetails,
  component: string,
): KubeObject {
  const { apiVersion, kind, metadata } = about;
  const { name, uid, resourceVersion, namespace = 'default' } = metadata;
  const now = timestamp();
  return {
    apiVersion: 'v1',
    kind: 'Event',
    // The name is derived from the content, so that a repetition finds its Event.
    metadata: { name: `${name}.${shortHash([uid, reason, message, fieldPath].join('\n'))}`, namespace },
    involvedObject: {
      apiVersion,
      kind,
      name,
      namespace,
      uid,
      resourceVersion,
      ...(fieldPath !== undefined && { fieldPath }),
    },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
  };
}
