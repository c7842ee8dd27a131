import { FIELD_MANAGER } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import { ApiError } from './api-error.ts';
import { RESOURCES, collectionPath } from './resource.ts';
import type { RestClient } from './rest-client.ts';

export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Is notified of every attempt to write an event. */
export interface EventObserver {
  failed(namespace: string, error: Error): void;
  written(namespace: string): void;
}

/** The API server's limit on an Event's message. */
const MAX_MESSAGE = 1024;

/**
 * Writes Kubernetes Events. An Event that cannot be written is not retried: Events expire anyway, and conditions and the
 * log tell the same.
 */
export class EventRecorder {
  readonly #rest: RestClient;
  readonly #observer: EventObserver;
  readonly #assertLeading: () => void;

  /** `assertLeading` is called before every write. It throws if another replica may lead. */
  constructor(rest: RestClient, observer: EventObserver, assertLeading: () => void = () => undefined) {
    this.#rest = rest;
    this.#observer = observer;
    this.#assertLeading = assertLeading;
  }

  /** `signal`: aborts the call. */
  async record(object: KubeObject, note: EventNote, signal?: AbortSignal): Promise<void> {
    const namespace = object.metadata.namespace ?? 'default';
    const body = eventFor(object, namespace, note);
    const options = { body, query: { fieldManager: FIELD_MANAGER }, ...(signal === undefined ? {} : { signal }) };
    try {
      this.#assertLeading();
      await this.#rest.json('POST', collectionPath(RESOURCES.events, namespace), options);
      this.#observer.written(namespace);
    } catch (error) {
      if (signal?.aborted !== true && !isTerminating(error)) this.#observer.failed(namespace, asError(error));
    }
  }
}

/** A namespace that is being deleted takes no new Events. */
function isTerminating(error: unknown): boolean {
  return error instanceof ApiError && error.code === 403 && error.message.includes('is being terminated');
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function eventFor(object: KubeObject, namespace: string, note: EventNote): unknown {
  const { apiVersion, kind } = object;
  const { name, uid, resourceVersion } = object.metadata;
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const suffix = crypto.randomUUID().slice(0, 8);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 240)}.${suffix}`, namespace },
    involvedObject: { apiVersion, kind, name, namespace: object.metadata.namespace, uid, resourceVersion },
    type: note.type,
    reason: note.reason,
    message: note.message.slice(0, MAX_MESSAGE),
    source: { component: FIELD_MANAGER },
    reportingComponent: FIELD_MANAGER,
    reportingInstance: '',
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}
