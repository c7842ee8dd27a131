import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { tunnelHeaders, type Visitor } from '../../../src/edge/front-door/tunnel-headers.ts';
import { isConnectorFailure, visitorHeaders } from '../../../src/edge/front-door/visitor-headers.ts';
import { encodeResponseHeaders, RESPONSE_HEADERS } from '../../../src/edge/wire/response-headers.ts';

const VISITOR: Visitor = {
  address: '198.51.100.7',
  country: 'PT',
  certificate: undefined,
  scheme: 'https',
  host: 'app.example.com',
  authority: 'app.example.com',
  ray: '0011223344556677-FRA',
};
const META = 'cf-cloudflared-response-meta';

function toTunnel(headers: IncomingHttpHeaders, url = '/') {
  return tunnelHeaders({ headers, url, method: 'GET' }, VISITOR);
}

describe('a request to the connector', () => {
  it('has the headers that the edge adds', () => {
    expect(toTunnel({ host: 'app.example.com:8443', accept: '*/*' }, '/path?q')).toEqual({
      ':method': 'GET',
      ':path': '/path?q',
      ':authority': 'app.example.com',
      accept: '*/*',
      'cdn-loop': 'cloudflare; loops=1',
      'cf-connecting-ip': '198.51.100.7',
      'cf-ipcountry': 'PT',
      'cf-ray': VISITOR.ray,
      'cf-visitor': '{"scheme":"https"}',
      'x-forwarded-for': '198.51.100.7',
      'x-forwarded-proto': 'https',
    });
  });

  it.each([
    'cf-cloudflared-proxy-connection-upgrade',
    'cf-cloudflared-proxy-src',
    'cf-int-x',
    'cf-proxy-y',
    'expect',
    'keep-alive',
    'proxy-authorization',
    'transfer-encoding',
    'upgrade',
    'x-named',
  ])('does not have the header %s', (name) => {
    expect(toTunnel({ [name]: 'update-configuration', connection: 'X-Named, close' })).not.toHaveProperty(name);
  });

  it('keeps the only value of TE that HTTP/2 allows', () => {
    expect(toTunnel({ te: 'gzip, trailers' })).toMatchObject({ te: 'trailers' });
    expect(toTunnel({ te: 'gzip' })).not.toHaveProperty('te');
  });
});

describe('a response to the visitor', () => {
  it("has the name and ray of the edge instead of the origin's, and no hop-by-hop headers", () => {
    const packed = encodeResponseHeaders([
      ['Date', 'Sat, 21 Nov 2026 05:00:00 GMT'],
      ['Server', 'nginx'],
      ['Cf-Ray', 'forged'],
      ['Connection', 'X-Named'],
      ['X-Named', '1'],
      ['Transfer-Encoding', 'chunked'],
      ['Vary', 'a'],
      ['Vary', 'b'],
    ]);

    expect(visitorHeaders({ ':status': 200, [RESPONSE_HEADERS]: packed }, VISITOR.ray)).toEqual([
      ['Date', 'Sat, 21 Nov 2026 05:00:00 GMT'],
      ['Vary', 'a'],
      ['Vary', 'b'],
      ['Server', 'cloudflare'],
      ['CF-RAY', VISITOR.ray],
    ]);
  });

  it('has a date even if the origin sends none', () => {
    expect(visitorHeaders({ ':status': 200 }, VISITOR.ray)[0]?.[0]).toBe('Date');
  });

  it.each([
    { status: 502, meta: '{"src":"cloudflared"}', isFailure: true },
    { status: 502, meta: '{"src":"origin"}', isFailure: false },
    { status: 404, meta: '{"src":"cloudflared"}', isFailure: false },
    { status: 502, meta: 'no JSON', isFailure: false },
    { status: 502, meta: undefined, isFailure: false },
  ])('with status $status and $meta is a failure of the connector: $isFailure', ({ status, meta, isFailure }) => {
    const answer = { ':status': status, ...(meta !== undefined && { [META]: meta }) };

    expect(isConnectorFailure(answer)).toBe(isFailure);
  });
});
