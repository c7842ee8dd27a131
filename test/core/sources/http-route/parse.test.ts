import { describe, expect, it } from '@jest/globals';
import type { HttpRouteMatch, HttpRouteRule, RouteFilter } from '../../../../src/api/gateway-routes.ts';
import type { KubeObject } from '../../../../src/api/objects.ts';
import { parseHttpRoute } from '../../../../src/core/sources/http-route/parse.ts';
import type { RouteRequest } from '../../../../src/core/model/route-request.ts';
import { aService } from '../../../support/builders.ts';
import {
  type RouteTraits,
  aGateway,
  aGatewayCluster,
  aListener,
  aTlsListener,
  anHttpRoute,
} from '../../../support/gateways.ts';
import { PARSERS } from '../../../support/parsers.ts';

const WEB = { name: 'web', port: 80 };
const API = { name: 'api', port: 80 };
const TO_WEB = { service: 'shop/web', port: 80, protocol: 'http' };
const TO_API = { service: 'shop/api', port: 80, protocol: 'http' };
const HOSTS = ['app.example.com'];

function requestOf(traits: RouteTraits<HttpRouteRule>, ...objects: readonly KubeObject[]): RouteRequest {
  return parseHttpRoute(
    anHttpRoute('shop/site', { hostnames: HOSTS, ...traits }),
    PARSERS,
    aGatewayCluster(...objects),
  );
}

/** The targets of the only rule of a route. */
function targetsOf(rule: HttpRouteRule, ...objects: readonly KubeObject[]) {
  return requestOf({ rules: [rule] }, ...objects).routes.map(({ target }) => target);
}

function proxyOf(rule: HttpRouteRule, ...objects: readonly KubeObject[]) {
  return targetsOf(rule, ...objects)[0]?.proxy;
}

function headless(name: string): KubeObject {
  const service = aService(`shop/${name}`);
  return { ...service, spec: { ...service.spec, clusterIP: 'None' } } as KubeObject;
}

describe('a rule', () => {
  it('with one Service and no more than a path needs no proxy', () => {
    const paths = [
      undefined,
      { type: 'PathPrefix', value: '/' },
      { type: 'PathPrefix', value: '/a/' },
      { type: 'Exact', value: '/b' },
    ];
    const matches = paths.map((path) => (path === undefined ? {} : { path }));

    expect(targetsOf({ matches: matches.slice(1), backendRefs: [WEB] })).toEqual([
      { origin: 'http://web.shop.svc:80' },
      { path: { type: 'Prefix', value: '/a' }, origin: 'http://web.shop.svc:80' },
      { path: { type: 'Exact', value: '/b' }, origin: 'http://web.shop.svc:80' },
    ]);
    expect(targetsOf({ backendRefs: [WEB] })).toEqual([{ origin: 'http://web.shop.svc:80' }]);
  });

  it.each([
    { case: 'two backends', rule: { backendRefs: [WEB, API] } },
    { case: 'a weight of 0', rule: { backendRefs: [{ ...WEB, weight: 0 }] } },
    { case: 'no backend', rule: {} },
    {
      case: 'a filter',
      rule: { backendRefs: [WEB], filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: {} }] },
    },
    {
      case: 'a filter of its backend',
      rule: { backendRefs: [{ ...WEB, filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: {} }] }] },
    },
    { case: 'a timeout', rule: { backendRefs: [WEB], timeouts: { request: '1s' } } },
    { case: 'a method', rule: { backendRefs: [WEB], matches: [{ method: 'GET' }] } },
    { case: 'a session', rule: { backendRefs: [WEB], sessionPersistence: {} } },
    { case: 'a headless Service', rule: { backendRefs: [{ name: 'pods', port: 80 }] } },
  ])('with $case needs the proxy', ({ rule }) => {
    expect(proxyOf(rule, headless('pods'))).toBeDefined();
  });

  it('divides requests by weight, and answers the share of what does not exist with 500', () => {
    const rule = { backendRefs: [{ ...WEB, weight: 9 }, { ...API }, { name: 'none', port: 80, weight: 2 }] };

    expect(targetsOf(rule)).toEqual([
      {
        origin: 'http://web.shop.svc:80',
        proxy: { backends: [{ weight: 9, backend: TO_WEB }, { weight: 1, backend: TO_API }, { weight: 2 }] },
      },
    ]);
  });

  it('without any backend answers with 500', () => {
    expect(targetsOf({})).toEqual([{ origin: 'http_status:500', proxy: { backends: [] } }]);
  });

  it('of the same match as an earlier one is left out', () => {
    const { routes } = requestOf({ rules: [{ backendRefs: [WEB] }, { backendRefs: [API] }] });

    expect(routes.map(({ target }) => target?.origin)).toEqual(['http://web.shop.svc:80']);
  });

  it.each([
    {
      rule: {
        timeouts: { request: '1m30s', backendRequest: '0s' },
        retry: { attempts: 3, codes: [503], backoff: '100ms' },
      },
      more: { timeouts: { requestMs: 90_000, attemptMs: 0 }, retry: { attempts: 3, codes: [503], backoffMs: 100 } },
    },
    { rule: { timeouts: { request: '1s' } }, more: { timeouts: { requestMs: 1000 } } },
    { rule: { timeouts: { backendRequest: '1s' } }, more: { timeouts: { attemptMs: 1000 } } },
    { rule: { retry: {} }, more: { retry: { attempts: 1, codes: [] } } },
    {
      rule: { timeouts: { request: 'soon' }, retry: { backoff: 'soon' } },
      more: { retry: { attempts: 1, codes: [] } },
    },
  ])('with $rule has $more', ({ rule, more }) => {
    const backends = [{ weight: 1, backend: TO_WEB }];

    expect(proxyOf({ backendRefs: [WEB], ...rule })).toStrictEqual({ backends, ...more });
  });
});

