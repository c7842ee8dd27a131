import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { ownedMetadata, ownedNames, selectorLabels } from './owned.ts';

/** Keeps one connector through node drains. */
export function podDisruptionBudgetFor(tunnel: Tunnel): KubeObject & { readonly spec: unknown } {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).workload),
    spec: { minAvailable: 1, selector: { matchLabels: selectorLabels(tunnel) } },
  };
}
