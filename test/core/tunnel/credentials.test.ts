import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digest } from '../../../src/adapters/digest.ts';
import { CREDENTIALS_HASH_ANNOTATION } from '../../../src/api/names.ts';
import { credentialsSecretFor } from '../../../src/core/manifests/secret.ts';
import {
  type TunnelCredentials,
  connectorToken,
  parseApiSecret,
  readConnectorToken,
  readCredentials,
  writeCredentials,
} from '../../../src/core/tunnel/credentials.ts';
import { aSecret, aTunnel, base64 } from '../../support/builders.ts';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const CREDENTIALS = { accountId: ACCOUNT, tunnelSecret: base64('s'.repeat(32)), tunnelId: 'tunnel-1' };

describe('parseApiSecret', () => {
  it.each([
    {
      case: 'a token',
      texts: { CLOUDFLARE_API_TOKEN: 'abc' },
      parsed: { credentials: { kind: 'token', token: 'abc' }, accountId: undefined },
    },
    {
      case: 'a token that ends in a line break',
      texts: { CLOUDFLARE_API_TOKEN: 'abc\n', CLOUDFLARE_ACCOUNT_ID: `${ACCOUNT}\n` },
      parsed: { credentials: { kind: 'token', token: 'abc' }, accountId: ACCOUNT },
    },
    {
      case: 'a key with its email',
      texts: { CLOUDFLARE_API_KEY: 'k', CLOUDFLARE_EMAIL: 'me@example.com' },
      parsed: { credentials: { kind: 'key', key: 'k', email: 'me@example.com' }, accountId: undefined },
    },
    {
      case: 'a token rather than a key',
      texts: { CLOUDFLARE_API_TOKEN: 'abc', CLOUDFLARE_API_KEY: 'k', CLOUDFLARE_EMAIL: 'me@example.com' },
      parsed: { credentials: { kind: 'token', token: 'abc' }, accountId: undefined },
    },
  ])('reads $case', ({ texts, parsed }) => {
    expect(parseApiSecret(aSecret('shop/api', texts))).toEqual(parsed);
  });

  it.each([
    { case: 'nothing', texts: {}, names: 'CLOUDFLARE_API_TOKEN' },
    { case: 'a blank token', texts: { CLOUDFLARE_API_TOKEN: ' \n' }, names: 'CLOUDFLARE_API_TOKEN' },
    {
      case: 'a key without email',
      texts: { CLOUDFLARE_API_KEY: 'k' },
      names: 'the key CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL, is missing',
    },
    {
      case: 'an email without key',
      texts: { CLOUDFLARE_EMAIL: 'a@b' },
      names: 'the key CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL, is missing',
    },
    {
      case: 'an account that is too long',
      texts: { CLOUDFLARE_API_TOKEN: 't', CLOUDFLARE_ACCOUNT_ID: 'a'.repeat(33) },
      names: 'CLOUDFLARE_ACCOUNT_ID',
    },
    { case: 'a token of two lines', texts: { CLOUDFLARE_API_TOKEN: 'a\nb' }, names: 'CLOUDFLARE_API_TOKEN' },
    { case: 'a token that is not ASCII', texts: { CLOUDFLARE_API_TOKEN: 'caf\u00e9' }, names: 'CLOUDFLARE_API_TOKEN' },
    {
      case: 'an email that breaks a header',
      texts: { CLOUDFLARE_API_KEY: 'k', CLOUDFLARE_EMAIL: 'a\r\nb' },
      names: 'CLOUDFLARE_EMAIL',
    },
    {
      case: 'an invalid account',
      texts: { CLOUDFLARE_API_TOKEN: 'abc', CLOUDFLARE_ACCOUNT_ID: 'ABC' },
      names: 'CLOUDFLARE_ACCOUNT_ID',
    },
  ])('names the key that is wrong for $case', ({ texts, names }) => {
    expect(parseApiSecret(aSecret('shop/api', texts))).toEqual({ problem: expect.stringContaining(names) });
  });

  it('never quotes a secret in a problem', () => {
    const parsed = parseApiSecret(aSecret('shop/api', { CLOUDFLARE_API_TOKEN: 'very secret' }));

    expect(JSON.stringify(parsed)).not.toContain('very secret');
  });

  it('handles any data', () => {
    const key = fc.constantFrom(
      'CLOUDFLARE_API_TOKEN',
      'CLOUDFLARE_API_KEY',
      'CLOUDFLARE_EMAIL',
      'CLOUDFLARE_ACCOUNT_ID',
    );

    fc.assert(
      fc.property(fc.dictionary(key, fc.oneof(fc.string(), fc.base64String())), (data) => {
        const parsed = parseApiSecret({ ...aSecret('shop/api', {}), data });
        expect('problem' in parsed || parsed.credentials.kind).toBeTruthy();
      }),
    );
  });
});

describe('writeCredentials', () => {
  it('writes what cloudflared reads', () => {
    expect(JSON.parse(writeCredentials(CREDENTIALS))).toEqual({
      AccountTag: ACCOUNT,
      TunnelSecret: CREDENTIALS.tunnelSecret,
      TunnelID: 'tunnel-1',
    });
  });

  it('omits the id while there is no tunnel', () => {
    expect(JSON.parse(writeCredentials({ ...CREDENTIALS, tunnelId: undefined }))).not.toHaveProperty('TunnelID');
  });
});

