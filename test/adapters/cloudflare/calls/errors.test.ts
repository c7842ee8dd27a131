import { describe, expect, it } from '@jest/globals';
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'cloudflare/core/error';
import {
  asOperatorError,
  hasCode,
  hasStatus,
  isAuthError,
  sentenceOf,
} from '../../../../src/adapters/cloudflare/calls/errors.ts';
import { NoAnswerError } from '../../../../src/adapters/cloudflare/calls/transport.ts';
import { OperatorError } from '../../../../src/runtime/errors.ts';

interface Entry {
  readonly code: number;
  readonly message: string;
  readonly error_chain?: readonly Entry[];
}

/** The SDK's error for an answer of Cloudflare. */
function answered(status: number, errors: readonly Entry[] = [], headers: Record<string, string> = {}): APIError {
  const body = { success: false, errors, messages: [], result: null };
  return APIError.generate(status, body, undefined, new Headers({ 'cf-ray': '8f1e2d3c4b5a6978-FRA', ...headers }));
}

const INVALID_HEADERS: Entry = {
  code: 6003,
  message: 'Invalid request headers',
  error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
};

describe('asOperatorError', () => {
  // Invariant 22.
  it.each([
    ['an API token', 'v1_AbCdEf-0123456789AbCdEf0123456789abcdE'],
    ['an API key', '0123456789abcdef0123456789abcdef01234'],
    ['a tunnel secret', 'kB+3/9aX0vQ2/r1TzJ8mN+5cLpY7dWuE4hGfS6iO/xA='],
  ])('redacts %s that an answer quotes', (_, secret) => {
    const error = asOperatorError(answered(500, [{ code: 1001, message: `no: ${secret}` }]), 'list the zones');

    expect(error).toMatchObject({ message: 'Cannot list the zones: no: (redacted) (code 1001)' });
  });

  it('keeps ids', () => {
    const ids = 'tunnel 11111111-2222-3333-4444-555555555555 of account 0123456789abcdef0123456789abcdef';

    expect(asOperatorError(answered(400, [{ code: 1001, message: ids }]), 'look')).toMatchObject({
      message: `Cannot look: ${ids} (code 1001)`,
    });
  });

  it.each([
    { status: 400, code: 9007, message: 'Content for CNAME record is invalid.', reason: 'CloudflareRefused' },
    { status: 400, code: 9003, message: 'Target is not allowed for a proxied record.', reason: 'CloudflareRefused' },
    { status: 400, code: 81045, message: 'Record quota exceeded.', reason: 'CloudflareRefused' },
    { status: 400, code: 9313, message: 'DNS record comment exceeds the maximum length', reason: 'CloudflareRefused' },
    { status: 404, code: 7003, message: 'Could not route to /client/v4/x', reason: 'CloudflareRefused' },
  ])(
    'maps $status with code $code to $reason (stall), with the message of Cloudflare',
    ({ status, code, message, reason }) => {
      const cause = answered(status, [{ code, message }]);

      const error = asOperatorError(cause, 'write 1 records in zone example.com');

      expect(error).toBeInstanceOf(OperatorError);
      expect(error).toMatchObject({
        reason,
        disposition: 'stall',
        message: `Cannot write 1 records in zone example.com: ${message.replace(/\.$/, '')} (code ${code})`,
        cause,
      });
    },
  );

  it.each([408, 500, 502, 503, 504, 520, 524])('maps %d to CloudflareUnavailable (retry)', (status) => {
    const error = asOperatorError(answered(status), 'list the zones');

    expect(error).toMatchObject({
      reason: 'CloudflareUnavailable',
      disposition: 'retry',
      message: `Cannot list the zones: Cloudflare answered HTTP ${status}`,
    });
  });

  it('maps 429 to RateLimited (retry), with its Retry-After', () => {
    const cause = answered(429, [{ code: 971, message: 'More than 1200 requests' }], { 'retry-after': '3' });

    expect(asOperatorError(cause, 'list the zones')).toMatchObject({
      reason: 'RateLimited',
      disposition: 'retry',
      retryAfterMs: 3_000,
    });
  });

  it.each([
    { case: 'a connection that failed', cause: new APIConnectionError({ message: 'socket hang up' }) },
    { case: 'a timeout', cause: new APIConnectionTimeoutError() },
  ])('maps $case to CloudflareUnreachable (retry)', ({ cause }) => {
    expect(asOperatorError(cause, 'list the zones')).toMatchObject({
      reason: 'CloudflareUnreachable',
      disposition: 'retry',
      message: 'Cannot list the zones: no answer from the Cloudflare API',
    });
  });

  it('says why there was no answer, if that is known', () => {
    const why = 'DNS does not know the name api.cloudflare.com';
    const cause = new APIConnectionError({ cause: new NoAnswerError(why) });

    expect(asOperatorError(cause, 'list the zones')).toMatchObject({
      reason: 'CloudflareUnreachable',
      message: `Cannot list the zones: no answer from the Cloudflare API: ${why}`,
    });
  });

  it.each([
    { case: 'an abort by the caller', error: new APIUserAbortError() },
    { case: 'a bug', error: new TypeError('undefined is not a function') },
  ])('returns $case unchanged', ({ error }) => {
    expect(asOperatorError(error, 'list the zones')).toBe(error);
  });
});

