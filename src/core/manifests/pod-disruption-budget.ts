import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { ownedMetadata, ownedNames, selectorLabels } from '../owned.ts';

/**
 * Keeps at least one connector during node drains. Connectors that are not ready may always be evicted. Otherwise an
 * outage of the edge, or a pod that does not start, would block every drain.
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
