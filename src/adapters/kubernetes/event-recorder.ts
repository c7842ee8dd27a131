import { FIELD_MANAGER } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import { ApiError } from './api-error.ts';
import { type KnownEvent, KnownEvents } from './known-events.ts';
import { RESOURCES, collectionPath, objectPath } from './resource.ts';
import type { RequestOptions, RestClient } from './rest-client.ts';

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
 * Writes Kubernetes Events. An Event that repeats an earlier one is counted there, so that `kubectl describe` shows one
 * line (`x3 over 5m`) however often a state comes and goes. An Event that cannot be written is not retried: Events expire
 * anyway, and conditions and the log tell the same.
 */
export class EventRecorder {
  readonly #rest: RestClient;
  readonly #observer: EventObserver;
  readonly #assertLeading: () => void;
  readonly #known = new KnownEvents();

  /** `assertLeading` is called before every write. It throws if another replica may lead. */
  constructor(rest: RestClient, observer: EventObserver, assertLeading: () => void = () => undefined) {
    this.#rest = rest;
    this.#observer = observer;
    this.#assertLeading = assertLeading;
  }

  /** `signal`: aborts the call. */
  async record(object: KubeObject, note: EventNote, signal?: AbortSignal): Promise<void> {
    const namespace = object.metadata.namespace ?? 'default';
    const event = eventFor(object, namespace, note);
    try {
      this.#assertLeading();
      await this.#write(event, { query: { fieldManager: FIELD_MANAGER }, ...(signal === undefined ? {} : { signal }) });
      this.#observer.written(namespace);
    } catch (error) {
      if (signal?.aborted !== true && !isTerminating(error)) this.#observer.failed(namespace, asError(error));
    }
  }

  async #write(event: NewEvent, options: RequestOptions): Promise<void> {
    const identity = identityOf(event);
    const { name, namespace } = event.metadata;
    const known = this.#known.get(identity);
    const repeated = known && { name: known.name, count: known.count + 1 };
    if (repeated !== undefined && (await this.#count(event, repeated, options)))
      return this.#known.set(identity, repeated);
    await this.#rest.json('POST', collectionPath(RESOURCES.events, namespace), { ...options, body: event });
    this.#known.set(identity, { name, count: 1 });
  }

  /** False: the earlier Event has expired. */
  async #count(
    { metadata, lastTimestamp }: NewEvent,
    { name, count }: KnownEvent,
    options: RequestOptions,
  ): Promise<boolean> {
    const path = objectPath(RESOURCES.events, metadata.namespace, name);
    const patch = { body: { count, lastTimestamp }, contentType: 'application/merge-patch+json' };
    try {
      await this.#rest.json('PATCH', path, { ...options, ...patch });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return false;
      throw error;
    }
  }
}

/** Two Events with the same identity say the same of the same object. */
function identityOf({ involvedObject, type, reason, message }: NewEvent): string {
  const { kind, namespace, name, uid } = involvedObject;
  return JSON.stringify([kind, namespace, name, uid, type, reason, message]);
}

/** A namespace that is being deleted takes no new Events. */
function isTerminating(error: unknown): boolean {
  return error instanceof ApiError && error.code === 403 && error.message.includes('is being terminated');
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

type NewEvent = ReturnType<typeof eventFor>;

function eventFor(object: KubeObject, namespace: string, note: EventNote) {
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
