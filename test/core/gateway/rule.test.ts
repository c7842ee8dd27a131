import { describe, expect, it } from '@jest/globals';
import type { RouteRule, SessionPersistence } from '../../../src/api/gateway-routes.ts';
import type { Service } from '../../../src/api/objects.ts';
import { readRule, targetOf } from '../../../src/core/gateway/rule.ts';
import type { PathMatch } from '../../../src/core/model/route.ts';
import { aService } from '../../support/builders.ts';
import { aGatewayCluster, aTlsPolicy } from '../../support/gateways.ts';
import { ORIGIN, WEB, aReadRule } from './rule-parts.ts';

const SECURE: Service = aService('shop/secure', { ports: [{ port: 443 }, { port: 80 }] });
const RELATED = aGatewayCluster(SECURE, aTlsPolicy('shop/old'), aTlsPolicy('shop/young', { section: 'x' }));
const ROUTE = { kind: 'HTTPRoute', namespace: 'shop', isGrpc: false, related: RELATED };
const TO_WEB = { name: 'web', port: 80 };

function read(rule: RouteRule, more: Parameters<typeof readRule>[1] = {}) {
  return readRule(rule, more, ROUTE);
}

const missing = (name: string) =>
  ({ reason: 'BackendNotFound', message: `Service shop/${name} does not exist` }) as const;

describe('a rule', () => {
  it('with one Service leads there directly', () => {
    expect(read({ backendRefs: [TO_WEB] })).toStrictEqual(aReadRule());
  });

  it('without backends leads nowhere', () => {
    expect(read({})).toStrictEqual(aReadRule({ backends: [], direct: undefined }));
  });

  it('divides requests by weight, and tells what it cannot reach, or not as it is stated', () => {
    const mirror = { type: 'RequestMirror', requestMirror: { backendRef: { name: 'none', port: 80 } } };
    const header = { type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['a'] } };
    const backendRefs = [
      { ...TO_WEB, weight: 2, filters: [header] },
      { name: 'gone', port: 80, weight: 3 },
      { ...TO_WEB, filters: [{ type: 'ExtensionRef' }] },
    ];

    expect(read({ filters: [mirror], backendRefs })).toStrictEqual(
      aReadRule({
        backends: [
          { weight: 2, backend: WEB, filters: [{ type: 'RequestHeaders', remove: ['a'] }] },
          { weight: 3 },
          { weight: 1 },
        ],
        direct: undefined,
        unresolved: [missing('none'), missing('gone')],
        unsupported: ['backendRefs[2]: the filter "ExtensionRef" is not supported; remove it'],
      }),
    );
  });

  it('keeps its filters and what else there is to do', () => {
    const filters = [{ type: 'URLRewrite', urlRewrite: { hostname: 'x' } }];
    const more = { timeouts: { requestMs: 5 } };

    expect(read({ filters, backendRefs: [TO_WEB], sessionPersistence: {} }, more)).toStrictEqual(
      aReadRule({ filters: [{ type: 'Rewrite', hostname: 'x' }], direct: undefined, sessionPersistence: {}, more }),
    );
  });

  it('with a filter that cannot be applied serves nothing', () => {
    const filters = [{ type: 'ExtensionRef' }, { type: 'RequestRedirect', requestRedirect: {} }];

    expect(read({ filters, backendRefs: [TO_WEB] })).toStrictEqual(
      aReadRule({
        backends: [],
        direct: undefined,
        unsupported: ['the filter "ExtensionRef" is not supported; remove it'],
      }),
    );
  });

  it('names every policy of its Services, each Service once', () => {
    const rule = {
      backendRefs: [{ name: 'secure', port: 443 }, { name: 'secure', port: 80, namespace: 'shop' }, TO_WEB],
    };

    expect(read(rule).policies).toEqual(['shop/old', 'shop/young']);
  });

  it.each<{ case: string; rule: RouteRule; more?: Parameters<typeof readRule>[1] }>([
    { case: 'a second backend', rule: { backendRefs: [TO_WEB, TO_WEB] } },
    { case: 'no weight', rule: { backendRefs: [{ ...TO_WEB, weight: 0 }] } },
    { case: 'more to do', rule: { backendRefs: [TO_WEB] }, more: { timeouts: {} } },
    { case: 'a session', rule: { backendRefs: [TO_WEB], sessionPersistence: {} } },
    { case: 'a filter', rule: { backendRefs: [TO_WEB], filters: [{ type: 'CORS', cors: {} }] } },
  ])('with $case leads there through the proxy', ({ rule, more = {} }) => {
    expect(read(rule, more).direct).toBeUndefined();
  });
});

