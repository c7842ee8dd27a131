import { describe, expect, it } from '@jest/globals';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { checkRoutes, specProblem } from '../../../src/core/ingress/validate.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { ROUTE_RULES } from '../../support/requests.ts';
import { aRoute } from '../../support/routes.ts';

const GOOD = aRoute('good.example.com');
const BASE = aRoute('bad.example.com');

// Invariant 16.
describe('checkRoutes', () => {
  it.each<{ case: string; bad: Route; says: string }>([
    { case: 'a hostname in upper case', bad: { ...BASE, hostname: 'Bad.example.com' as never }, says: 'hostname' },
    {
      case: 'a foreign origin',
      bad: { ...BASE, origin: 'http://evil.example:80' },
      says: 'not an address of its Service',
    },
    { case: "another Service's origin", bad: { ...BASE, origin: 'http://db.shop.svc:80' }, says: 'not an address' },
    { case: 'an origin with a path', bad: { ...BASE, origin: 'http://web.shop.svc:80/' }, says: 'not an address' },
    {
      case: 'an origin of an unknown protocol',
      bad: { ...BASE, origin: 'gopher://web.shop.svc:80' },
      says: 'not an address',
    },
    { case: 'a local name without an address', bad: { ...BASE, origin: '', addresses: [] }, says: 'it has no address' },
    {
      case: 'a local name at an address that is none',
      bad: { ...BASE, origin: '', addresses: ['192.168.1.10', 'evil.example'] },
      says: 'would hold "evil.example"',
    },
    {
      case: 'a local name at an address of each machine',
      bad: { ...BASE, origin: '', addresses: ['127.0.0.1'] },
      says: 'would hold "127.0.0.1"',
    },
    {
      case: 'a local name at an address in another spelling',
      bad: { ...BASE, origin: '', addresses: ['FD00::1'] },
      says: 'would hold "FD00::1"',
    },
    {
      case: 'a local wildcard',
      bad: { ...BASE, hostname: '*.example.com' as never, origin: '', addresses: ['192.168.1.10'] },
      says: 'must not be a wildcard',
    },
    { case: 'an invalid hostname', bad: { ...BASE, hostname: 'bad' as never }, says: 'hostname' },
    { case: 'a path with a line break', bad: { ...BASE, path: { type: 'Exact', value: '/a\nb' } }, says: 'path' },
    { case: 'a path without a leading slash', bad: { ...BASE, path: { type: 'Prefix', value: 'a/b' } }, says: 'path' },
    { case: 'an origin that answers by itself', bad: { ...BASE, origin: 'bastion' }, says: 'not an address' },
    { case: 'a broken pattern', bad: { ...BASE, path: { type: 'Regex', value: '[' } }, says: 'not an RE2 pattern' },
    { case: 'a path that is none', bad: { ...BASE, path: { type: 'Prefix', value: 'api' } }, says: 'path' },
    {
      case: 'a duration without unit',
      bad: { ...BASE, originRequest: { connectTimeout: '5' } },
      says: 'connectTimeout',
    },
    { case: 'an empty duration', bad: { ...BASE, originRequest: { tlsTimeout: '' } }, says: 'tlsTimeout' },
    { case: 'too many connections', bad: { ...BASE, originRequest: { keepAliveConnections: 1e9 } }, says: 'keepAlive' },
  ])('separates $case from the valid ones', ({ bad, says }) => {
    const checked = checkRoutes([GOOD, bad], ROUTE_RULES);

    expect(checked.good).toEqual([GOOD]);
    expect(checked.bad).toEqual([{ route: bad, why: expect.stringContaining(says) }]);
  });

  it('accepts what can be published', () => {
    const routes: readonly Route[] = [
      GOOD,
      aRoute('*.example.com'),
      { ...BASE, path: { type: 'Regex', value: '^/v[0-9]' }, originRequest: { connectTimeout: '5s', proxyType: '' } },
      { ...BASE, originRequest: { httpHostHeader: '', originServerName: '' } },
      { ...BASE, path: { type: 'Exact', value: '/api' } },
    ];

    expect(checkRoutes(routes, ROUTE_RULES)).toEqual({ good: routes, bad: [] });
  });
});

describe('specProblem', () => {
  it.each<Pick<TunnelSpec, 'originRequest' | 'fallback'>>([
    {},
    { fallback: 'http_status:404' },
    { fallback: 'hello_world' },
    { fallback: 'http://web.shop:80' },
    { fallback: 'wss://web.shop.svc' },
    { fallback: 'http://[::1]:80' },
    { originRequest: { connectTimeout: '30s', httpHostHeader: '', keepAliveConnections: -1 } },
  ])('accepts %j', (spec) => {
    expect(specProblem({ credentialsRef: { name: 'x' }, ...spec })).toBeUndefined();
  });

  it.each<{ spec: Pick<TunnelSpec, 'originRequest' | 'fallback'>; says: string }>([
    { spec: { originRequest: { connectTimeout: '99999999999999h' } }, says: 'spec.originRequest: connectTimeout' },
    { spec: { originRequest: { httpHostHeader: 'a\r\nb' } }, says: 'spec.originRequest: httpHostHeader' },
    { spec: { fallback: 'http://web:99999' }, says: 'spec.fallback' },
    { spec: { fallback: 'http://[::1' }, says: 'spec.fallback' },
    { spec: { fallback: 'http://a%zz' }, says: 'spec.fallback' },
    { spec: { fallback: 'http://web/path' }, says: 'spec.fallback' },
    { spec: { fallback: 'http://me@web' }, says: 'spec.fallback' },
    { spec: { fallback: 'http:///web' }, says: 'spec.fallback' },
  ])('reports what the schema accepts and cloudflared rejects: $spec', ({ spec, says }) => {
    expect(specProblem({ credentialsRef: { name: 'x' }, ...spec })).toContain(says);
  });
});
