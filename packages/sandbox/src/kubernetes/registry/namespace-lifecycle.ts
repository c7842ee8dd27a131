import type { ObjectMeta } from '../api.ts';
import { forbidden, notFound } from '../status-error.ts';
import type { Cluster } from './cluster.ts';
import type { Resource } from './resource.ts';

/** Storage bucket of the namespaces. */
export const NAMESPACES = 'namespaces';

const PROTECTED = new Set(['default', 'kube-system', 'kube-public']);

/** Throws 404 for a create in a namespace that does not exist. */
export function requireNamespace(cluster: Cluster, name: string): void {
  if (cluster.store.get(NAMESPACES, name) === undefined) throw notFound({ group: '', plural: 'namespaces' }, name);
}

/** Throws 403 for a create in a terminating namespace. */
export function refuseInTerminatingNamespace(cluster: Cluster, resource: Resource, metadata: ObjectMeta): void {
  const name = metadata.namespace ?? '';
  const namespace = cluster.store.get(NAMESPACES, name);
  if (namespace?.metadata.deletionTimestamp === undefined) return;
  throw forbidden(
    resource,
    metadata.name,
    `unable to create new content in namespace ${name} because it is being terminated`,
    [{ reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' }],
  );
}

/** Throws 403 for the deletion of a namespace that every cluster needs. */
export function refuseProtectedNamespace(resource: Resource, name: string): void {
  if (resource.bucket !== NAMESPACES || !PROTECTED.has(name)) return;
  throw forbidden(resource, name, 'this namespace may not be deleted');
}
