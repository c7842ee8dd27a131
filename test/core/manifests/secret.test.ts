import { describe, expect, it } from '@jest/globals';
import { digest } from '../../../src/adapters/digest.ts';
import { credentialsSecretFor } from '../../../src/core/manifests/secret.ts';
import { ownedMetadata } from '../../../src/core/owned.ts';
import { connectorToken, writeCredentials } from '../../../src/core/tunnel/credentials.ts';
import { aTunnel, base64 } from '../../support/builders.ts';

const TUNNEL = aTunnel('shop/home');
const CREDENTIALS = { accountId: 'a'.repeat(32), tunnelSecret: base64('s'.repeat(32)), tunnelId: 'tunnel-1' };

describe('credentialsSecretFor', () => {
  it('contains credentials and token, with the hash that verifies them', () => {
    const json = writeCredentials(CREDENTIALS);

    expect(credentialsSecretFor(TUNNEL, CREDENTIALS, digest)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: ownedMetadata(TUNNEL, 'home-cloudflared-credentials', { 'cftunnel.io/credentials-hash': digest(json) }),
      type: 'Opaque',
      data: { 'credentials.json': base64(json), token: base64(connectorToken(CREDENTIALS)) },
    });
  });

  it('contains only the secret until the tunnel is created', () => {
    const { data } = credentialsSecretFor(TUNNEL, { ...CREDENTIALS, tunnelId: undefined }, digest);

    expect(Object.keys(data ?? {})).toEqual(['credentials.json']);
  });
});
