import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkRoutes } from '../../../src/core/ingress/validate.ts';
import { ANY_HOST } from '../../../src/core/model/hostname.ts';
import type { Filter, ProxyRule, Session } from '../../../src/core/model/proxy-rule.ts';
import { ROUTE_RULES } from '../../support/requests.ts';
import { aBackend, aProxiedRoute, anyProxyRule } from '../../support/proxy-rules.ts';

const CORS: Filter = {
  type: 'Cors',
  allowOrigins: ['*'],
  allowMethods: [],
  allowHeaders: [],
  exposeHeaders: [],
  allowCredentials: false,
  maxAgeSeconds: 0,
};

function cookie(more: Partial<Session & { type: 'Cookie' }>): Session {
  return { type: 'Cookie', name: 'visitor', path: '/', ...more };
}

function filters(...list: readonly Filter[]): Partial<ProxyRule> {
  return { filters: list };
}

// Invariants 16, 54.
describe('checkRoutes refuses, of rules for the proxy,', () => {
  it.each<{ case: string; rule: Partial<ProxyRule>; says: string }>([
    { case: 'a method in lower case', rule: { match: { method: 'get' } }, says: '"get"' },
    {
      case: 'a header that is a pseudo-header',
      rule: { match: { headers: [{ name: ':path', value: '/' }] } },
      says: ':path',
    },
    { case: 'a match without a name', rule: { match: { query: [{ name: '', value: '1' }] } }, says: 'no name' },
    {
      case: 'a value with a line break',
      rule: { match: { headers: [{ name: 'x', value: 'a\nb' }] } },
      says: 'control',
    },
    {
      case: 'a broken pattern',
      rule: { match: { query: [{ name: 'x', value: '[', isPattern: true }] } },
      says: 'pattern',
    },
    {
      case: 'a header with a space',
      rule: filters({ type: 'RequestHeaders', set: [{ name: 'a b', value: '' }] }),
      says: 'a b',
    },
    {
      case: 'a header with a line break',
      rule: filters({ type: 'ResponseHeaders', add: [{ name: 'a', value: '\r' }] }),
      says: 'value',
    },
    {
      case: 'an invalid header to remove',
      rule: filters({ type: 'RequestHeaders', remove: [''] }),
      says: 'name of a header',
    },
    {
      case: 'a redirect to a URL',
      rule: filters({ type: 'Redirect', statusCode: 302, hostname: 'http://a' }),
      says: 'host',
    },
    {
      case: 'a redirect to port 0',
      rule: filters({ type: 'Redirect', statusCode: 302, port: 0 }),
      says: '0 is not a port',
    },
    {
      case: 'a path with a query',
      rule: filters({ type: 'Rewrite', path: { type: 'Full', value: '/a?b' } }),
      says: '/a?b',
    },
    {
      case: 'a path without a slash',
      rule: filters({ type: 'Rewrite', path: { type: 'Prefix', value: 'a' } }),
      says: 'path',
    },
    {
      case: 'more copies than requests',
      rule: filters({ type: 'Mirror', backend: aBackend('shop/a'), fraction: { numerator: 2, denominator: 1 } }),
      says: '2 of 1',
    },
    {
      case: 'a share of nothing',
      rule: filters({ type: 'Mirror', backend: aBackend('shop/a'), fraction: { numerator: 0, denominator: 0 } }),
      says: '0 of 0',
    },
    { case: 'an empty origin', rule: filters({ ...CORS, allowOrigins: [''] }), says: 'CORS' },
    {
      case: 'a mirror in another namespace',
      rule: filters({ type: 'Mirror', backend: aBackend('blog/a') }),
      says: 'Service blog/a',
    },
    {
      case: 'a backend in another namespace',
      rule: { backends: [{ weight: 1, backend: aBackend('blog/a') }] },
      says: 'Service blog/a',
    },
    { case: 'a weight that is too large', rule: { backends: [{ weight: 1_000_001 }] }, says: '1000001' },
    {
      case: 'a port that is too large',
      rule: { backends: [{ weight: 1, backend: aBackend('shop/a', 65_536) }] },
      says: '65536',
    },
    {
      case: 'a filter of a backend',
      rule: { backends: [{ weight: 1, filters: [{ type: 'RequestHeaders', remove: [':a'] }] }] },
      says: ':a',
    },
    {
      case: 'a server that is a URL',
      rule: { backends: [{ weight: 1, backend: { ...aBackend('shop/a'), tls: { serverName: 'a/b' } } }] },
      says: 'a/b',
    },
    { case: 'a cookie with a space', rule: { session: cookie({ name: 'a b' }) }, says: 'a b' },
    { case: 'a cookie that sets attributes', rule: { session: cookie({ path: '/; Domain=com' }) }, says: 'Domain' },
    { case: 'a session that is over', rule: { session: cookie({ lifetimeMs: -1 }) }, says: '-1' },
    { case: 'a timeout of years', rule: { timeouts: { requestMs: 1e11 } }, says: 'longer than a day' },
    { case: 'too many attempts', rule: { retry: { attempts: 101, codes: [] } }, says: 'attempts' },
    { case: 'a retry of a success', rule: { retry: { attempts: 1, codes: [200] } }, says: '200' },
  ])('$case', ({ rule, says }) => {
    const bad = aProxiedRoute('bad.example.com', { rule });
    const good = aProxiedRoute('good.example.com');

    const checked = checkRoutes([good, bad], ROUTE_RULES);

    expect(checked.good).toEqual([good]);
    expect(checked.bad).toEqual([{ route: bad, why: expect.stringContaining(says) }]);
  });

  it('nothing that Envoy can do', () => {
    fc.assert(
      fc.property(anyProxyRule(), (proxy) => {
        const route = { ...aProxiedRoute('a.example.com'), hostname: ANY_HOST, proxy };
        expect(checkRoutes([route], ROUTE_RULES)).toEqual({ good: [route], bad: [] });
      }),
    );
  });
});