describe('a match', () => {
  it.each<{ readonly match: HttpRouteMatch; readonly path?: object; readonly read: object | undefined }>([
    { match: { method: 'POST' }, read: { method: 'POST' } },
    {
      match: {
        headers: [
          { name: 'X-A', value: '1' },
          { name: 'x-a', value: '2' },
        ],
      },
      read: { headers: [{ name: 'x-a', value: '1' }] },
    },
    {
      match: { headers: [{ name: 'v', type: 'RegularExpression', value: 'a|b' }] },
      read: { headers: [{ name: 'v', value: 'a|b', isPattern: true }] },
    },
    { match: { queryParams: [{ name: 'Q', value: '1' }] }, read: { query: [{ name: 'Q', value: '1' }] } },
    {
      match: { path: { type: 'RegularExpression', value: '/a/[0-9]+' } },
      path: { type: 'Regex', value: '^(?:/a/[0-9]+)$' },
      read: undefined,
    },
  ])('$match is read', ({ match, path, read }) => {
    const [target] = targetsOf({ matches: [match], backendRefs: [WEB] });

    expect(target?.path).toEqual(path);
    expect(target?.proxy?.match).toEqual(read);
  });

  it.each([
    {
      match: { path: { type: 'RegularExpression', value: '(' } },
      why: '"(" is not an RE2 pattern: missing closing )',
    },
    { match: { path: { type: 'PathPrefix', value: 'a' } }, why: '"a" must begin with /' },
    {
      match: { path: { type: 'Exact', value: '/%41' } },
      why: '"/%41" must be written decoded: paths are compared after decoding',
    },
    { match: { path: { type: 'Suffix', value: '/a' } }, why: '"Suffix" is not a type of path that is supported' },
    {
      match: { headers: [{ name: 'a', type: 'RegularExpression', value: '(' }] },
      why: '"(" is not an RE2 pattern: missing closing )',
    },
    {
      match: { queryParams: [{ name: 'a', type: 'Glob', value: '*' }] },
      why: '"Glob" is not a type of match that is supported',
    },
  ])('$match that cannot be served is told, and holds up no other', ({ match, why }) => {
    const request = requestOf({ rules: [{ matches: [match, { path: { value: '/ok' } }], backendRefs: [WEB] }] });
    const message = `spec.rules[0]: ${why}`;

    expect(request.problems).toEqual([]);
    expect(request.routes).toStrictEqual([
      { hostnames: HOSTS, isPathUnknown: true, problems: [{ reason: 'InvalidSpec', message }], warnings: [] },
      {
        hostnames: HOSTS,
        target: { path: { type: 'Prefix', value: '/ok' }, origin: 'http://web.shop.svc:80' },
        problems: [],
        warnings: [],
      },
    ]);
    expect(conditionsOf(request).slice(2)).toStrictEqual([
      { type: 'PartiallyInvalid', status: 'True', reason: 'UnsupportedValue', message: `Dropped Rule: ${message}` },
    ]);
  });

  it('that is the only one, and cannot be served, makes the whole route invalid', () => {
    const request = requestOf({ rules: [{ matches: [{ path: { type: 'Suffix' } }], backendRefs: [WEB] }] });

    expect(request.problems).toMatchObject([{ reason: 'InvalidSpec' }]);
    expect(conditionsOf(request)[0]).toMatchObject({ status: 'False', reason: 'UnsupportedValue' });
    expect(request.parents?.parents[0]?.listeners).toEqual([]);
  });
});

