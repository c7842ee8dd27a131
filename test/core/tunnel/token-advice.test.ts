import { expect, it } from '@jest/globals';
import { tokenAdvice } from '../../../src/core/tunnel/token-advice.ts';
import { aTunnel } from '../../support/builders.ts';

const TUNNEL = aTunnel('shop/home');
const PLACE = `Secret shop/${TUNNEL.spec.credentialsRef.name}, key CLOUDFLARE_API_TOKEN`;

it.each(['CredentialsRejected', 'PermissionMissing'] as const)('names Secret and key for %s', (reason) => {
  expect(tokenAdvice(reason, TUNNEL)).toContain(PLACE);
});

it('is undefined for a failure that no token can resolve', () => {
  expect(tokenAdvice('CloudflareUnreachable', TUNNEL)).toBeUndefined();
});
