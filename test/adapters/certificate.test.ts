import { expect, it } from '@jest/globals';
import { isCertificate } from '../../src/adapters/certificate.ts';
import { aKeyPair } from 'cftunnel-sandbox/testing/certificates';

it('distinguishes a certificate from a key, a broken one and nothing', async () => {
  const { cert, key } = await aKeyPair('web.test');

  expect(isCertificate(cert)).toBe(true);
  expect([key, cert.replace(/[A-Za-z0-9+/]{20}\n/, '\n'), ''].map(isCertificate)).toEqual([false, false, false]);
});
