import { X509Certificate } from 'node:crypto';

/** Whether a PEM block can be read as a certificate. */
export function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