describe('a filter', () => {
  it.each([
    { filters: [{ type: 'ExtensionRef' }], backendRefs: [WEB] },
    { backendRefs: [{ ...WEB, filters: [{ type: 'ExtensionRef' }] }] },
  ])('that nobody can apply lets no request through: %j', (rule) => {
    const request = requestOf({ rules: [rule, { matches: [{ path: { value: '/ok' } }], backendRefs: [WEB] }] });
    const [first] = request.routes;

    expect(first?.target?.proxy?.backends.filter(({ backend }) => backend !== undefined)).toEqual([]);
    expect(first?.target?.origin).toBe('http_status:500');
    expect(conditionsOf(request)).toContainEqual(expect.objectContaining({ type: 'PartiallyInvalid', status: 'True' }));
  });

  it('that nobody can apply in the only rule closes the route, whatever was live, and does not redirect either', () => {
    const redirect = { type: 'RequestRedirect', requestRedirect: { scheme: 'https' as const } };
    const request = requestOf({ rules: [{ filters: [{ type: 'ExtensionRef' }, redirect], backendRefs: [WEB] }] });
    const why = 'spec.rules[0]: the filter "ExtensionRef" is not supported; remove it';

    expect(request.problems).toEqual([]);
    expect(request.routes).toEqual([
      {
        hostnames: HOSTS,
        target: { origin: 'http_status:500', proxy: { backends: [] } },
        problems: [],
        warnings: [],
      },
      { hostnames: [], isForbidden: true, problems: [{ reason: 'InvalidSpec', message: why }], warnings: [] },
    ]);
    expect(conditionsOf(request)[0]).toMatchObject({ status: 'False', reason: 'UnsupportedValue', message: why });
  });

  it('that copies requests to nothing is left out, and told', () => {
    const filters = [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'none', port: 80 } } }];
    const request = requestOf({ rules: [{ filters, backendRefs: [WEB] }] });

    expect(request.routes[0]?.target?.origin).toBe('http://web.shop.svc:80');
    expect(conditionsOf(request)[1]).toMatchObject({
      type: 'ResolvedRefs',
      status: 'False',
      reason: 'BackendNotFound',
    });
  });
});

