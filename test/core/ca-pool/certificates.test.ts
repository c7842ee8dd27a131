import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isCertificate } from '../../../src/adapters/certificate.ts';
import { parseCertificates } from '../../../src/core/ca-pool/certificates.ts';
import { aKeyPair } from 'cftunnel-sandbox/testing/certificates';

const [ONE, TWO] = await Promise.all([aKeyPair('one.test'), aKeyPair('two.test')]);
const BROKEN = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

function parse(text: string) {
  return parseCertificates(text, isCertificate);
}

describe('parseCertificates', () => {
  it('accepts certificates, in order and without duplicates', () => {
    expect(parse(`${ONE.cert}\n${TWO.cert}\n${ONE.cert}`)).toEqual(parse(`${ONE.cert}\n${TWO.cert}`));
    expect(parse(ONE.cert + TWO.cert)).toEqual({ pem: [ONE, TWO].map(({ cert }) => `${cert.trim()}\n`).join('') });
    expect(parse(`${TWO.cert}\n${ONE.cert}`)).not.toEqual(parse(`${ONE.cert}\n${TWO.cert}`));
  });

  it.each([
    { how: 'other line breaks', spelled: ONE.cert.replaceAll('\n', '\r\n') },
    { how: 'other white space', spelled: `\n\n  ${ONE.cert.replaceAll('\n', '\n\t')}` },
    { how: 'comments between the blocks', spelled: `# our own authority\nsubject=CN = one.test\n${ONE.cert}` },
  ])('gives the same bytes for the same certificate with $how', ({ spelled }) => {
    expect(parse(spelled)).toEqual(parse(ONE.cert));
  });

  it.each([
    {
      what: 'a private key next to it',
      text: ONE.cert + ONE.key,
      says: /^contains a block of type PRIVATE KEY, but only certificates/,
    },
    {
      what: 'an encrypted key with headers',
      text: `${ONE.cert}-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-256-CBC,00\n\nMIIB\n-----END RSA PRIVATE KEY-----`,
      says: /^contains a block of type RSA PRIVATE KEY/,
    },
    {
      what: 'half a key',
      text: `${ONE.cert}-----BEGIN PRIVATE KEY-----\nMIG`,
      says: /^contains a block of type PRIVATE KEY/,
    },
    { what: 'nothing', text: '', says: /^contains no certificate/ },
    { what: 'prose', text: 'see the wiki', says: /^contains no certificate/ },
    { what: 'DER in a string', text: '0\u0082\u0001K', says: /^contains no certificate/ },
    { what: 'a block that is not a certificate', text: ONE.cert + BROKEN, says: /invalid certificate \(number 2\)/ },
    { what: 'a block that is not base64', text: BROKEN.replace('MIIB', '!'), says: /invalid certificate \(number 1\)/ },
    { what: 'a block without its end', text: ONE.cert.replace(/-----END[^]*/, ''), says: /that is truncated/ },
  ])('refuses $what', ({ text, says }) => {
    expect(parse(text)).toEqual({ problem: expect.stringMatching(says) });
  });

  it.each(['!MIIB', 'MIIB!', 'MI!IB', 'MIIB==='])('returns nothing that is not base64: %s', (body) => {
    const text = BROKEN.replace('MIIB', body);

    expect(parseCertificates(text, (pem) => pem !== '')).toHaveProperty('problem');
  });

  it.each([
    { characters: 64_474, parsed: { pem: expect.stringMatching(/^[^]{65536}$/) } },
    { characters: 64_475, parsed: { problem: 'contains more than 64 KiB of certificates' } },
  ])('accepts at most the maximum size: $characters characters of base64', ({ characters, parsed }) => {
    expect(parseCertificates(BROKEN.replace('MIIB', 'A'.repeat(characters)), () => true)).toEqual(parsed);
  });

  // Invariant 20.
  it('never returns a byte that is not part of a certificate', () => {
    const noise = fc.oneof(fc.string(), fc.constantFrom(ONE.key, ONE.cert, BROKEN, '-----BEGIN ', '-----'));
    const pem = /^(-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END CERTIFICATE-----\n)+$/;

    fc.assert(
      fc.property(fc.array(noise), (parts) => {
        const parsed = parse(parts.join('\n'));
        expect('problem' in parsed || pem.test(parsed.pem)).toBe(true);
      }),
    );
  });
});
