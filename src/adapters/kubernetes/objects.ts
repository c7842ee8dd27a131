import { FIELD_MANAGER } from '../../api/names.ts';
import type { KubeObject, ObjectKey, OwnerReference } from '../../api/objects.ts';
import { keyOf, splitKey } from '../../core/keys.ts';
import { ApiError, asOperatorError } from './api-error.ts';
import { RESOURCES, type Resource, type ResourceName, collectionPath, objectPath, resourceOf } from './resource.ts';
import type { RequestOptions, RestClient } from './rest-client.ts';

/** What to list. */
export interface Listing {
  readonly namespace: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** More pods than a Tunnel has, even during a rollout. */
const LIST_LIMIT = 60;

const APPLY = { fieldManager: FIELD_MANAGER, force: 'true' } as const;

/**
 * Reads and writes objects as raw JSON. Failures are `OperatorError` or `ConflictError`. The answer to a write is passed
 * to `written`, so that the caches know our own writes before the watch delivers them.
 */
export class KubernetesObjects {
  readonly #rest: RestClient;
  readonly #written: (object: KubeObject) => void;
  readonly #assertLeading: () => void;

  /** `assertLeading` is called before every write. It throws if another replica may lead. */
  constructor(rest: RestClient, written: (object: KubeObject) => void, assertLeading: () => void = () => undefined) {
    this.#rest = rest;
    this.#written = written;
    this.#assertLeading = assertLeading;
  }

