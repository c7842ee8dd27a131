import type { ResourceAttributes } from '../access/attributes.ts';
import type { KubeObject } from '../api.ts';
import type { Cluster } from '../registry/cluster.ts';
import type { Resource } from '../registry/resource.ts';
import type { WriteOptions } from '../registry/write-options.ts';

/** A write that is valid in itself, just before it is stored. */
export interface AdmissionRequest {
  readonly resource: Resource;
  readonly subresource: string;
  readonly object: KubeObject;
  /** Absent on create. */
  readonly old: KubeObject | undefined;
  /** True for a create that came as a server-side apply. */
  readonly isApplied: boolean;
  readonly options: WriteOptions;
}

/** Says no to a write by throwing an `ApiError`, or has the client warned. */
export type AdmissionPlugin = (cluster: Cluster, request: AdmissionRequest) => void;

/** Asks every plugin, in their order. */
export function admit(cluster: Cluster, request: AdmissionRequest): void {
  for (const plugin of cluster.admission) plugin(cluster, request);
}

/** What another request on the same object would ask of authorization. */
export function attributesFor({ resource, subresource, object }: AdmissionRequest, verb: string): ResourceAttributes {
  const { namespace = '', name } = object.metadata;
  return { verb, group: resource.group, resource: resource.plural, subresource, namespace, name };
}