describe('connectorToken', () => {
  it('is the base64 of account, tunnel and secret', () => {
    const json = Buffer.from(connectorToken(CREDENTIALS), 'base64').toString();

    expect(JSON.parse(json)).toEqual({ a: ACCOUNT, t: 'tunnel-1', s: CREDENTIALS.tunnelSecret });
  });

  it('is reversed by readConnectorToken', () => {
    fc.assert(
      fc.property(anyCredentials(), (credentials) => {
        const token = connectorToken({ ...credentials, tunnelId: 'tunnel-1' });
        expect(readConnectorToken(token)).toEqual({ ...credentials, tunnelId: 'tunnel-1' });
      }),
    );
  });
});

describe('readConnectorToken', () => {
  it.each([
    { case: 'an empty text', token: '' },
    { case: 'invalid base64', token: '%%%' },
    { case: 'invalid JSON', token: base64('{') },
    { case: 'null', token: base64('null') },
    { case: 'a part missing', token: base64('{"a":"x","t":"y"}') },
    { case: 'a secret that is not a string', token: base64('{"a":"x","t":"y","s":1}') },
    { case: 'a tunnel that is not a string', token: base64('{"a":"x","t":1,"s":"z"}') },
    { case: 'an account that is not a string', token: base64('{"a":1,"t":"y","s":"z"}') },
    { case: 'a string', token: base64('"ats"') },
  ])('reads nothing from $case', ({ token }) => {
    expect(readConnectorToken(token)).toBeUndefined();
  });
});

describe('readCredentials', () => {
  it('reads the Secret of the manifest, before and after the tunnel is created', () => {
    fc.assert(
      fc.property(anyCredentials(), (credentials) => {
        expect(readCredentials(credentialsSecretFor(aTunnel('shop/home'), credentials, digest), digest)).toEqual(
          credentials,
        );
      }),
    );
  });

  it.each([
    {
      case: 'the credentials were edited',
      edit: { 'credentials.json': base64(writeCredentials({ ...CREDENTIALS, accountId: 'x' })) },
    },
    { case: 'the token was edited', edit: { token: base64('edited') } },
    { case: 'the token was removed', edit: { token: '' } },
    { case: 'the credentials were removed', edit: { 'credentials.json': '' } },
    { case: 'the credentials are not base64', edit: { 'credentials.json': '%' } },
  ])('rejects the Secret if $case', ({ edit }) => {
    const secret = credentialsSecretFor(aTunnel('shop/home'), CREDENTIALS, digest);

    expect(readCredentials({ ...secret, data: { ...secret.data, ...edit } }, digest)).toBeUndefined();
  });

  it.each([
    { case: 'an account that is not a string', text: '{"AccountTag":1,"TunnelSecret":"s"}', read: undefined },
    { case: 'a secret that is not a string', text: '{"AccountTag":"a","TunnelSecret":1}', read: undefined },
    { case: 'text that is not ASCII', text: '{"AccountTag":"\u00e9","TunnelSecret":"s"}', read: undefined },
    {
      case: 'a tunnel that is not a string, as if there were none',
      text: '{"AccountTag":"a","TunnelSecret":"s","TunnelID":1}',
      read: { accountId: 'a', tunnelSecret: 's', tunnelId: undefined },
    },
  ])('checks the content even if the hash is right: $case', ({ text, read }) => {
    const annotations = { [CREDENTIALS_HASH_ANNOTATION]: digest(text) };

    expect(readCredentials(aSecret('shop/home', { 'credentials.json': text }, { annotations }), digest)).toEqual(read);
  });

  it('reads nothing from a Secret without data', () => {
    const { data: _data, ...secret } = aSecret(
      'shop/home',
      {},
      { annotations: { [CREDENTIALS_HASH_ANNOTATION]: digest('') } },
    );

    expect(readCredentials(secret, digest)).toBeUndefined();
    expect(parseApiSecret(secret)).toHaveProperty('problem');
  });

  it('rejects the Secret without the hash', () => {
    const { data = {}, ...secret } = credentialsSecretFor(aTunnel('shop/home'), CREDENTIALS, digest);

    expect(readCredentials({ ...secret, data, metadata: { name: 'home' } }, digest)).toBeUndefined();
  });

  it('handles any data, even with a matching hash', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(undefined));
    const parts = fc.record({ AccountTag: part, TunnelSecret: part, TunnelID: part });
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      parts.map((value) => JSON.stringify(value)),
    );

    fc.assert(
      fc.property(texts, fc.string(), (text, token) => {
        const annotations = { [CREDENTIALS_HASH_ANNOTATION]: digest(text) };
        const secret = aSecret('shop/home', { 'credentials.json': text, token }, { annotations });
        expect(() => readCredentials(secret, digest)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

function anyCredentials(): fc.Arbitrary<TunnelCredentials> {
  return fc.record({
    accountId: fc.string({ unit: fc.constantFrom('0', 'a', 'f'), minLength: 32, maxLength: 32 }),
    tunnelSecret: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    tunnelId: fc.option(fc.uuid(), { nil: undefined }),
  });
}
