import type { KubeObject } from '../../api/objects.ts';
import { DEFAULT_NAMESPACE } from '../../api/names.ts';
import type { OperatorDeployment } from '../../core/installed/operator.ts';
import type { ClusterReader } from './cluster-reader.ts';

const LABEL = 'app.kubernetes.io/name=cftunnel-operator';

/** The Deployments of the operator: in the whole cluster, or else where it is usually installed. */
export async function findOperators(cluster: ClusterReader): Promise<readonly OperatorDeployment[]> {
  const selection = { labelSelector: LABEL };
  const everywhere = await cluster.tryList<KubeObject & OperatorDeployment>('deployments', selection);
  if (everywhere !== undefined) return everywhere;
  return (
    (await cluster.tryList<KubeObject & OperatorDeployment>('deployments', {
      ...selection,
      namespace: DEFAULT_NAMESPACE,
    })) ?? []
  );
}
