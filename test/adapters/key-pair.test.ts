import { X509Certificate, createPrivateKey } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { newKeyPair } from '../../src/adapters/key-pair.ts';

it('a key pair is a certificate and its key, valid for good, and never the same twice', async () => {
  const [one, other] = [await newKeyPair(), await newKeyPair()];
  const certificate = new X509Certificate(one.certificate);

  expect(certificate.checkPrivateKey(createPrivateKey(one.key))).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.validTo).toContain('9999');
  expect(other.key).not.toBe(one.key);
});
