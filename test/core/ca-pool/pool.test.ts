import { describe, expect, it } from '@jest/globals';
import { caPoolKey, readCaPool, splitCaPoolKey } from '../../../src/core/ca-pool/pool.ts';
import { aConfigMap, aSecret } from '../../support/builders.ts';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const OTHER = CERTIFICATE.replace('MIIB', 'MIIC');
const TOOLS = { isCertificate: () => true, fingerprint: (text: string) => (text === CERTIFICATE ? 'f1' : 'f2') };

interface Found {
  readonly configMap?: Readonly<Record<string, string>>;
  readonly secret?: Readonly<Record<string, string>>;
}

function read(reference: string, { configMap, secret }: Found) {
  const found = {
    configMap: configMap && aConfigMap('shop/ca', configMap),
    secret: secret && aSecret('shop/ca', secret),
  };
  return readCaPool(reference, found, TOOLS);
}

describe('a reference', () => {
  it.each([{ name: 'ca' }, { name: 'ca', key: 'root.pem' }])('is known by one key in the cluster: %j', (reference) => {
    expect(splitCaPoolKey(caPoolKey('shop', reference))).toEqual({ object: 'shop/ca', key: reference.key });
  });
});

describe('readCaPool', () => {
  it('finds no certificates in objects without data', () => {
    const [{ data: _, ...configMap }, { data: __, ...secret }] = [aConfigMap('shop/ca', {}), aSecret('shop/ca', {})];

    expect(readCaPool('shop/ca', { configMap, secret: undefined }, TOOLS)).toHaveProperty('problem');
    expect(readCaPool('shop/ca', { configMap: undefined, secret }, TOOLS)).toHaveProperty('problem');
  });

  it.each([
    { case: 'ca.crt of a ConfigMap', reference: 'shop/ca', found: { configMap: { 'ca.crt': CERTIFICATE, note: 'x' } } },
    { case: 'ca.crt of a Secret', reference: 'shop/ca', found: { secret: { 'ca.crt': CERTIFICATE, 'tls.key': 'x' } } },
    { case: 'the only key', reference: 'shop/ca', found: { configMap: { bundle: CERTIFICATE } } },
    { case: 'the key that is named', reference: 'shop/ca/b', found: { secret: { 'ca.crt': OTHER, b: CERTIFICATE } } },
    {
      case: 'the ConfigMap, if there is also a Secret of that name',
      reference: 'shop/ca',
      found: { configMap: { 'ca.crt': CERTIFICATE }, secret: { 'ca.crt': OTHER } },
    },
  ])('reads $case', ({ reference, found }) => {
    expect(read(reference, found)).toEqual({ pem: CERTIFICATE, fingerprint: 'f1' });
  });

  it.each([
    {
      case: 'no object',
      reference: 'shop/ca',
      found: {},
      says: 'namespace shop has neither a ConfigMap nor a Secret named "ca". Create one with the certificates under the key ca.crt',
    },
    {
      case: 'no object, if the reference names a key',
      reference: 'shop/ca/root.pem',
      found: {},
      says: 'namespace shop has neither a ConfigMap nor a Secret named "ca". Create one with the certificates under the key root.pem',
    },
    {
      case: 'no data',
      reference: 'shop/ca',
      found: { secret: {} },
      says: 'Secret shop/ca has no key ca.crt. Add it, or specify another key as NAME/KEY',
    },
    {
      case: 'several keys without the default one, and does not list them',
      reference: 'shop/ca',
      found: { secret: { 'tls.crt': CERTIFICATE, 'tls.key': 'x' } },
      says: 'Secret shop/ca has no key ca.crt. Add it, or specify another key as NAME/KEY',
    },
    {
      case: 'a key that does not exist',
      reference: 'shop/ca/root.pem',
      found: { configMap: { 'ca.crt': CERTIFICATE } },
      says: 'ConfigMap shop/ca has no key root.pem. Add it, or specify another key as NAME/KEY',
    },
    {
      case: 'a key that every object inherits',
      reference: 'shop/ca/constructor',
      found: { configMap: { 'ca.crt': CERTIFICATE } },
      says: 'ConfigMap shop/ca has no key constructor. Add it, or specify another key as NAME/KEY',
    },
    {
      case: 'a private key instead of a certificate',
      reference: 'shop/ca/tls.key',
      found: { secret: { 'tls.key': '-----BEGIN PRIVATE KEY-----\nMIG' } },
      says: 'Secret shop/ca, key tls.key, contains a block of type PRIVATE KEY, but only certificates are allowed',
    },
  ])('says what is wrong with $case', ({ reference, found, says }) => {
    expect(read(reference, found)).toEqual({ problem: says });
  });
});
