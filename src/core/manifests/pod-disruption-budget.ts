import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { ownedMetadata, ownedNames, selectorLabels } from '../owned.ts';

/**
 * Keeps one connector through node drains. A connector that is not ready serves nobody, so it may always be evicted:
 * with an edge outage, or a pod that never starts, a budget that counts it would block every drain.
 */
export function podDisruptionBudgetFor(tunnel: Tunnel): KubeObject & { readonly spec: unknown } {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).workload),
    spec: {
      minAvailable: 1,
      selector: { matchLabels: selectorLabels(tunnel) },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}
