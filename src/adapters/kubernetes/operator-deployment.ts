import type { KubeObject } from '../../api/objects.ts';
import { DEFAULT_NAMESPACE, LABEL_MANAGED_BY, MANAGED_BY } from '../../api/names.ts';
import type { OperatorDeployment } from '../../core/installed/operator.ts';
import type { ClusterReader } from './cluster-reader.ts';

/** Whatever a release calls it. Connectors have the first label too, and are managed by the operator. */
const LABELS = `app.kubernetes.io/part-of=cftunnel,${LABEL_MANAGED_BY}!=${MANAGED_BY}`;

/** The Deployments of the operator: in the whole cluster, or else where it is usually installed. */
export async function findOperators(cluster: ClusterReader): Promise<readonly OperatorDeployment[]> {
  const selection = { labelSelector: LABELS };
  const everywhere = await cluster.tryList<KubeObject & OperatorDeployment>('deployments', selection);
  if (everywhere !== undefined) return everywhere;
  return (
    (await cluster.tryList<KubeObject & OperatorDeployment>('deployments', {
      ...selection,
      namespace: DEFAULT_NAMESPACE,
    })) ?? []
  );
}
