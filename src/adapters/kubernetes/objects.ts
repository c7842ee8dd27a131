import { FIELD_MANAGER } from '../../api/names.ts';
import type { KubeObject, ObjectKey, OwnerReference } from '../../api/objects.ts';
import { keyOf, splitKey } from '../../core/keys.ts';
import { ApiError, asOperatorError } from './api-error.ts';
import { RESOURCES, type Resource, type ResourceName, collectionPath, objectPath, resourceOf } from './resource.ts';
import type { RestClient } from './rest-client.ts';

/** What a live list selects. */
export interface Listing {
  readonly namespace: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** More pods than a Tunnel has connectors, while they are replaced too. */
const MOST_LISTED = 60;

const APPLY = { fieldManager: FIELD_MANAGER, force: 'true' } as const;

/**
 * Reads and writes single objects, as raw JSON. Failures are `OperatorError` or `ConflictError`. What a write answers
 * is told to `written`, so that the caches know our own writes before the watch brings them.
 */
export class KubernetesObjects {
  readonly #rest: RestClient;
  readonly #written: (object: KubeObject) => void;
  readonly #assertLeading: () => void;

  /** `assertLeading` is asked before every write, and throws when another replica may write by now. */
  constructor(rest: RestClient, written: (object: KubeObject) => void, assertLeading: () => void = () => undefined) {
    this.#rest = rest;
    this.#written = written;
    this.#assertLeading = assertLeading;
  }

  /** A live read, past any cache; `undefined` if there is no such object. */
  async get<T extends KubeObject>(name: ResourceName, key: ObjectKey, signal: AbortSignal): Promise<T | undefined> {
    try {
      return await this.#call<T>('GET', pathOf(RESOURCES[name], key), `read ${describe(name, key)}`, { signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** A live read of the object that a manifest names. */
  async find(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined> {
    return this.get(resourceOf(manifest).plural as ResourceName, keyOf(manifest), signal);
  }

  /** A live list of what is selected in a namespace, of many only the first; `undefined`: it may not be listed. */
  async list<T extends KubeObject>(
    name: ResourceName,
    { namespace, labelSelector, fieldSelector }: Listing,
    signal: AbortSignal,
  ): Promise<readonly T[] | undefined> {
    const path = collectionPath(RESOURCES[name], namespace);
    const query = { labelSelector, fieldSelector, limit: String(MOST_LISTED) };
    const doing = `list ${name} in namespace ${namespace}`;
    try {
      return (await this.#call<{ readonly items: readonly T[] }>('GET', path, doing, { query, signal })).items;
    } catch (error) {
      if (isForbidden(error)) return undefined;
      throw error;
    }
  }

  /** Server-side apply: creates or brings back every field of the manifest, and touches no other. */
  async apply(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject> {
    return this.#write(pathTo(manifest), `apply ${nameOf(manifest)}`, applyOptions(manifest, signal));
  }

  /** What an apply would answer; nothing is stored. `undefined`: an admission webhook takes no dry runs. */
  async dryRun(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined> {
    const options = applyOptions(manifest, signal);
    const asked = { ...options, query: { ...options.query, dryRun: 'All' } };
    return this.#call<KubeObject>('PATCH', pathTo(manifest), `try to apply ${nameOf(manifest)}`, asked).catch(
      undefinedIfNoDryRun,
    );
  }

  /** Applies a status. The uid makes sure that it reaches the object it was made for, not a successor. */
  async applyStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void> {
    const { apiVersion, kind } = object;
    const { namespace, name, uid } = object.metadata;
    const path = `${objectPath(resourceOf(object), namespace, name)}/status`;
    const written = this.#write(path, `write the status of ${kind} ${namespace}/${name}`, {
      body: { apiVersion, kind, metadata: { name, namespace, uid }, status },
      contentType: 'application/apply-patch+yaml',
      query: APPLY,
      signal,
    });
    await written.catch(ignoreNotFound);
  }

  /** Replaces the finalizers under optimistic lock, so that nobody else's is ever lost. False: the object has gone. */
  async setFinalizers(object: KubeObject, finalizers: readonly string[], signal: AbortSignal): Promise<boolean> {
    const { namespace, name, resourceVersion } = object.metadata;
    const path = objectPath(resourceOf(object), namespace, name);
    const written = this.#write(path, `write the finalizers of ${object.kind} ${namespace}/${name}`, {
      body: { metadata: { resourceVersion, finalizers } },
      contentType: 'application/merge-patch+json',
      query: { fieldManager: FIELD_MANAGER },
      signal,
    });
    return written.then(() => true).catch(falseIfNotFound);
  }

  /** Replaces the owners of exactly this object, as it was read. */
  async setOwners(
    object: KubeObject,
    ownerReferences: readonly OwnerReference[],
    signal: AbortSignal,
  ): Promise<KubeObject> {
    const { uid, resourceVersion } = object.metadata;
    return this.#write(pathTo(object), `write the owners of ${nameOf(object)}`, {
      body: { metadata: { uid, resourceVersion, ownerReferences } },
      contentType: 'application/merge-patch+json',
      query: { fieldManager: FIELD_MANAGER },
      signal,
    });
  }

  /** Deletes exactly this object; a successor of the same name is left alone. */
  async delete(object: KubeObject, propagationPolicy: 'Background' | 'Foreground', signal: AbortSignal): Promise<void> {
    const { namespace, name, uid } = object.metadata;
    const path = objectPath(resourceOf(object), namespace, name);
    await this.#call('DELETE', path, `delete ${object.kind} ${namespace}/${name}`, {
      body: { propagationPolicy, preconditions: { uid } },
      signal,
    }).catch(ignoreNotFound);
  }

  async #write(path: string, doing: string, options: Parameters<RestClient['json']>[2]): Promise<KubeObject> {
    const answer = await this.#call<KubeObject>('PATCH', path, doing, options);
    this.#written(answer);
    return answer;
  }

  async #call<T>(
    method: string,
    path: string,
    doing: string,
    options: Parameters<RestClient['json']>[2] = {},
  ): Promise<T> {
    if (method !== 'GET') this.#assertLeading();
    try {
      return await this.#rest.json<T>(method, path, options);
    } catch (error) {
      throw asOperatorError(error, doing);
    }
  }
}

function applyOptions(manifest: KubeObject, signal: AbortSignal) {
  return { body: manifest, contentType: 'application/apply-patch+yaml', query: APPLY, signal } as const;
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

function describe(resource: ResourceName, key: ObjectKey): string {
  return `${RESOURCES[resource].kind} ${key}`;
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

/** The API server's own words: `admission webhook "x" does not support dry run`. */
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
