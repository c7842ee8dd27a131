import type { KubeObject } from '../../api/objects.ts';
import type { PolicyScope } from '../../core/preview/known-policies.ts';
import type { ClusterReader } from './cluster-reader.ts';

export interface ReadPolicies {
  readonly objects: readonly KubeObject[];
  readonly policiesOf: PolicyScope;
}

/** The AccessPolicies that a user may read: all, those of one namespace, or none. */
export async function readAccessPolicies(cluster: ClusterReader, ownNamespace: string): Promise<ReadPolicies> {
  const all = await cluster.tryList<KubeObject>('accesspolicies', {});
  if (all !== undefined) return { objects: all, policiesOf: 'all' };
  const own = await cluster.tryList<KubeObject>('accesspolicies', { namespace: ownNamespace });
  return { objects: own ?? [], policiesOf: new Set(own === undefined ? [] : [ownNamespace]) };
}