  /** A live read; `undefined`: there is no such object. */
  async get<T extends KubeObject>(name: ResourceName, key: ObjectKey, signal: AbortSignal): Promise<T | undefined> {
    try {
      const { kind } = RESOURCES[name];
      return await this.#call<T>({ doing: `read ${kind} ${key}`, path: pathOf(RESOURCES[name], key), signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** A live read of the object that a manifest names. */
  async find(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined> {
    return this.get(resourceOf(manifest).plural as ResourceName, keyOf(manifest), signal);
  }

  /** A live list, limited to its first page; `undefined`: listing is forbidden. */
  async list<T extends KubeObject>(
    name: ResourceName,
    { namespace, labelSelector, fieldSelector }: Listing,
    signal: AbortSignal,
  ): Promise<readonly T[] | undefined> {
    const path = collectionPath(RESOURCES[name], namespace);
    const query = { labelSelector, fieldSelector, limit: String(LIST_LIMIT) };
    const doing = `list ${name} in namespace ${namespace}`;
    try {
      return (await this.#call<{ readonly items: readonly T[] }>({ doing, path, query, signal })).items;
    } catch (error) {
      if (isForbidden(error)) return undefined;
      throw error;
    }
  }

  /** Server-side apply: creates or restores every field of the manifest, and touches no other. */
  async apply(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject> {
    return this.#write({ doing: `apply ${nameOf(manifest)}`, ...applyOf(manifest), signal });
  }

  /** What `apply` would return; nothing is stored. `undefined`: an admission webhook does not support dry runs. */
  async dryRun(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined> {
    const call = { method: 'PATCH', doing: `try to apply ${nameOf(manifest)}`, ...applyOf(manifest), signal };
    return this.#call<KubeObject>({ ...call, query: { ...APPLY, dryRun: 'All' } }).catch(undefinedIfNoDryRun);
  }

  /** Applies a status. The uid keeps it from a later object of the same name. */
  async applyStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void> {
    const { apiVersion, kind } = object;
    const { namespace, name, uid } = object.metadata;
    const written = this.#write({
      doing: `write the status of ${nameOf(object)}`,
      path: `${pathTo(object)}/status`,
      body: { apiVersion, kind, metadata: { name, namespace, uid }, status },
      contentType: 'application/apply-patch+yaml',
      query: APPLY,
      signal,
    });
    await written.catch(ignoreNotFound);
  }

  /** Replaces fields of a status under optimistic lock, so that what others have written to them is not lost. */
  async replaceStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void> {
    const { uid, resourceVersion } = object.metadata;
    const written = this.#write({
      doing: `write the status of ${nameOf(object)}`,
      path: `${pathTo(object)}/status`,
      body: { metadata: { uid, resourceVersion }, status },
      contentType: 'application/merge-patch+json',
      query: { fieldManager: FIELD_MANAGER },
      signal,
    });
    await written.catch(ignoreNotFound);
  }

  /** Replaces the finalizers under optimistic lock, so that no other finalizer is lost. False: the object is gone. */
  async setFinalizers(object: KubeObject, finalizers: readonly string[], signal: AbortSignal): Promise<boolean> {
    const { resourceVersion } = object.metadata;
    const doing = `write the finalizers of ${nameOf(object)}`;
    const written = this.#write({ doing, ...mergeOf(object, { resourceVersion, finalizers }), signal });
    return written.then(() => true).catch(falseIfNotFound);
  }

  /** Replaces the owners of exactly this object, under optimistic lock. */
  async setOwners(
    object: KubeObject,
    ownerReferences: readonly OwnerReference[],
    signal: AbortSignal,
  ): Promise<KubeObject> {
    const { uid, resourceVersion } = object.metadata;
    const doing = `write the owners of ${nameOf(object)}`;
    return this.#write({ doing, ...mergeOf(object, { uid, resourceVersion, ownerReferences }), signal });
  }

  /** Sets annotations of exactly this object. False: the object is gone. */
  async annotate(
    object: KubeObject,
    annotations: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { uid } = object.metadata;
    const doing = `annotate ${nameOf(object)}`;
    const written = this.#write({ doing, ...mergeOf(object, { uid, annotations }), signal });
    return written.then(() => true).catch(falseIfNotFound);
  }

  /** Deletes exactly this object, and no later one of the same name. */
  async delete(object: KubeObject, propagationPolicy: 'Background' | 'Foreground', signal: AbortSignal): Promise<void> {
    const doing = `delete ${nameOf(object)}`;
    const body = { propagationPolicy, preconditions: { uid: object.metadata.uid } };
    await this.#call({ method: 'DELETE', doing, path: pathTo(object), body, signal }).catch(ignoreNotFound);
  }

  async #write(patch: Omit<Call, 'method'>): Promise<KubeObject> {
    const answer = await this.#call<KubeObject>({ method: 'PATCH', ...patch });
    this.#written(answer);
    return answer;
  }

  async #call<T>({ method = 'GET', path, doing, ...options }: Call): Promise<T> {
    if (method !== 'GET') this.#assertLeading();
    try {
      return await this.#rest.json<T>(method, path, options);
    } catch (error) {
      throw asOperatorError(error, doing);
    }
  }
}

interface Call extends RequestOptions {
  readonly method?: string;
  readonly path: string;
  /** Part of the error message. */
  readonly doing: string;
}

function applyOf(manifest: KubeObject) {
  return { path: pathTo(manifest), body: manifest, contentType: 'application/apply-patch+yaml', query: APPLY } as const;
}

function mergeOf(object: KubeObject, metadata: object) {
  return {
    path: pathTo(object),
    body: { metadata },
    contentType: 'application/merge-patch+json',
    query: { fieldManager: FIELD_MANAGER },
  } as const;
}

function pathTo(object: KubeObject): string {
  return objectPath(resourceOf(object), object.metadata.namespace, object.metadata.name);
}

function nameOf({ kind, metadata: { namespace, name } }: KubeObject): string {
  return `${kind} ${namespace}/${name}`;
}

function pathOf(resource: Resource, key: ObjectKey): string {
  if (!key.includes('/')) return objectPath(resource, undefined, key);
  const { namespace, name } = splitKey(key);
  return objectPath(resource, namespace, name);
}

function isNotFound(error: unknown): boolean {
  return hasCode(error, 404);
}

function isForbidden(error: unknown): boolean {
  return hasCode(error, 403);
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof Error && error.cause instanceof ApiError && error.cause.code === code;
}

/** The API server's message: `admission webhook "x" does not support dry run`. */
function undefinedIfNoDryRun(error: unknown): undefined {
  if (error instanceof Error && error.cause instanceof ApiError && /does not support dry run/.test(error.cause.message))
    return undefined;
  throw error;
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

function falseIfNotFound(error: unknown): boolean {
  ignoreNotFound(error);
  return false;
}
