/** Reads certificates from what a person has put into a ConfigMap or Secret. */

/** Certificates in one spelling, or what is wrong with the text. */
export type ParsedCertificates = { readonly pem: string } | { readonly problem: string };

/** Far more than a private authority needs; all the pools of a Tunnel share one ConfigMap with its rules. */
const MAX_LENGTH = 64 * 1024;

const BEGIN = /-----BEGIN ([^-\n]+)-----/g;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const LINE = /.{1,64}/g;

/**
 * Takes certificates and nothing else. What stands between the blocks (names, comments) is left out, so the result
 * holds no byte that was not proven to be of a certificate; a key beside them is a mistake to be told, not copied.
 */
export function parseCertificates(text: string, isCertificate: (pem: string) => boolean): ParsedCertificates {
  const labels = [...text.matchAll(BEGIN)].map(([, label]) => label);
  if (labels.length === 0) return { problem: 'holds no certificate (-----BEGIN CERTIFICATE-----)' };
  const foreign = labels.find((label) => label !== 'CERTIFICATE');
  if (foreign !== undefined) return { problem: `holds a ${foreign}; only certificates belong there` };
  const certificates = [...text.matchAll(CERTIFICATE)].map(([, body = '']) => respell(body));
  const broken = certificates.findIndex((pem) => !isCertificate(pem));
  if (broken !== -1) return { problem: `holds a certificate that cannot be read (number ${broken + 1})` };
  if (certificates.length < labels.length) return { problem: 'holds a certificate without its end' };
  const pem = [...new Set(certificates)].join('');
  return pem.length > MAX_LENGTH ? { problem: `holds more than ${MAX_LENGTH / 1024} KiB of certificates` } : { pem };
}

/** One certificate, however its lines were broken; empty if it is not base64. */
function respell(body: string): string {
  const base64 = body.replace(/\s+/g, '');
  if (!BASE64.test(base64)) return '';
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(LINE, '$&\n')}-----END CERTIFICATE-----\n`;
}
