import { describe, expect, it } from '@jest/globals';
import type { GrpcRouteMatch } from '../../../../src/api/gateway-routes.ts';
import { parseGrpcRoute } from '../../../../src/core/sources/grpc-route/parse.ts';
import { aGatewayCluster, aGrpcRoute } from '../../../support/gateways.ts';
import { PARSERS } from '../../../support/parsers.ts';

const WEB = { name: 'web', port: 80 };

function requestOf(match: GrpcRouteMatch | undefined) {
  const rule = { ...(match === undefined ? {} : { matches: [match] }), backendRefs: [WEB] };
  const route = aGrpcRoute('shop/api', { hostnames: ['grpc.example.com'], rules: [rule] });
  return parseGrpcRoute(route, PARSERS, aGatewayCluster());
}

describe('a GRPCRoute', () => {
  it('leads through the proxy with HTTP/2 from end to end', () => {
    expect(requestOf(undefined).routes).toMatchObject([
      {
        hostnames: ['grpc.example.com'],
        target: {
          origin: 'http://web.shop.svc:80',
          proxy: { isHttp2: true, backends: [{ weight: 1, backend: { service: 'shop/web', protocol: 'h2c' } }] },
        },
      },
    ]);
  });

  it.each([
    { method: { service: 'a.B', method: 'C' }, path: { type: 'Exact', value: '/a.B/C' } },
    { method: { service: 'a.B' }, path: { type: 'Prefix', value: '/a.B' } },
    { method: { method: 'C.d' }, path: { type: 'Regex', value: '^/[^/]+/C\\.d$' } },
    { method: {}, path: undefined },
    {
      method: { type: 'RegularExpression', service: 'a\\..*', method: 'C|D' },
      path: { type: 'Regex', value: '^/(?:a\\..*)/(?:C|D)$' },
    },
    {
      method: { type: 'RegularExpression', method: 'C' },
      path: { type: 'Regex', value: '^/[^/]+/(?:C)$' },
    },
  ])('with the method $method has the path $path', ({ method, path }) => {
    const { path: found, proxy } = requestOf({ method }).routes[0]?.target ?? {};

    expect([found, proxy?.match]).toEqual([path, undefined]);
  });

  it('matches headers by their names in lower case', () => {
    const match = { headers: [{ name: 'Version', value: '2' }] };

    expect(requestOf(match).routes[0]?.target?.proxy?.match).toEqual({ headers: [{ name: 'version', value: '2' }] });
  });

  it.each([
    {
      match: { method: { type: 'RegularExpression', service: '(', method: 'a' } },
      why: '"(" is not an RE2 pattern: missing closing )',
    },
    {
      match: { method: { type: 'RegularExpression', method: '(' } },
      why: '"(" is not an RE2 pattern: missing closing )',
    },
    {
      match: { method: { type: 'Glob', service: 'a' } },
      why: '"Glob" is not a type of method match that is supported',
    },
    { match: { method: { service: 'a?b' } }, why: '"/a?b" must be a path alone, without query or fragment' },
    {
      match: { headers: [{ name: 'a', type: 'Glob', value: '*' }] },
      why: '"Glob" is not a type of match that is supported',
    },
  ])('with the match $match is not accepted', ({ match, why }) => {
    const [parent] = requestOf(match).parents?.parents ?? [];

    expect(parent?.conditions[0]).toStrictEqual({
      type: 'Accepted',
      status: 'False',
      reason: 'UnsupportedValue',
      message: `spec.rules[0]: ${why}`,
    });
  });
});
