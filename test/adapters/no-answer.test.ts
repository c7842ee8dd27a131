import { describe, expect, it } from '@jest/globals';
import { whyNoAnswer } from '../../src/adapters/no-answer.ts';

const server = new URL('https://api.cloudflare.com/client/v4');
const proxy = new URL('http://me:s3cret@proxy.corp:3128');
const caHint = 'name its authority';
/** Node's error when every address of a name refuses the connection. */
const attempts = (...addresses: readonly string[]): unknown => ({
  code: 'ECONNREFUSED',
  errors: addresses.map((address) => ({ code: 'ECONNREFUSED', address, port: 443 })),
});

const UNTRUSTED = `the certificate of api.cloudflare.com:443 is signed by an authority that is not trusted here; ${caHint}`;

describe('whyNoAnswer', () => {
  it.each([
    [{ code: 'ENOTFOUND', hostname: 'api.cloudflare.com' }, 'DNS does not know the name api.cloudflare.com'],
    [{ code: 'EAI_AGAIN', hostname: 'api.cloudflare.com' }, 'DNS gives no answer for the name api.cloudflare.com'],
    [{ code: 'ECONNREFUSED', address: '104.19.1.1', port: 443 }, 'api.cloudflare.com:443 refuses the connection'],
    [{ code: 'ENETUNREACH', port: 443 }, 'there is no route to api.cloudflare.com:443'],
    [{ code: 'ECONNRESET' }, 'api.cloudflare.com:443 closed the connection before an answer came'],
    [{ code: 'ETIMEDOUT', port: 443 }, 'api.cloudflare.com:443 did not answer in time'],
    [{ code: 'ABORT_ERR' }, 'api.cloudflare.com:443 did not answer in time'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'the certificate of api.cloudflare.com:443 has expired'],
    [{ code: 'CERT_NOT_YET_VALID' }, 'the certificate of api.cloudflare.com:443 is not valid yet; compare the clocks'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'the certificate of api.cloudflare.com:443 is for another name'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, UNTRUSTED],
    [{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, UNTRUSTED],
    [{ code: 'EPROTO' }, 'the connection to api.cloudflare.com:443 failed with EPROTO'],
    [new SyntaxError('Unexpected end of JSON input'), 'Unexpected end of JSON input'],
  ])('says of %j: %s', (error, words) => {
    expect(whyNoAnswer(error, { server, caHint })).toBe(words);
  });

  it('says the same whichever addresses DNS returns', () => {
    expect(whyNoAnswer(attempts('104.19.1.1', '2606:4700::1'), { server, caHint })).toBe(
      'api.cloudflare.com:443 refuses the connection',
    );
    expect(whyNoAnswer(attempts('104.19.2.2'), { server, caHint })).toBe(
      'api.cloudflare.com:443 refuses the connection',
    );
  });

  // Invariant 22.
  it.each([
    [{ code: 'ENOTFOUND', hostname: 'proxy.corp' }, 'DNS does not know the name proxy.corp of the proxy'],
    [{ code: 'ECONNREFUSED', port: 3128 }, 'the proxy proxy.corp:3128 refuses the connection'],
    [{ code: 'ECONNREFUSED', port: 443 }, 'api.cloudflare.com:443 refuses the connection'],
    [
      { code: 'ECONNRESET' },
      'api.cloudflare.com:443 (through the proxy proxy.corp:3128) closed the connection before an answer came',
    ],
    [{ code: 'ERR_PROXY_TUNNEL' }, 'the proxy proxy.corp:3128 closed the connection before an answer came'],
    [
      { code: 'ERR_PROXY_TUNNEL', statusCode: 403 },
      'the proxy proxy.corp:3128 refuses to connect to api.cloudflare.com:443 (HTTP 403)',
    ],
    [
      { code: 'ERR_PROXY_TUNNEL', statusCode: 502 },
      'the proxy proxy.corp:3128 cannot connect to api.cloudflare.com:443 (HTTP 502)',
    ],
    [
      { code: 'ERR_PROXY_TUNNEL', statusCode: 407 },
      'the proxy proxy.corp:3128 does not accept the user name and password in its URL (HTTP 407)',
    ],
  ])('distinguishes the proxy from the server, and contains no password: %j', (error, words) => {
    expect(whyNoAnswer(error, { server, proxy, caHint })).toBe(words);
  });

  it('says that a proxy requires credentials', () => {
    const error = { code: 'ERR_PROXY_TUNNEL', statusCode: 407 };

    expect(whyNoAnswer(error, { server, proxy: new URL('http://proxy.corp:3128'), caHint })).toBe(
      'the proxy proxy.corp:3128 wants a user name and a password in its URL (HTTP 407)',
    );
  });
});