describe('the target of a match', () => {
  const path: PathMatch = { type: 'Prefix', value: '/a' };
  const backends = [{ weight: 1 }, { weight: 1, backend: WEB }];

  it('is the Service of a rule, if nothing but the path is asked for', () => {
    expect(targetOf(aReadRule(), {})).toStrictEqual({ origin: ORIGIN });
    expect(targetOf(aReadRule(), { path })).toStrictEqual({ path, origin: ORIGIN });
  });

  it('is the proxy for anything else, before the first backend that there is', () => {
    const match = { method: 'GET' };
    const filters = [{ type: 'Rewrite', hostname: 'x' } as const];
    const timeouts = { requestMs: 5 };

    expect(targetOf(aReadRule({ backends }), { path, match })).toStrictEqual({
      path,
      origin: ORIGIN,
      proxy: { match, backends },
    });
    expect(targetOf(aReadRule({ direct: undefined, filters, more: { timeouts } }), {})).toStrictEqual({
      origin: ORIGIN,
      proxy: { filters, backends: aReadRule().backends, timeouts },
    });
  });

  it.each([
    { protocol: 'https', origin: 'https://web.shop.svc:80' },
    { protocol: 'h2c', origin: ORIGIN },
  ] as const)('with a backend that speaks $protocol has the origin $origin', ({ protocol, origin }) => {
    const backend = { ...WEB, protocol };
    const rules = [
      aReadRule({ direct: backend }),
      aReadRule({ direct: undefined, backends: [{ weight: 1, backend }] }),
    ];

    expect(rules.map((rule) => targetOf(rule, {}).origin)).toEqual([origin, origin]);
  });

  it('without a backend answers with 500', () => {
    expect(targetOf(aReadRule({ direct: undefined, backends: [{ weight: 1 }] }), {})).toStrictEqual({
      origin: 'http_status:500',
      proxy: { backends: [{ weight: 1 }] },
    });
  });

  it.each<{ wanted: SessionPersistence; path?: PathMatch; session: object }>([
    { wanted: {}, session: { type: 'Cookie', name: 'cftunnel-session', path: '/' } },
    { wanted: {}, path, session: { type: 'Cookie', name: 'cftunnel-session', path: '/a' } },
    {
      wanted: {},
      path: { type: 'Regex', value: '^/a' },
      session: { type: 'Cookie', name: 'cftunnel-session', path: '/' },
    },
    { wanted: { type: 'Header', sessionName: 'X-S' }, path, session: { type: 'Header', name: 'X-S' } },
    {
      wanted: { sessionName: 's', absoluteTimeout: '1h', cookieConfig: { lifetimeType: 'Permanent' } },
      session: { type: 'Cookie', name: 's', path: '/', lifetimeMs: 3_600_000 },
    },
    {
      wanted: { absoluteTimeout: '1h', cookieConfig: { lifetimeType: 'Session' } },
      session: { type: 'Cookie', name: 'cftunnel-session', path: '/' },
    },
    {
      wanted: { cookieConfig: { lifetimeType: 'Permanent' } },
      session: { type: 'Cookie', name: 'cftunnel-session', path: '/' },
    },
  ])('keeps a visitor at one pod with $wanted by $session', ({ wanted, path: at, session }) => {
    const rule = aReadRule({ direct: undefined, sessionPersistence: wanted });

    expect(targetOf(rule, at === undefined ? {} : { path: at }).proxy?.session).toStrictEqual(session);
  });
});
