import { admit } from '../admission/admission.ts';
import { mutate } from '../admission/mutate.ts';
import type { KubeObject } from '../api.ts';
import { ownersAfterUpdate } from '../apply/field-manager.ts';
import { sameManagedFields } from '../apply/managers.ts';
import { invalid, invalidField, refuseInvalid } from '../field-error.ts';
import { clone, deepEqual } from '../json.ts';
import { conflict, staleObject } from '../status-error.ts';
import { type Cluster, timestamp } from './cluster.ts';
import { mayBeRemoved } from './delete.ts';
import { NAMESPACES } from './namespace-lifecycle.ts';
import { apiVersionOf, type Resource } from './resource.ts';
import { validateMetadata } from './validate-metadata.ts';
import type { WriteOptions } from './write-options.ts';

/** The subresource of a write. Empty for the main resource. */
export type Subresource = '' | 'status' | 'scale' | 'finalize';

export interface UpdateOptions extends WriteOptions {
  readonly subresource?: Subresource;
  /** True if the candidate already contains its new owners, after a server-side apply. */
  readonly applied?: boolean;
  /** True for PUT, where a missing resourceVersion may be rejected. */
  readonly replaces?: boolean;
}

/**
 * Updates an object to a decoded candidate: PUT, patches and applies, on the main resource or a subresource.
 *
 * Guarantees
 * - A stale resourceVersion is rejected.
 * - Fields outside the subresource stay unchanged.
 * - A write without effect stores nothing and returns the current object.
 * - The removal of the last finalizer of a deleted object removes the object.
 */
export function updateObject(
  cluster: Cluster,
  resource: Resource,
  current: KubeObject,
  candidate: KubeObject,
  options: UpdateOptions,
): KubeObject {
  checkVersion(resource, current, candidate, options);
  const subresource = options.subresource ?? '';
  const next = clone(candidate);
  const owners =
    options.applied === true ? next.metadata['managedFields'] : recordOwners(cluster, resource, current, next, options);
  const object = limitedTo(subresource, resource, current, next);
  keepServerMetadata(object, current, owners);
  if (subresource === '') mutate(cluster, resource, object);
  resource.strategy.prepare(object, current);
  countGeneration(resource, object, current, subresource);
  refuseInvalid(resource, current.metadata.name, [
    ...validateMetadata(resource, object, current),
    ...resource.strategy.validate(object, current),
  ]);
  admit(cluster, { resource, subresource, object, old: current, isApplied: false, options });
  if (isNoOp(object, current)) return current;
  if (options.dryRun === true) return object;
  return commit(cluster, resource, object, current);
}

function commit(cluster: Cluster, resource: Resource, object: KubeObject, current: KubeObject): KubeObject {
  if (mayBeRemoved(object)) {
    // As with etcd, watchers see the last stored state, not the state without finalizers, which was never stored.
    cluster.store.remove(resource.bucket, resource.toStorage(current));
    return object;
  }
  return resource.fromStorage(cluster.store.put(resource.bucket, resource.toStorage(object)));
}

function checkVersion(resource: Resource, current: KubeObject, candidate: KubeObject, options: UpdateOptions): void {
  const { name } = current.metadata;
  const { uid, resourceVersion = '' } = candidate.metadata;
  if (uid !== undefined && uid !== '' && uid !== current.metadata.uid) {
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    );
  }
  if (resourceVersion === '' || resourceVersion === '0') {
    if (options.replaces !== true || resource.strategy.unconditionalUpdate) return;
    throw invalid(resource, name, [invalidField('metadata.resourceVersion', 0, 'must be specified for an update')]);
  }
  if (resourceVersion !== current.metadata.resourceVersion) throw staleObject(resource, name);
}

function recordOwners(
  cluster: Cluster,
  resource: Resource,
  current: KubeObject,
  next: KubeObject,
  options: UpdateOptions,
) {
  return ownersAfterUpdate(current, next, {
    schema: resource.schema,
    writer: {
      manager: options.manager,
      operation: 'Update',
      apiVersion: apiVersionOf(resource),
      subresource: options.subresource ?? '',
    },
    time: timestamp(cluster.now()),
    hasStatus: resource.hasStatus,
  });
}

/** The candidate, with the current values of all fields that this subresource does not cover. */
function limitedTo(subresource: Subresource, resource: Resource, current: KubeObject, next: KubeObject): KubeObject {
  if (subresource === 'status') return withField(current, 'status', next['status']);
  if (subresource === 'finalize') return withField(current, 'spec', next['spec']);
  if (resource.bucket === NAMESPACES) next['spec'] = clone(current['spec']);
  return resource.hasStatus ? withField(next, 'status', current['status']) : next;
}

function withField(object: KubeObject, field: string, value: unknown): KubeObject {
  const copy = clone(object);
  if (value === undefined) delete copy[field];
  else copy[field] = clone(value);
  return copy;
}

function keepServerMetadata(object: KubeObject, current: KubeObject, owners: unknown): void {
  const { metadata } = object;
  for (const field of ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'selfLink'] as const) {
    keep(metadata, current.metadata, field);
  }
  keep(metadata, current.metadata, 'deletionTimestamp');
  keep(metadata, current.metadata, 'deletionGracePeriodSeconds');
  if (Array.isArray(owners) && owners.length > 0) metadata['managedFields'] = owners;
  else delete metadata['managedFields'];
}

function keep(target: Record<string, unknown>, source: Record<string, unknown>, field: string): void {
  if (source[field] === undefined) delete target[field];
  else target[field] = source[field];
}

function countGeneration(resource: Resource, object: KubeObject, current: KubeObject, subresource: Subresource): void {
  if (!resource.strategy.countsGeneration || subresource === 'status') return;
  if (deepEqual(desiredState(object, resource), desiredState(current, resource))) return;
  object.metadata.generation = (current.metadata.generation ?? 0) + 1;
}

function desiredState(object: KubeObject, resource: Resource): Record<string, unknown> {
  const { metadata: _metadata, status, ...desired } = object;
  return resource.hasStatus ? desired : { ...desired, status };
}

function isNoOp(object: KubeObject, current: KubeObject): boolean {
  return (
    deepEqual(withoutOwners(object), withoutOwners(current)) &&
    sameManagedFields(object.metadata['managedFields'], current.metadata['managedFields'])
  );
}

function withoutOwners({ metadata, ...rest }: KubeObject): unknown {
  const { managedFields: _owners, ...others } = metadata;
  return { ...rest, metadata: others };
}
