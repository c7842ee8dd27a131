import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalName,
  decodeResponseHeaders,
  encodeResponseHeaders,
} from '../../../src/edge/wire/response-headers.ts';

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,20}$/).filter((each) => !/^cf-/i.test(each));
const value = fc.stringMatching(/^[\u0020-\u007e\u00a0-\u00ff]*$/);

describe('encoded response headers', () => {
  it("have cloudflared's format", () => {
    const packed = encodeResponseHeaders([
      ['content-type', 'text/plain'],
      ['x-b', '1'],
    ]);

    expect(packed).toBe('Q29udGVudC1UeXBl:dGV4dC9wbGFpbg;WC1C:MQ');
  });

  it('are decoded unchanged, including repeated names', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (headers) => {
        const unpacked = decodeResponseHeaders(encodeResponseHeaders(headers));

        expect(unpacked).toEqual(headers.map(([each, text]) => [canonicalName(each), text]));
      }),
    );
  });

  it('omit headers that only the edge may set', () => {
    const headers = [':status', 'cf-int-x', 'CF-Cloudflared-Response-Meta', 'cf-proxy-y', 'cf-ray'];

    const unpacked = decodeResponseHeaders(encodeResponseHeaders(headers.map((each) => [each, '1'])));

    expect(unpacked).toEqual([['Cf-Ray', '1']]);
  });

  it.each(['', ';', 'WA', 'WA:MQ:MQ', ':MQ', 'W A:MQ', '\u0000:\u0000'])('are skipped if malformed: %j', (packed) => {
    expect(decodeResponseHeaders(packed)).toEqual([]);
  });
});