describe('a filter of one backend', () => {
  const OK = { matches: [{ path: { value: '/ok' } }], backendRefs: [WEB] };

  it.each<RouteFilter>([
    { type: 'RequestRedirect', requestRedirect: {} },
    { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/' } } },
    { type: 'RequestMirror', requestMirror: { backendRef: { name: 'none', port: 80 } } },
    { type: 'CORS', cors: {} },
  ])('that works only for a whole rule takes its share of the requests, and is told: $type', (filter) => {
    const rule = { backendRefs: [API, { ...WEB, filters: [filter] }] };
    const request = requestOf({ rules: [rule, OK] });
    const why = `spec.rules[0]: backendRefs[1]: the filter "${filter.type}" works only for a whole rule; move it to the filters of the rule`;

    expect(request.routes[0]?.target?.proxy?.backends).toEqual([{ weight: 1, backend: TO_API }, { weight: 1 }]);
    expect(conditionsOf(request).slice(1)).toEqual([
      expect.objectContaining({ type: 'ResolvedRefs', status: 'True' }),
      { type: 'PartiallyInvalid', status: 'True', reason: 'UnsupportedValue', message: `Dropped Rule: ${why}` },
    ]);
  });
});

describe('a route', () => {
  const home = aGateway('shop/home', {
    infrastructure: { parametersRef: { group: 'cftunnel.io', kind: 'Tunnel', name: 'edge' } },
  });
  const far = aGateway('infra/far', { listeners: [aListener('http')] });

  it('without a hostname is served at any, and has no record', () => {
    const { routes, tunnel, admittedIn } = parseHttpRoute(
      anHttpRoute('shop/site', { rules: [{ backendRefs: [WEB] }] }),
      PARSERS,
      aGatewayCluster(),
    );

    expect({ tunnel, admittedIn }).toEqual({ tunnel: 'shop/edge', admittedIn: 'shop' });
    expect(routes).toMatchObject([{ hostnames: ['*'], target: { dns: 'disabled', origin: 'http://web.shop.svc:80' } }]);
  });

  it('that names two Gateways with one Tunnel requests it once', () => {
    const request = requestOf(
      { parentRefs: [{ name: 'edge' }, { name: 'home' }], rules: [{ backendRefs: [WEB] }] },
      home,
    );

    expect(request.others).toBeUndefined();
    expect(request.routes).toHaveLength(1);
    expect(request.parents?.parents.map(({ gateway }) => gateway)).toEqual(['shop/edge', 'shop/home']);
  });

  it('that names Gateways with two Tunnels makes a request of each', () => {
    const parentRefs = [{ name: 'edge' }, { name: 'far', namespace: 'infra' }];
    const request = requestOf({ parentRefs, rules: [{ backendRefs: [WEB] }] }, far);

    expect([request, ...(request.others ?? [])]).toMatchObject([
      { source: 'HTTPRoute/shop/site', tunnel: 'shop/edge', admittedIn: 'shop' },
      { source: 'HTTPRoute/shop/site@infra/far', tunnel: 'infra/far', admittedIn: 'infra' },
    ]);
  });

  it('that no listener takes may not stay published', () => {
    const request = requestOf({ parentRefs: [{ name: 'edge', sectionName: 'none' }], rules: [{ backendRefs: [WEB] }] });

    expect(request).toMatchObject({ tunnel: 'shop/edge', routes: [], forbidden: { reason: 'NotAllowed' } });
  });

  it('leaves out a hostname that cannot be one', () => {
    const request = requestOf({ hostnames: ['localhost', ...HOSTS], rules: [{ backendRefs: [WEB] }] });

    expect(request.routes.flatMap(({ hostnames }) => hostnames)).toEqual(HOSTS);
    expect(request.warnings).toMatchObject([
      { reason: 'SettingIgnored', message: expect.stringContaining('localhost') },
    ]);
  });

  it('of a listener without TLS does not answer requests with TLS, where another listener has them', () => {
    const edge = aGateway('shop/edge', { listeners: [aListener('http'), aTlsListener('https')] });
    const filters = [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' as const } }];
    const request = requestOf({ parentRefs: [{ name: 'edge', sectionName: 'http' }], rules: [{ filters }] }, edge);

    expect(request.routes).toMatchObject([
      { hostnames: HOSTS, target: { proxy: { match: { headers: [{ name: 'x-forwarded-proto', value: 'http' }] } } } },
    ]);
  });
});

function conditionsOf(request: RouteRequest) {
  return request.parents?.parents[0]?.conditions ?? [];
}
