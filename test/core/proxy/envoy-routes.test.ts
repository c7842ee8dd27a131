/** What the real Envoy makes of routes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { ANY_HOST } from '../../../src/core/model/hostname.ts';
import type { Filter, Header, HeaderChange, ProxyRule } from '../../../src/core/model/proxy-rule.ts';
import type { PathMatch, Route } from '../../../src/core/model/route.ts';
import { describeWith } from '../../support/programs.ts';
import { aBackend, aProxiedRoute, aRule } from '../../support/proxy-rules.ts';
import { ProxyWorld } from '../../support/proxy-world.ts';
import type { VisitorRequest } from '../../support/visitor.ts';

const HOST = 'a.example.com';

describeWith('envoy', 'a route in Envoy', (program) => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await ProxyWorld.start(program);
    for (const name of ['one', 'two', 'three']) await world.service(`shop/${name}`, [name]);
    await world.service('shop/empty', []);
  });
  afterAll(() => world.stop());

  describe('matches', () => {
    it.each<{
      case: string;
      routes: readonly Route[];
      requests: readonly (VisitorRequest & { to: string | number })[];
    }>([
      {
        case: 'paths by segment, exactly or as a pattern, whatever the query',
        routes: [
          routeTo('shop/one', { type: 'Prefix', value: '/api' }),
          routeTo('shop/two', { type: 'Exact', value: '/api/x' }),
          routeTo('shop/three', { type: 'Regex', value: '/v[0-9]+' }),
        ],
        requests: [
          { path: '/api', to: 'one' },
          { path: '/api/', to: 'one' },
          { path: '/api/y?a=b', to: 'one' },
          { path: '/api/x?a=b', to: 'two' },
          { path: '/apiary', to: 404 },
          { path: '/a/v1/b', to: 'three' },
          { path: '/a?b=/v1', to: 404 },
        ],
      },
      {
        case: 'paths that clients encode',
        routes: [
          routeTo('shop/one', { type: 'Prefix', value: '/grüße an' }),
          routeTo('shop/two', { type: 'Exact', value: '/50%' }),
        ],
        requests: [
          { path: '/gr%C3%BC%C3%9Fe%20an/alle', to: 'one' },
          { path: '/50%25', to: 'two' },
        ],
      },
      {
        case: 'no encoded form of a path that asks for another token',
        routes: [
          { ...routeTo('shop/one'), protection: { team: 'acme', audience: 'a' } },
          routeTo('shop/two', { type: 'Prefix', value: '/open/' }),
          routeTo('shop/three', { type: 'Exact', value: '/open/to.all' }),
        ],
        requests: [
          { path: '/open/x%2Fy', to: 'two' },
          { path: '/open/to.all', to: 'three' },
          { path: '/opener%2fx', to: 'one' },
          { path: '/x%2Fy/%7euser', to: 'one' },
          { path: '/%6Fpen', to: 400 },
          { path: '/o%70en/x?a=b', to: 400 },
          { path: '/open%2Fx', to: 400 },
          { path: '/open%2f..%2fadmin', to: 400 },
          { path: '/open/to%2eall', to: 400 },
        ],
      },
      {
        case: 'encoded forms of all paths where none asks for another token',
        routes: [routeTo('shop/one'), routeTo('shop/two', { type: 'Prefix', value: '/open' })],
        requests: [
          { path: '/%6Fpen', to: 'one' },
          { path: '/open%2Fx', to: 'one' },
        ],
      },
      {
        case: 'methods before what leaves them open',
        routes: [routeTo('shop/one'), routeTo('shop/two', undefined, { method: 'POST' })],
        requests: [
          { method: 'POST', to: 'two' },
          { method: 'PUT', to: 'one' },
        ],
      },
      {
        case: 'headers, all of them, by their whole value',
        routes: [
          routeTo('shop/one', undefined, { headers: [{ name: 'x-v', value: '1' }] }),
          routeTo('shop/two', undefined, {
            headers: [
              { name: 'x-v', value: '1' },
              { name: 'x-w', value: 'a.*', isPattern: true },
            ],
          }),
        ],
        requests: [
          { headers: { 'X-V': '1' }, to: 'one' },
          { headers: { 'X-V': '12' }, to: 404 },
          { headers: { 'x-v': '1', 'X-W': 'abc' }, to: 'two' },
          { headers: { 'x-v': '1', 'x-w': 'ba' }, to: 'one' },
          { to: 404 },
        ],
      },
      {
        case: 'query parameters',
        routes: [routeTo('shop/one', undefined, { query: [{ name: 'v', value: 'a b' }] })],
        requests: [
          { path: '/?v=a%20b&w=1', to: 'one' },
          { path: '/?v=a+b', to: 'one' },
          { path: '/?v=a', to: 404 },
        ],
      },
    ])('$case', async ({ routes, requests }) => {
      await world.serve(routes);

      for (const { to: expected, ...request } of requests) {
        const answer = await world.ask({ host: HOST, ...request });
        expect([request, answer.status === 200 ? JSON.parse(answer.text).pod : answer.status]).toEqual([
          request,
          expected,
        ]);
      }
    });

    it('the most specific hostname, whatever the port', async () => {
      await world.serve([
        { ...aProxiedRoute(HOST, { rule: aRule(['shop/three']) }), hostname: ANY_HOST },
        aProxiedRoute('*.example.com', { rule: aRule(['shop/two']) }),
        aProxiedRoute(HOST, { rule: aRule(['shop/one']) }),
      ]);

      const hosts = ['A.example.com', `${HOST}:443`, 'b.c.example.com', 'example.com', 'other.test'];
      const pods = await Promise.all(hosts.map(async (host) => (await world.echo({ host })).pod));

      expect(pods).toEqual(['one', 'one', 'two', 'three', 'three']);
    });
  });

  describe('divides', () => {
    it('requests by weight, and answers the share of what does not exist with 500', async () => {
      const backends = [
        { weight: 3, backend: aBackend('shop/one') },
        { weight: 1, backend: aBackend('shop/two') },
        { weight: 0, backend: aBackend('shop/three') },
        { weight: 4 },
      ];
      await world.serve([aProxiedRoute(HOST, { rule: { backends } })]);

      const answers = await Promise.all(Array.from({ length: 800 }, () => world.ask({ host: HOST })));
      const share = (pod: string): number => answers.filter(({ text }) => text.includes(`"pod":"${pod}"`)).length;

      expect(share('three')).toBe(0);
      expect(Math.abs(share('one') - 300)).toBeLessThan(90);
      expect(Math.abs(share('two') - 100)).toBeLessThan(60);
      expect(answers.filter(({ status }) => status === 500)).toHaveLength(800 - share('one') - share('two'));
    });

    it.each<{ case: string; backends: ProxyRule['backends']; status: number }>([
      { case: 'no weight', backends: [{ weight: 0, backend: aBackend('shop/one') }], status: 500 },
      { case: 'no backend', backends: [], status: 500 },
      { case: 'a Service that does not exist', backends: [{ weight: 1, backend: aBackend('shop/gone') }], status: 500 },
      { case: 'a Service without ready pods', backends: [{ weight: 1, backend: aBackend('shop/empty') }], status: 503 },
    ])('nothing with $case: $status', async ({ backends, status }) => {
      await world.serve([aProxiedRoute(HOST, { rule: { backends } })]);

      expect((await world.ask({ host: HOST })).status).toBe(status);
    });
  });

  describe('changes', () => {
    const through = (filters: readonly Filter[], more: Partial<Route> = {}): Promise<void> =>
      world.serve([aProxiedRoute(HOST, { rule: { ...aRule(['shop/one']), filters }, ...more })]);

    it('nothing that it is not asked for', async () => {
      await through([]);
      const headers = {
        'X-Request-Id': 'r1',
        x_under: '1',
        'X-Forwarded-For': '192.0.2.1',
        'X-Forwarded-Proto': 'https',
        'X-Envoy-Retry-On': '5xx',
      };

      const echo = await world.echo({ host: `${HOST}:8443`, path: '/a/../b//c?d=%20', headers });
      const answer = await world.ask({ host: HOST });

      expect(echo.url).toBe('/a/../b//c?d=%20');
      expect(echo.headers).toEqual({
        host: `${HOST}:8443`,
        'x-request-id': 'r1',
        x_under: '1',
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-proto': 'https',
      });
      expect(echo.rawHeaders).toEqual(expect.arrayContaining(['Host', 'X-Request-Id', 'X-Forwarded-Proto']));
      expect(Object.keys(answer.headers).toSorted()).toEqual(['content-length', 'content-type', 'date']);
    });

    it('headers of requests and answers, with percent signs as they are', async () => {
      await through([
        {
          type: 'RequestHeaders',
          set: [{ name: 'X-Set', value: '100%' }],
          add: [{ name: 'X-Add', value: '2' }],
          remove: ['x-gone'],
        },
        {
          type: 'ResponseHeaders',
          set: [{ name: 'Content-Type', value: '%PROTOCOL%' }],
          add: [{ name: 'X-Empty', value: '' }],
          remove: ['date'],
        },
      ]);

      const sent = { 'x-set': '1', 'x-add': '1', 'x-gone': '1' };
      const answer = await world.ask({ host: HOST, headers: sent });

      expect(JSON.parse(answer.text).headers).toMatchObject({ 'x-set': '100%', 'x-add': '1, 2' });
      expect(answer.text).not.toContain('x-gone');
      expect(answer.headers).toMatchObject({ 'content-type': '%PROTOCOL%', 'x-empty': '' });
    });

    it('headers only of requests that one backend gets', async () => {
      const filters: Filter[] = [{ type: 'RequestHeaders', set: [{ name: 'X-Canary', value: '1' }] }];
      await world.serve([
        aProxiedRoute(HOST, {
          rule: {
            backends: [
              { weight: 1, backend: aBackend('shop/one') },
              { weight: 1, backend: aBackend('shop/two'), filters },
            ],
          },
        }),
      ]);

      const echoes = await Promise.all(Array.from({ length: 40 }, () => world.echo({ host: HOST })));

      expect(new Set(echoes.map(({ pod, headers }) => `${pod} ${String(headers['x-canary'])}`))).toEqual(
        new Set(['one undefined', 'two 1']),
      );
    });

    it('headers of requests and answers of one backend after those of the rule', async () => {
      const filters = both({ set: [named('X-Set', 'rule'), named('X-Gone', 'rule')], add: [named('X-Add', 'rule')] });
      const own = both({ set: [named('X-Set', 'own')], add: [named('X-Add', 'own')], remove: ['x-gone'] });
      const backends = [{ weight: 1, backend: aBackend('shop/one'), filters: own }];
      await world.serve([aProxiedRoute(HOST, { rule: { filters, backends } })]);

      const answer = await world.ask({ host: HOST });
      const { headers } = JSON.parse(answer.text);

      for (const changed of [headers, answer.headers]) {
        expect(changed).toMatchObject({ 'x-set': 'own', 'x-add': 'rule, own' });
        expect(changed).not.toHaveProperty('x-gone');
      }
    });

    it.each<{ case: string; filters: readonly Filter[]; of: string }>([
      { case: 'nothing', filters: [], of: HOST },
      { case: 'another one', filters: [{ type: 'Rewrite', hostname: 'rule.test' }], of: 'rule.test' },
    ])('the host of requests that one backend gets, where the rule says $case', async ({ filters, of }) => {
      const own: readonly Filter[] = [{ type: 'Rewrite', hostname: 'backend.test' }];
      await world.serve([
        aProxiedRoute(HOST, {
          rule: {
            filters,
            backends: [
              { weight: 1, backend: aBackend('shop/one') },
              { weight: 1, backend: aBackend('shop/two'), filters: own },
            ],
          },
        }),
      ]);

      const echoes = await Promise.all(Array.from({ length: 40 }, () => world.echo({ host: HOST })));

      expect(
        new Set(echoes.map(({ pod, headers }) => [pod, headers.host, headers['x-forwarded-host']].join(' '))),
      ).toEqual(new Set([`one ${of} ${of === HOST ? '' : HOST}`, `two backend.test ${HOST}`]));
    });

    it('the host, and tells which one it was', async () => {
      await through([{ type: 'Rewrite', hostname: 'inner.test' }]);
      expect((await world.echo({ host: HOST })).headers).toMatchObject({
        host: 'inner.test',
        'x-forwarded-host': HOST,
      });

      await through([{ type: 'RequestHeaders', set: [{ name: 'Host', value: 'other.test' }] }]);
      expect((await world.echo({ host: HOST })).headers.host).toBe('other.test');
    });

    const prefix: PathMatch = { type: 'Prefix', value: '/foo' };
    it.each<{ path?: PathMatch; to: string; cases: Readonly<Record<string, string>> }>([
      { path: prefix, to: '/xyz', cases: { '/foo/bar?a=b': '/xyz/bar?a=b', '/foo': '/xyz', '/foo/': '/xyz/' } },
      { path: prefix, to: '/xyz/', cases: { '/foo/bar': '/xyz/bar', '/foo': '/xyz' } },
      {
        path: prefix,
        to: '/',
        cases: { '/foo/bar?a=b': '/bar?a=b', '/foo': '/', '/foo/': '/', '/foo//evil.test': '/evil.test' },
      },
      { path: prefix, to: '', cases: { '/foo/bar': '/bar', '/foo': '/' } },
      { to: '/xyz', cases: { '/bar': '/xyz/bar', '/': '/xyz/' } },
      { to: '/', cases: { '/bar': '/bar' } },
    ])('the prefix $path.value to "$to"', async ({ path, to, cases }) => {
      await through([{ type: 'Rewrite', path: { type: 'Prefix', value: to } }], path === undefined ? {} : { path });

      const urls = await Promise.all(
        Object.keys(cases).map(async (url) => (await world.echo({ host: HOST, path: url })).url),
      );

      expect(urls).toEqual(Object.values(cases));
    });

    it('the whole path, with backslashes as they are', async () => {
      await through([{ type: 'Rewrite', path: { type: 'Full', value: String.raw`/a\1` } }]);

      expect((await world.echo({ host: HOST, path: '/b/c?d=e' })).url).toBe(String.raw`/a\1?d=e`);
    });

    const https = { 'x-forwarded-proto': 'https' };
    it.each<{ redirect: Omit<Filter & { type: 'Redirect' }, 'type'>; location: string }>([
      { redirect: { statusCode: 301, hostname: 'b.test' }, location: 'https://b.test/foo/x?a=b' },
      { redirect: { statusCode: 302, scheme: 'http' }, location: `http://${HOST}/foo/x?a=b` },
      { redirect: { statusCode: 303, port: 8443 }, location: `https://${HOST}:8443/foo/x?a=b` },
      { redirect: { statusCode: 307, path: { type: 'Full', value: '/new' } }, location: `https://${HOST}/new?a=b` },
      { redirect: { statusCode: 308, path: { type: 'Prefix', value: '/new' } }, location: `https://${HOST}/new/x?a=b` },
      { redirect: { statusCode: 302, path: { type: 'Prefix', value: '/' } }, location: `https://${HOST}/x?a=b` },
    ])('the place: $redirect.statusCode to $location', async ({ redirect, location }) => {
      await through([{ type: 'Redirect', ...redirect }], { path: prefix });

      const { status, headers } = await world.ask({ host: HOST, path: '/foo/x?a=b', headers: https });

      expect([status, headers.location]).toEqual([redirect.statusCode, location]);
    });

    it('what browsers may ask from other sites', async () => {
      const cors: Filter = {
        type: 'Cors',
        allowOrigins: ['https://*.shop.test'],
        allowMethods: ['*'],
        allowHeaders: ['x-one'],
        exposeHeaders: ['x-two'],
        allowCredentials: true,
        maxAgeSeconds: 600,
      };
      await through([cors]);
      const asked = (origin: string) =>
        world.ask({ host: HOST, method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } });

      expect((await asked('https://a.shop.test')).headers).toMatchObject({
        'access-control-allow-origin': 'https://a.shop.test',
        'access-control-allow-methods': 'PUT',
        'access-control-allow-headers': 'x-one',
        'access-control-allow-credentials': 'true',
        'access-control-max-age': '600',
      });
      expect((await asked('https://ashop.test')).headers).not.toHaveProperty('access-control-allow-origin');
      expect((await world.ask({ host: HOST, headers: { origin: 'https://a.shop.test' } })).headers).toMatchObject({
        'access-control-expose-headers': 'x-two',
      });
    });

    it('nothing for a visitor whose request is mirrored', async () => {
      const [pod] = await world.service('shop/copy', ['copy']);
      await through([{ type: 'Mirror', backend: aBackend('shop/copy') }]);

      expect((await world.echo({ host: HOST, method: 'POST', body: 'hello' })).pod).toBe('one');
      await eventually(() => {
        expect(pod?.requests).toMatchObject([{ body: 'hello', headers: { host: HOST } }]);
      });
    });
  });
});

/** A route to the pods of a Service, for some of the requests. */
function routeTo(service: string, path?: PathMatch, match?: ProxyRule['match']): Route {
  const rule = { ...aRule([service]), ...(match === undefined ? {} : { match }) };
  return { ...aProxiedRoute(HOST, { rule }), ...(path === undefined ? {} : { path }) };
}

/** The same change of requests and of answers. */
function both(change: HeaderChange): readonly Filter[] {
  return [
    { type: 'RequestHeaders', ...change },
    { type: 'ResponseHeaders', ...change },
  ];
}

function named(name: string, value: string): Header {
  return { name, value };
}
