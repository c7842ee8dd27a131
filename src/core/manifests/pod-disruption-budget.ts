import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { ownedMetadata, ownedNames, selectorLabels } from '../owned.ts';

/**
 * Keeps half of the connectors during node drains, so that none of them gets more than twice its traffic (ADR 0033).
 * Connectors that are not ready may always be evicted. Otherwise an outage of the edge, or a pod that does not start,
 * would block every drain.
 */
export function podDisruptionBudgetFor(tunnel: Tunnel): KubeObject & { readonly spec: unknown } {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).workload),
    spec: {
      minAvailable: '50%',
      selector: { matchLabels: selectorLabels(tunnel) },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}
