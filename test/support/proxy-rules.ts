/** Proxy rules for tests, and for fast-check. */
import fc from 'fast-check';
import type {
  Backend,
  Filter,
  Header,
  HeaderChange,
  PathRewrite,
  ProxyRule,
  RequestMatch,
  Session,
  ValueMatch,
  WeightedBackend,
} from '../../src/core/model/proxy-rule.ts';
import type { Route } from '../../src/core/model/route.ts';
import type { Endpoint } from '../../src/core/proxy/compile.ts';
import { anyHostname, anyPath } from './arbitraries.ts';
import { aRoute } from './routes.ts';

/** A backend of plain HTTP. */
export function aBackend(service: string, port = 80): Backend {
  return { service, port, protocol: 'http' };
}

/** A rule that divides requests among Services, all of the same weight. */
export function aRule(services: readonly string[], more: Omit<ProxyRule, 'backends'> = {}): ProxyRule {
  return { backends: services.map((service) => ({ weight: 1, backend: aBackend(service) })), ...more };
}

/** A route through the proxy, to the Service that it comes from. */
export function aProxiedRoute(
  hostname: string,
  more: Partial<Route> & { readonly rule?: Partial<ProxyRule> } = {},
): Route {
  const { rule, ...rest } = more;
  return { ...aRoute(hostname), proxy: { ...aRule(['shop/web']), ...rule }, ...rest };
}

/** Pods of a Service with addresses of their own. */
export function endpointsAt(...addresses: readonly string[]): readonly Endpoint[] {
  return addresses.map((address) => ({ address, port: 8080, id: `pod-${address.replaceAll('.', '-')}` }));
}

function optional<T extends Record<string, unknown>>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<
  Partial<T>
> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

function anyHeader(): fc.Arbitrary<Header> {
  return fc.record({
    name: fc.constantFrom('x-one', 'X-Two', 'host'),
    value: fc.constantFrom('1', '100%', '', '%PATH%', 'ä'),
  });
}

function anyChange(): fc.Arbitrary<HeaderChange> {
  const headers = fc.array(anyHeader(), { maxLength: 2 });
  return optional<{ set: Header[]; add: Header[]; remove: string[] }>({
    set: headers,
    add: headers,
    remove: fc.array(fc.constantFrom('x-three', 'Host'), { maxLength: 2 }),
  });
}

function anyPathRewrite(): fc.Arbitrary<PathRewrite> {
  return fc.record({
    type: fc.constantFrom<PathRewrite['type']>('Full', 'Prefix'),
    value: fc.constantFrom('/', '/new', '/new/', String.raw`/a\1b`, '/ä b'),
  });
}

export function anyBackend(): fc.Arbitrary<Backend> {
  const tls = fc.constantFrom<NonNullable<Backend['tls']>>(
    { serverName: 'web.internal' },
    { serverName: '10.0.0.1' },
    { serverName: 'web.internal', caPool: { name: 'ca' } },
    { serverName: 'web.internal', subjectAltNames: [{ type: 'DNS', value: 'other.internal' }] },
    {
      serverName: 'web.internal',
      subjectAltNames: [
        { type: 'URI', value: 'spiffe://cluster/ns/shop/sa/web' },
        { type: 'DNS', value: '*.internal' },
      ],
    },
  );
  const plain = fc.record({
    service: fc.constantFrom('shop/web', 'shop/api', 'shop/gone'),
    port: fc.constantFrom(80, 8080),
    protocol: fc.constantFrom<Backend['protocol']>('http', 'https', 'h2c'),
  });
  return fc.tuple(plain, fc.option(tls, { nil: undefined })).map(([backend, own]) => ({
    ...backend,
    ...(own === undefined || backend.protocol !== 'https' ? {} : { tls: own }),
  }));
}

