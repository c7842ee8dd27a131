/** Parses the certificates in a ConfigMap or Secret. */

/** Certificates in a normalized form, or why the text is invalid. */
export type ParsedCertificates = { readonly pem: string } | { readonly problem: string };

/** Far more than a private CA needs. All pools of a Tunnel share one ConfigMap with its rules. */
const MAX_LENGTH = 64 * 1024;

const BEGIN = /-----BEGIN ([^-\n]+)-----/g;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const LINE = /.{1,64}/g;

/**
 * Accepts nothing but certificates. Text between the blocks (names, comments) is dropped, so the result consists only of
 * verified certificates. Any other block, such as a private key, is an error and is never copied.
 */
export function parseCertificates(text: string, isCertificate: (pem: string) => boolean): ParsedCertificates {
  const labels = [...text.matchAll(BEGIN)].map(([, label]) => label);
  if (labels.length === 0) return { problem: 'contains no certificate (-----BEGIN CERTIFICATE-----)' };
  const foreign = labels.find((label) => label !== 'CERTIFICATE');
  if (foreign !== undefined)
    return { problem: `contains a block of type ${foreign}, but only certificates are allowed` };
  const certificates = [...text.matchAll(CERTIFICATE)].map(([, body = '']) => normalizePem(body));
  const invalid = certificates.findIndex((pem) => !isCertificate(pem));
  if (invalid !== -1) return { problem: `contains an invalid certificate (number ${invalid + 1})` };
  if (certificates.length < labels.length) return { problem: 'contains a certificate that is truncated' };
  const pem = [...new Set(certificates)].join('');
  return pem.length > MAX_LENGTH ? { problem: `contains more than ${MAX_LENGTH / 1024} KiB of certificates` } : { pem };
}

/** One certificate with lines of 64 characters; empty if it is not base64. */
function normalizePem(body: string): string {
  const base64 = body.replace(/\s+/g, '');
  if (!BASE64.test(base64)) return '';
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(LINE, '$&\n')}-----END CERTIFICATE-----\n`;
}
