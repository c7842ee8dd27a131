import { describe, expect, it } from '@jest/globals';
import { networkPolicyFor } from '../../../src/core/manifests/network-policy.ts';
import { ownedMetadata, selectorLabels } from '../../../src/core/owned.ts';
import { aTunnel } from '../../support/builders.ts';

describe('networkPolicyFor', () => {
  const tunnel = aTunnel('shop/home');
  const { spec, ...identity } = networkPolicyFor(tunnel);

  it('selects the connectors of the Tunnel', () => {
    expect(identity).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: ownedMetadata(tunnel, 'home-cloudflared'),
    });
    expect(spec).toMatchObject({ podSelector: { matchLabels: selectorLabels(tunnel) } });
  });

  it.each([53, 7844])('lets them reach port %i anywhere, by UDP and TCP', (port) => {
    const ports = ['UDP', 'TCP'].map((protocol) => ({ protocol, port }));

    expect(spec).toMatchObject({ egress: expect.arrayContaining([{ ports }]) });
  });

  it('allows egress to every origin in the cluster', () => {
    expect(spec).toMatchObject({ egress: expect.arrayContaining([{ to: [{ namespaceSelector: {} }] }]) });
  });

  it('allows no ingress', () => {
    expect(spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    expect(spec).not.toHaveProperty('ingress');
  });
});
