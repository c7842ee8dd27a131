import { describe, expect, it } from '@jest/globals';
import { ownedMetadata, selectorLabels } from '../../../src/core/owned.ts';
import { podDisruptionBudgetFor } from '../../../src/core/manifests/pod-disruption-budget.ts';
import { aTunnel } from '../../support/builders.ts';

// Invariant 38.
describe('podDisruptionBudgetFor', () => {
  it('keeps half of the connectors, rounded up, and allows unhealthy ones to be evicted', () => {
    const tunnel = aTunnel('shop/home');

    expect(podDisruptionBudgetFor(tunnel)).toEqual({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: ownedMetadata(tunnel, 'home-cloudflared'),
      spec: {
        minAvailable: '50%',
        selector: { matchLabels: selectorLabels(tunnel) },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  });
});