function anyFilter(): fc.Arbitrary<Filter> {
  const names = fc.array(fc.constantFrom('GET', 'x-one', '*'), { maxLength: 2 });
  return fc.oneof(
    anyChange().map((change) => ({ type: 'RequestHeaders' as const, ...change })),
    anyChange().map((change) => ({ type: 'ResponseHeaders' as const, ...change })),
    fc
      .tuple(
        fc.constantFrom<(Filter & { type: 'Redirect' })['statusCode']>(301, 302, 303, 307, 308),
        optional<{ scheme: 'http' | 'https'; hostname: string; port: number; path: PathRewrite }>({
          scheme: fc.constantFrom('http', 'https'),
          hostname: fc.constant('b.example.com'),
          port: fc.constant(8443),
          path: anyPathRewrite(),
        }),
      )
      .map(([statusCode, rest]) => ({ type: 'Redirect' as const, statusCode, ...rest })),
    optional<{ hostname: string; path: PathRewrite }>({
      hostname: fc.constant('b.example.com'),
      path: anyPathRewrite(),
    }).map((rest) => ({ type: 'Rewrite' as const, ...rest })),
    fc
      .tuple(anyBackend(), optional({ fraction: fc.constant({ numerator: 1, denominator: 3 }) }))
      .map(([backend, rest]) => ({ type: 'Mirror' as const, backend, ...rest })),
    fc
      .record({
        allowOrigins: fc.array(fc.constantFrom('*', 'https://a.example.com', 'https://*.example.com'), {
          minLength: 1,
        }),
        allowMethods: names,
        allowHeaders: names,
        exposeHeaders: names,
        allowCredentials: fc.boolean(),
        maxAgeSeconds: fc.constantFrom(0, 600),
      })
      .map((cors) => ({ type: 'Cors' as const, ...cors })),
  );
}

function anyMatch(): fc.Arbitrary<RequestMatch> {
  const value = fc
    .tuple(fc.constantFrom('x-one', 'host'), fc.constantFrom('1', 'a+b'), fc.boolean())
    .map(([name, text, isPattern]): ValueMatch => ({ name, value: text, ...(isPattern ? { isPattern } : {}) }));
  return optional<{ method: string; headers: ValueMatch[]; query: ValueMatch[] }>({
    method: fc.constantFrom('GET', 'POST'),
    headers: fc.array(value, { maxLength: 2 }),
    query: fc.array(value, { maxLength: 2 }),
  });
}

function anyWeighted(): fc.Arbitrary<WeightedBackend> {
  return fc
    .tuple(
      fc.constantFrom(0, 1, 2, 1_000_000),
      optional<{ backend: Backend; filters: Filter[] }>({
        backend: anyBackend(),
        filters: fc.array(anyFilter(), { maxLength: 1 }),
      }),
    )
    .map(([weight, rest]) => ({ weight, ...rest }));
}

export function anyProxyRule(): fc.Arbitrary<ProxyRule> {
  const session = fc.constantFrom<Session[]>(
    { type: 'Cookie', name: 'visitor', path: '/' },
    { type: 'Cookie', name: 'visitor', path: '/shop', lifetimeMs: 60_000 },
    { type: 'Header', name: 'X-Session' },
  );
  const rest = optional<Required<Omit<ProxyRule, 'backends'>>>({
    match: anyMatch(),
    filters: fc.array(anyFilter(), { maxLength: 3 }),
    timeouts: optional({ requestMs: fc.constantFrom(0, 1500), attemptMs: fc.constantFrom(0, 500) }),
    retry: fc
      .tuple(
        fc.record({ attempts: fc.constantFrom(0, 3), codes: fc.constantFrom<number[]>([], [500, 503]) }),
        optional({ backoffMs: fc.constantFrom(0, 100) }),
      )
      .map(([retry, more]) => ({ ...retry, ...more })),
    session,
    isHttp2: fc.constant(true as const),
  });
  return fc.tuple(fc.array(anyWeighted(), { maxLength: 3 }), rest).map(([backends, more]) => ({ backends, ...more }));
}

/** Routes of which some need the proxy, each with a claim of its own. */
export function anyProxiedRoutes(): fc.Arbitrary<Route[]> {
  return routesWithUnique(({ hostname, path }) => `${hostname} ${path?.type} ${path?.value}`);
}

/** The same with at most one pattern for a hostname, since several match in the order in which they come. */
export function anyProxiedRoutesInAnyOrder(): fc.Arbitrary<Route[]> {
  return routesWithUnique(({ hostname, path }) => `${hostname} ${path?.type} ${path?.type === 'Regex' || path?.value}`);
}

function routesWithUnique(selector: (route: Route) => string): fc.Arbitrary<Route[]> {
  const route = fc
    .tuple(anyHostname(), anyPath(), fc.option(anyProxyRule(), { nil: undefined }))
    .map(([hostname, path, proxy]) => ({
      ...aRoute(hostname, 'shop/web', proxy === undefined ? 'https://web.shop.svc:443' : undefined),
      ...(path === undefined ? {} : { path }),
      ...(proxy === undefined ? {} : { proxy }),
    }));
  return fc.uniqueArray(route, { selector, maxLength: 6 });
}
