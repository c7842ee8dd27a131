import { randomUUID } from 'node:crypto';
import { admit } from '../admission/admission.ts';
import { mutate } from '../admission/mutate.ts';
import type { KubeObject } from '../api.ts';
import { ownersAfterUpdate } from '../apply/field-manager.ts';
import { refuseInvalid } from '../field-error.ts';
import { clone } from '../json.ts';
import { alreadyExists, ApiError, badRequest } from '../status-error.ts';
import { keyOf } from '../storage/event.ts';
import { type Cluster, timestamp } from './cluster.ts';
import { refuseInTerminatingNamespace, requireNamespace } from './namespace-lifecycle.ts';
import { apiVersionOf, type Resource } from './resource.ts';
import { validateMetadata } from './validate-metadata.ts';
import type { WriteOptions } from './write-options.ts';

const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const MAX_GENERATED_BASE = 58;

/**
 * Creates a decoded object (POST, or the first server-side apply). Records its field managers unless it already has
 * them.
 */
export function createObject(
  cluster: Cluster,
  resource: Resource,
  decoded: KubeObject,
  options: WriteOptions & { readonly applied?: boolean },
): KubeObject {
  const object = clone(decoded);
  const time = timestamp(cluster.now());
  if ((object.metadata.resourceVersion ?? '') !== '') {
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  if (resource.namespaced) requireNamespace(cluster, object.metadata.namespace ?? '');
  if (options.applied !== true) recordOwners(resource, object, options.manager, time);
  stampMetadata(resource, object, time);
  if (resource.hasStatus) delete object['status'];
  mutate(cluster, resource, object);
  resource.strategy.prepare(object, undefined);
  refuseInvalid(resource, object.metadata.name, [
    ...validateMetadata(resource, object, undefined),
    ...resource.strategy.validate(object, undefined),
  ]);
  const isApplied = options.applied === true;
  admit(cluster, { resource, subresource: '', object, old: undefined, isApplied, options });
  if (resource.namespaced) refuseInTerminatingNamespace(cluster, resource, object.metadata);
  if (cluster.store.get(resource.bucket, keyOf(object)) !== undefined) {
    throw alreadyExists(resource, object.metadata.name);
  }
  const stored = resource.toStorage(object);
  return options.dryRun === true ? object : resource.fromStorage(cluster.store.put(resource.bucket, stored));
}

function recordOwners(resource: Resource, object: KubeObject, manager: string, time: string): void {
  const owners = ownersAfterUpdate(undefined, object, {
    schema: resource.schema,
    writer: { manager, operation: 'Update', apiVersion: apiVersionOf(resource), subresource: '' },
    time,
    hasStatus: resource.hasStatus,
  });
  if (owners.length > 0) object.metadata['managedFields'] = owners;
  else delete object.metadata['managedFields'];
}

function stampMetadata(resource: Resource, object: KubeObject, time: string): void {
  const { metadata } = object;
  metadata.name = nameFor(metadata.name, metadata['generateName']);
  metadata.uid = randomUUID();
  metadata.creationTimestamp = time;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata['selfLink'];
  delete metadata.generation;
  delete metadata.resourceVersion;
  if (resource.strategy.countsGeneration) metadata.generation = 1;
}

function nameFor(name: string | undefined, generateName: unknown): string {
  if (name !== undefined && name !== '') return name;
  if (typeof generateName !== 'string' || generateName === '') return '';
  const random = crypto.getRandomValues(new Uint8Array(5));
  const suffix = [...random].map((byte) => SUFFIX_ALPHABET[byte % SUFFIX_ALPHABET.length]).join('');
  return generateName.slice(0, MAX_GENERATED_BASE) + suffix;
}

/** Sets namespace and name from the path, and rejects a body that differs. */
export function placeObject(
  resource: Resource,
  object: KubeObject,
  namespace: string | undefined,
  name?: string,
): void {
  const { metadata } = object;
  if (resource.namespaced) {
    if ((metadata.namespace ?? '') !== '' && metadata.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    if (namespace !== undefined) metadata.namespace = namespace;
  } else {
    delete metadata.namespace;
  }
  if (name === undefined) return;
  if ((metadata.name ?? '') === '') metadata.name = name;
  if (metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
}
