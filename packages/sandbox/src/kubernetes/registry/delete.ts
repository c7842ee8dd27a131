import { refuseByPolicies } from '../admission/validating-policies.ts';
import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, deepEqual, fieldAt } from '../json.ts';
import { conflict } from '../status-error.ts';
import { type Cluster, timestamp } from './cluster.ts';
import { refuseProtectedNamespace } from './namespace-lifecycle.ts';
import type { Resource } from './resource.ts';

/** What happens to the dependents of a deleted object. */
export type PropagationPolicy = 'Background' | 'Foreground' | 'Orphan';

/** The body of a DELETE. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: PropagationPolicy;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

/**
 * The result of a delete. `marked`: the object remains until its finalizers are removed and its grace period is over.
 */
export interface DeleteResult {
  readonly kind: 'removed' | 'marked';
  readonly object: KubeObject;
}

/** Deletes an object, or marks it as being deleted if it has finalizers or a grace period. */
export function deleteObject(
  cluster: Cluster,
  resource: Resource,
  current: KubeObject,
  options: DeleteOptions,
): DeleteResult {
  checkPreconditions(resource, current, options);
  refuseProtectedNamespace(resource, current.metadata.name);
  refuseByPolicies(cluster, { operation: 'DELETE', resource, subresource: '', object: undefined, old: current });
  const marked = markDeleted(cluster, resource, current, options);
  if (mayBeRemoved(marked)) {
    if (options.dryRun === true) return { kind: 'removed', object: current };
    const last = cluster.store.remove(resource.bucket, resource.toStorage(current));
    return { kind: 'removed', object: resource.fromStorage(last) };
  }
  if (options.dryRun === true || deepEqual(marked, current)) return { kind: 'marked', object: marked };
  const stored = cluster.store.put(resource.bucket, resource.toStorage(marked));
  return { kind: 'marked', object: resource.fromStorage(stored) };
}

/** Whether an object that is being deleted can be removed. */
export function mayBeRemoved(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0 || finalizers.length > 0) return false;
  return object.kind !== 'Namespace' || arrayOrEmpty(fieldAt(object, 'spec', 'finalizers')).length === 0;
}

function checkPreconditions(resource: Resource, { metadata }: KubeObject, { preconditions = {} }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
    throw conflict(resource, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw conflict(resource, metadata.name, why);
  }
}

function markDeleted(cluster: Cluster, resource: Resource, current: KubeObject, options: DeleteOptions): KubeObject {
  const grace = resource.strategy.gracePeriodSeconds(current, options.gracePeriodSeconds);
  const metadata = { ...current.metadata };
  const finalizers = finalizersAfterDelete(resource, current, options.propagationPolicy);
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  if (metadata.deletionTimestamp === undefined || grace < (metadata.deletionGracePeriodSeconds ?? 0)) {
    if (metadata.deletionTimestamp === undefined && metadata.generation !== undefined) metadata.generation += 1;
    metadata.deletionTimestamp = timestamp(cluster.now() + grace * 1000);
    metadata.deletionGracePeriodSeconds = grace;
  }
  const marked = { ...current, metadata };
  return current.kind === 'Namespace'
    ? { ...marked, status: { ...(current['status'] as object), phase: 'Terminating' } }
    : marked;
}

const GARBAGE_COLLECTION = new Set(['foregroundDeletion', 'orphan']);

function finalizersAfterDelete(
  resource: Resource,
  current: KubeObject,
  policy: PropagationPolicy | undefined,
): string[] {
  const isFirst = current.metadata.deletionTimestamp === undefined;
  const wanted = [
    ...new Set([...(current.metadata.finalizers ?? []), ...(isFirst ? resource.strategy.finalizersOnDelete : [])]),
  ];
  if (policy === undefined) return wanted;
  const others = wanted.filter((name) => !GARBAGE_COLLECTION.has(name));
  if (policy === 'Background') return others;
  return [...others, policy === 'Foreground' ? 'foregroundDeletion' : 'orphan'];
}
