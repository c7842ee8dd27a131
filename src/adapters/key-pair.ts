import type { KeyPair } from '../core/manifests/proxy-objects.ts';

/** Nobody verifies the certificate, so it never has to be renewed. */
const NEVER = new Date('9999-12-31T23:59:59Z');

/** A key and a certificate that it has signed itself. Most operators need none, so the package is loaded when one does. */
export async function newKeyPair(): Promise<KeyPair> {
  const { generate } = await import('selfsigned');
  const subject = [{ name: 'commonName', value: 'localhost' }];
  const { cert, private: key } = await generate(subject, { keyType: 'ec', algorithm: 'sha256', notAfterDate: NEVER });
  return { certificate: cert, key };
}
