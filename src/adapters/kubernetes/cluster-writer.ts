import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import { splitKey } from '../../core/keys.ts';
import { asOperatorError } from './api-error.ts';
import { RESOURCES, type ResourceName, collectionPath, objectPath, resourceOf } from './resource.ts';
import type { RestClient } from './rest-client.ts';

/** The field manager of the command line. */
const MANAGER = { fieldManager: 'cftunnel' } as const;

/** Writes what a user asks for, with the rights of the user. */
export class ClusterWriter {
  readonly #rest: RestClient;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  /** Applies a merge patch and returns the object after it. */
  async patch<T extends KubeObject>(name: ResourceName, key: ObjectKey, body: object): Promise<T> {
    const { namespace, name: objectName } = splitKey(key);
    try {
      return await this.#rest.json<T>('PATCH', objectPath(RESOURCES[name], namespace, objectName), {
        body,
        contentType: 'application/merge-patch+json',
        query: MANAGER,
      });
    } catch (error) {
      throw asOperatorError(error, `change ${RESOURCES[name].kind} ${key}`);
    }
  }

  /** Creates an object; one that exists is left as it is. */
  async create(object: KubeObject): Promise<void> {
    const resource = resourceOf(object);
    const { namespace, name } = object.metadata;
    try {
      await this.#rest.json('POST', collectionPath(resource, namespace), { body: object, query: MANAGER });
    } catch (error) {
      throw asOperatorError(error, `create ${object.kind} ${namespace}/${name}`);
    }
  }
}
