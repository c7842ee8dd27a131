/** What annotations of a Service ask of the proxy. */
import { describe, expect, it } from '@jest/globals';
import type { ProxyRule } from '../../../../src/core/model/proxy-rule.ts';
import { SERVICES } from '../../../../src/core/sources/service/service-source.ts';
import { relatedAmong } from '../../../../src/core/sources/related.ts';
import { type ServiceTraits, aService } from '../../../support/builders.ts';
import { PARSERS } from '../../../support/parsers.ts';
import { NOTHING_RELATED } from '../../../support/sources.ts';

const FACTS = { object: undefined, tunnel: undefined, related: NOTHING_RELATED };
const HOST = { 'cftunnel.io/hostname': 'a.example.com' };
const OTHERS = [aService('shop/next', { ports: [{ port: 8080 }] }), aService('blog/next', { ports: [{ port: 80 }] })];

function parsed(annotations: Readonly<Record<string, string>>, traits: ServiceTraits = {}) {
  const service = aService('shop/web', { ports: [{ port: 80 }], annotations, ...traits });
  return SERVICES.parse(service, PARSERS, relatedAmong([service, ...OTHERS]));
}

function ruleOf(annotations: Readonly<Record<string, string>>, traits?: ServiceTraits): ProxyRule | undefined {
  const { routes, problems } = parsed({ ...HOST, ...annotations }, traits);
  expect(problems).toEqual([]);
  return routes[0]?.target?.proxy;
}

describe('a Service', () => {
  it('needs no proxy without a reason', () => {
    expect(ruleOf({})).toBeUndefined();
    expect(ruleOf({ 'cftunnel.io/balance': 'request', 'cftunnel.io/protocol': 'https' })).toBeUndefined();
  });

  it.each<{ annotations: Readonly<Record<string, string>>; rule: Partial<ProxyRule> }>([
    {
      annotations: { 'cftunnel.io/protocol': 'h2c' },
      rule: { backends: [{ weight: 1, backend: { service: 'shop/web', port: 80, protocol: 'h2c' } }] },
    },
    {
      annotations: { 'cftunnel.io/protocol': 'grpc', 'cftunnel.io/balance': 'request' },
      rule: { backends: [{ weight: 1, backend: { service: 'shop/web', port: 80, protocol: 'h2c' } }], isHttp2: true },
    },
    {
      annotations: { 'cftunnel.io/session': 'cookie' },
      rule: { session: { type: 'Cookie', name: 'cftunnel', path: '/' } },
    },
    {
      annotations: { 'cftunnel.io/session': 'cookie', 'cftunnel.io/path': '/shop/' },
      rule: { session: { type: 'Cookie', name: 'cftunnel', path: '/shop' } },
    },
    {
      annotations: { 'cftunnel.io/session': 'cookie', 'cftunnel.io/path': '/a;b' },
      rule: { session: { type: 'Cookie', name: 'cftunnel', path: '/' } },
    },
    {
      annotations: { 'cftunnel.io/session': 'header: X-Session' },
      rule: { session: { type: 'Header', name: 'X-Session' } },
    },
    {
      annotations: { 'cftunnel.io/session': 'cookie', 'cftunnel.io/protocol': 'https' },
      rule: {
        backends: [
          {
            weight: 1,
            backend: { service: 'shop/web', port: 80, protocol: 'https', tls: { serverName: 'web.shop.svc' } },
          },
        ],
      },
    },
    {
      annotations: {
        'cftunnel.io/session': 'cookie',
        'cftunnel.io/protocol': 'https',
        'cftunnel.io/origin-no-tls-verify': 'true',
        'cftunnel.io/origin-http2': 'true',
      },
      rule: { backends: [{ weight: 1, backend: { service: 'shop/web', port: 80, protocol: 'https' } }], isHttp2: true },
    },
  ])('with $annotations gets $rule', ({ annotations, rule }) => {
    expect(ruleOf(annotations)).toMatchObject(rule);
  });

  it('is reached at its own port by the proxy, even if it is headless', () => {
    const headless = { ports: [{ port: 80, targetPort: 'web' }] };
    const service = aService('shop/web', { ...headless, annotations: { ...HOST, 'cftunnel.io/session': 'cookie' } });
    const request = SERVICES.parse({ ...service, spec: { ...headless, clusterIP: 'None' } }, PARSERS, relatedAmong([]));

    expect(request.routes[0]?.target?.proxy?.backends).toMatchObject([{ backend: { port: 80 } }]);
  });

  it.each([
    { annotations: { 'cftunnel.io/session': 'sticky' }, says: 'must be cookie or header:<Name>' },
    { annotations: { 'cftunnel.io/session': 'header:Host' }, says: 'must be cookie or header:<Name>' },
    {
      annotations: { 'cftunnel.io/session': 'cookie', 'cftunnel.io/protocol': 'ssh' },
      says: 'cftunnel.io/session: has no effect with ssh',
    },
  ])('is told what is wrong with $annotations', ({ annotations, says }) => {
    expect(parsed({ ...HOST, ...annotations }).problems.map(({ message }) => message)).toEqual([
      expect.stringContaining(says),
    ]);
  });
});

