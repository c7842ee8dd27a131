import { describe, expect, it } from '@jest/globals';
import { ownedMetadata } from '../../../src/core/owned.ts';
import { serviceAccountFor } from '../../../src/core/manifests/service-account.ts';
import { aTunnel } from '../../support/builders.ts';

describe('serviceAccountFor', () => {
  it('is owned by the Tunnel and has no token', () => {
    const tunnel = aTunnel('shop/home');

    expect(serviceAccountFor(tunnel)).toEqual({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: ownedMetadata(tunnel, 'home-cloudflared'),
      automountServiceAccountToken: false,
    });
  });
});