describe('sentenceOf', () => {
  it('contains every entry, including chained ones', () => {
    const error = answered(400, [
      { code: 1004, message: 'DNS Validation Error', error_chain: [{ code: 9003, message: 'Target is not allowed.' }] },
      { code: 9021, message: 'Invalid TTL' },
    ]);

    expect(sentenceOf(error)).toBe(
      'DNS Validation Error (code 1004); Target is not allowed (code 9003); Invalid TTL (code 9021)',
    );
  });

  // Invariant 13.
  it('names the status of an answer that is not JSON, and nothing that varies between calls', () => {
    const error = APIError.generate(415, undefined, '<html>cf-ray 8f1e2d3c</html>', new Headers({ 'cf-ray': '8f1e' }));

    expect(sentenceOf(error)).toBe('Cloudflare answered HTTP 415');
  });

  it.each([{ errors: 'oops' }, { errors: [null, 'oops', { message: 'no code' }] }, {}])(
    'accepts a body such as %j',
    (body) => {
      expect(sentenceOf(APIError.generate(418, body, undefined, new Headers()))).toBe('Cloudflare answered HTTP 418');
    },
  );
});

describe('hasCode and hasStatus', () => {
  it('find any of the codes, including chained ones', () => {
    const error = answered(400, [INVALID_HEADERS]);

    expect(hasCode(error, 1, 6003)).toBe(true);
    expect(hasCode(error, 6111)).toBe(true);
    expect(hasCode(error, 9109)).toBe(false);
    expect(hasStatus(error, 400)).toBe(true);
    expect(hasStatus(error, 404)).toBe(false);
  });

  it('find nothing in an error that is not an answer of Cloudflare', () => {
    expect(hasCode(new Error('code 6003'), 6003)).toBe(false);
    expect(hasStatus({ status: 404 }, 404)).toBe(false);
  });
});

describe('isAuthError', () => {
  it.each([
    { status: 401, entry: { code: 1000, message: 'Invalid API Token' } },
    { status: 403, entry: { code: 9109, message: 'Invalid access token' } },
    { status: 403, entry: { code: 10000, message: 'Authentication error' } },
    { status: 400, entry: INVALID_HEADERS },
    { status: 400, entry: { code: 9106, message: 'Authentication failed (status: 400)' } },
    { status: 400, entry: { code: 10000, message: 'Authentication error' } },
  ])('is true for $status with code $entry.code', ({ status, entry }) => {
    expect(isAuthError(answered(status, [entry]))).toBe(true);
  });

  it.each([
    { status: 400, code: 1001 },
    { status: 400, code: 9007 },
    { status: 404, code: 81044 },
    { status: 409, code: 1013 },
    { status: 429, code: 10000 },
    { status: 500, code: 10000 },
  ])('is false for $status with code $code', ({ status, code }) => {
    expect(isAuthError(answered(status, [{ code, message: 'no' }]))).toBe(false);
  });

  it('is false for a failed connection and for a bug', () => {
    expect(isAuthError(new APIConnectionError({ message: 'socket hang up' }))).toBe(false);
    expect(isAuthError(new Error('401'))).toBe(false);
  });
});