describe('backends of a route', () => {
  it('are Services of the namespace with their weights', () => {
    const { routes, problems } = parsed(listOf('[{weight: 9}, {service: next, port: 8080}]'));

    expect(problems).toEqual([]);
    expect(routes[0]?.target).toEqual({
      origin: 'http://web.shop.svc:80',
      proxy: {
        backends: [
          { weight: 9, backend: { service: 'shop/web', port: 80, protocol: 'http' } },
          { weight: 1, backend: { service: 'shop/next', port: 8080, protocol: 'http' } },
        ],
      },
    });
  });

  it('share the protocol of their route', () => {
    const { routes } = parsed(listOf('[{}, {service: next}]', ', protocol: grpc'));

    expect(routes[0]?.target?.proxy).toMatchObject({
      isHttp2: true,
      backends: [{ backend: { protocol: 'h2c' } }, { backend: { protocol: 'h2c' } }],
    });
  });

  it.each([
    {
      list: listOf('[{service: gone}]'),
      says: 'cftunnel.io/routes[0].backends[0].service: Service shop/gone does not exist',
    },
    { list: listOf('[{service: blog/next}]'), says: 'Service shop/blog/next does not exist' },
    { list: listOf('[{weight: -1}]'), says: 'backends[0].weight: "-1" must be a whole number' },
    { list: listOf('[{port: 81}]'), says: 'backends[0].port: the Service has no TCP port "81"' },
    { list: listOf('[{wieght: 1}]'), says: 'did you mean weight?' },
    { list: listOf('[]'), says: 'backends: must be a list' },
    { list: listOf('{}'), says: 'backends: must be a list' },
    { list: listOf('[1]'), says: 'backends[0]: must be a mapping, as in {service: web, weight: 1}' },
    { list: listOf('[{}]', ', port: 80'), says: 'cftunnel.io/routes[0].port: cannot be combined with backends' },
    { list: listOf('[{}]', ', protocol: ssh'), says: 'requests of ssh cannot be divided' },
  ])('are told about: $says', ({ list, says }) => {
    expect(parsed(list).problems.map(({ message }) => message)).toEqual([expect.stringContaining(says)]);
  });

  it('lead only to Services of the namespace, whoever has written the route', () => {
    const { routes } = parsed(listOf('[{}, {service: next}]'));
    const [target] = routes.map((route) => route.target);
    const route = { source: 'shop/web', hostname: 'a.example.com' as never, origin: '', ...target };

    expect(SERVICES.isOwnOrigin(route, FACTS)).toBe(true);
    expect(SERVICES.isOwnOrigin({ ...route, source: 'blog/web' }, FACTS)).toBe(false);
  });
});

/** A route that divides its requests. */
function listOf(backends: string, more = ''): Readonly<Record<string, string>> {
  return { 'cftunnel.io/routes': `[{hostname: a.example.com, backends: ${backends}${more}}]` };
}
