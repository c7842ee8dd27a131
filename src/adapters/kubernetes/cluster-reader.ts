import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import { splitKey } from '../../core/keys.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { ApiError, asOperatorError } from './api-error.ts';
import { listPages } from './list-watch.ts';
import { RESOURCES, type ResourceName, collectionPath, objectPath } from './resource.ts';
import type { RestClient } from './rest-client.ts';

export interface Selection {
  /** `undefined`: all. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
}

/** The version of the Kubernetes API server. */
export interface ServerVersion {
  readonly gitVersion: string;
}

interface ApiGroup {
  readonly versions: readonly { readonly version: string }[];
}

/** Reads a cluster with the rights of a user, who may not be allowed to read all of it. */
export class ClusterReader {
  readonly #rest: RestClient;
  readonly #signal: AbortSignal;

  constructor(rest: RestClient, signal: AbortSignal = new AbortController().signal) {
    this.#rest = rest;
    this.#signal = signal;
  }

  /** All objects of a kind, with the kind that a list leaves out. */
  async list<T extends KubeObject>(name: ResourceName, { namespace, labelSelector }: Selection): Promise<readonly T[]> {
    const { group, version, kind } = RESOURCES[name];
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const path = collectionPath(RESOURCES[name], namespace);
    const selection = { path, ...(labelSelector === undefined ? {} : { labelSelector }) };
    const found: T[] = [];
    try {
      for await (const { items } of listPages<T>(this.#rest, selection, this.#signal))
        found.push(...items.map((item) => ({ ...item, apiVersion, kind })));
    } catch (error) {
      if (isMissing(error)) throw new OperatorError('KubernetesRefused', 'wait', notServed(name), { cause: error });
      throw asOperatorError(error, `list ${name}${namespace === undefined ? '' : ` in namespace ${namespace}`}`);
    }
    return found;
  }

  /** `undefined`: the user may not list them, or the kind is not installed. */
  async tryList<T extends KubeObject>(name: ResourceName, selection: Selection): Promise<readonly T[] | undefined> {
    return this.list<T>(name, selection).catch(undefinedIfRefused);
  }

  /** `undefined`: there is no such object. */
  async find<T extends KubeObject>(name: ResourceName, key: ObjectKey): Promise<T | undefined> {
    const { namespace, name: objectName } = splitKey(key);
    const path = objectPath(RESOURCES[name], key.includes('/') ? namespace : undefined, objectName);
    try {
      return await this.#rest.json<T>('GET', path, { signal: this.#signal });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw asOperatorError(error, `read ${RESOURCES[name].kind} ${key}`);
    }
  }

  /** `undefined`: there is no such object, or the user may not read it. */
  async tryFind<T extends KubeObject>(name: ResourceName, key: ObjectKey): Promise<T | undefined> {
    return this.find<T>(name, key).catch(undefinedIfRefused);
  }

  /** Tells an object that does not exist from one that the user may not read. */
  async lookUp<T extends KubeObject>(name: ResourceName, key: ObjectKey): Promise<T | 'absent' | 'forbidden'> {
    try {
      return (await this.find<T>(name, key)) ?? 'absent';
    } catch (error) {
      if (isRefusal(error)) return 'forbidden';
      throw error;
    }
  }

  /** The versions of an API group that the server serves; none if it does not know the group. */
  async servedVersions(group: string): Promise<readonly string[]> {
    try {
      const { versions } = await this.#rest.json<ApiGroup>('GET', `/apis/${group}`, { signal: this.#signal });
      return versions.map(({ version }) => version);
    } catch (error) {
      if (isMissing(error)) return [];
      throw asOperatorError(error, `ask for the API group ${group}`);
    }
  }

  async serverVersion(): Promise<ServerVersion> {
    try {
      return await this.#rest.json<ServerVersion>('GET', '/version', { signal: this.#signal });
    } catch (error) {
      throw asOperatorError(error, 'ask the API server for its version');
    }
  }
}

/** Why a kind cannot be listed at all. */
export function notServed(name: ResourceName): string {
  const why = name === 'tunnels' ? ', because cftunnel-operator is not installed in it' : '';
  return `this cluster does not know the kind ${RESOURCES[name].kind}${why}`;
}

function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** Whether a failure says that the user may not read something, or that it is not installed. */
export function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof ApiError && (cause.code === 403 || cause.code === 404);
}

function undefinedIfRefused(error: unknown): undefined {
  if (!isRefusal(error)) throw error;
}
