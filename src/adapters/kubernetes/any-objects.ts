import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import { keyOf, splitKey } from '../../core/keys.ts';
import { ApiError, asOperatorError } from './api-error.ts';
import { listPages } from './list-watch.ts';
import { type Resource, collectionPath, objectPath } from './resource.ts';
import type { RestClient } from './rest-client.ts';

export interface AnyKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Any object by its kind and key. */
export interface ObjectReference extends AnyKind {
  readonly key: ObjectKey;
}

/** Objects of any kind, also of ones that other operators bring. */
export class AnyObjects {
  readonly #rest: RestClient;
  readonly #manager: string;
  readonly #signal: AbortSignal;

  /** `manager`: the field manager of every write. */
  constructor(rest: RestClient, manager: string, signal: AbortSignal = new AbortController().signal) {
    this.#rest = rest;
    this.#manager = manager;
    this.#signal = signal;
  }

  /** All objects of a kind; `undefined` if the cluster does not know the kind. */
  async list<T extends KubeObject>(kind: AnyKind): Promise<readonly T[] | undefined> {
    const found: T[] = [];
    try {
      for await (const { items } of listPages<T>(this.#rest, { path: collectionPath(resourceFor(kind)) }, this.#signal))
        found.push(...items.map((item) => ({ ...item, ...kind })));
      return found;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw asOperatorError(error, `list all objects of kind ${kind.kind}`);
    }
  }

  /** `undefined`: there is no such object. */
  async find<T extends KubeObject>(reference: ObjectReference): Promise<T | undefined> {
    try {
      return await this.#rest.json<T>('GET', pathOf(reference), { signal: this.#signal });
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw asOperatorError(error, `read ${reference.kind} ${reference.key}`);
    }
  }

  /** The objects of a kind in a namespace with these labels. */
  async select<T extends KubeObject>(kind: AnyKind, namespace: string, labelSelector: string): Promise<readonly T[]> {
    const path = collectionPath(resourceFor(kind), namespace);
    const found: T[] = [];
    try {
      for await (const { items } of listPages<T>(this.#rest, { path, labelSelector }, this.#signal))
        found.push(...items);
    } catch (error) {
      throw asOperatorError(error, `list objects of kind ${kind.kind} in namespace ${namespace}`);
    }
    return found;
  }

  async create(object: KubeObject): Promise<void> {
    const { namespace } = object.metadata;
    const path = collectionPath(resourceFor(object), namespace);
    await this.#write('POST', path, { body: object, doing: `create ${object.kind} ${keyOf(object)}` });
  }

  async patch(reference: ObjectReference, body: unknown): Promise<void> {
    const doing = `change ${reference.kind} ${reference.key}`;
    await this.#write('PATCH', pathOf(reference), { body, doing });
  }

  async #write(
    method: 'POST' | 'PATCH',
    path: string,
    { body, doing }: { body: unknown; doing: string },
  ): Promise<void> {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const query = { fieldManager: this.#manager };
    try {
      await this.#rest.json(method, path, { body, query, contentType, signal: this.#signal });
    } catch (error) {
      throw asOperatorError(error, doing);
    }
  }
}

function pathOf(reference: ObjectReference): string {
  const { namespace, name } = splitKey(reference.key);
  const isNamespaced = reference.key.includes('/');
  return objectPath(resourceFor(reference), isNamespaced ? namespace : undefined, isNamespaced ? name : reference.key);
}

function resourceFor({ apiVersion, kind }: AnyKind): Resource {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  return { group, version, kind, plural: pluralOf(kind) };
}

function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  return singular.endsWith('s') ? `${singular}es` : `${singular}s`;
}
