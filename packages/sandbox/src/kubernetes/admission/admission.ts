import type { ResourceAttributes } from '../access/attributes.ts';
import type { AdmissionRequest, Cluster } from '../registry/cluster.ts';

/** Calls the plugins in order. */
export function admit(cluster: Cluster, request: AdmissionRequest): void {
  for (const plugin of cluster.admission) plugin(cluster, request);
}

/** The authorization attributes of another verb on the same object. */
export function attributesFor({ resource, subresource, object }: AdmissionRequest, verb: string): ResourceAttributes {
  const { namespace = '', name } = object.metadata;
  return { verb, group: resource.group, resource: resource.plural, subresource, namespace, name };
}
