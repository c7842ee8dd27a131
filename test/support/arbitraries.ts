/** Values for fast-check from few words, so that they often collide. */
import fc from 'fast-check';
import type { Hostname } from '../../src/core/model/hostname.ts';
import type { CaPoolReference } from '../../src/core/model/ca-pool-reference.ts';
import type {
  DnsChoice,
  Protection,
  RouteAccess,
  OriginRequest,
  PathMatch,
  PathType,
  Route,
} from '../../src/core/model/route.ts';
import { aHostname, aRoute } from './routes.ts';

/** A valid hostname in one of three zones, two of which are nested. Possibly a wildcard. */
export function anyHostname(): fc.Arbitrary<Hostname> {
  const labels = fc.array(fc.constantFrom('a', 'b', 'shop'), { maxLength: 2 });
  const zone = fc.constantFrom('example.com', 'eu.example.com', 'example.org');
  return fc
    .tuple(fc.boolean(), labels, zone)
    .map(([wildcard, names, domain]) => aHostname([...(wildcard ? ['*'] : []), ...names, domain].join('.')));
}

/** A key with a namespace. */
export function anyKey(): fc.Arbitrary<string> {
  const name = fc.constantFrom('web', 'api', 'shop');
  return fc.tuple(name, name).map(([namespace, own]) => `${namespace}/${own}`);
}

/** No path (all paths), or one of a few. */
export function anyPath(): fc.Arbitrary<PathMatch | undefined> {
  const match = fc.record({
    type: fc.constantFrom<PathType>('Prefix', 'Exact', 'Regex'),
    value: fc.constantFrom('/api', '/api/v1', '/shop'),
  });
  return fc.option(match, { nil: undefined });
}

/** Settings as in the annotations of a Service, in the order of cloudflared's table. */
export function anyOriginRequest(): fc.Arbitrary<OriginRequest> {
  return fc.record(
    {
      noTLSVerify: fc.boolean(),
      originServerName: fc.constantFrom('a.internal', 'b.internal'),
      connectTimeout: fc.constantFrom('5s', '1m30s'),
      keepAliveConnections: fc.constantFrom(-1, 0, 100),
      proxyType: fc.constantFrom('' as const, 'socks' as const),
    },
    { requiredKeys: [] },
  );
}

/** Routes with different hostnames. */
export function anyRoutes(): fc.Arbitrary<Route[]> {
  const parts = fc.record<
    Partial<Pick<Route, 'path' | 'originRequest' | 'caPool' | 'dns' | 'access' | 'protection' | 'isLeaving'>>
  >(
    {
      path: anyPath().filter((path) => path !== undefined),
      originRequest: anyOriginRequest(),
      caPool: fc.constantFrom<CaPoolReference[]>(
        { name: 'ca' },
        { name: 'ca', key: 'root.pem' },
        { name: 'ca', fingerprint: 'f1' },
      ),
      dns: fc.constantFrom<DnsChoice>('managed', 'disabled'),
      protection: fc.constantFrom<Protection[]>(
        { team: 'acme', audience: 'aa11' },
        { team: 'acme', audience: 'bb22', isUnchecked: true },
      ),
      access: fc.constantFrom<RouteAccess>('none', ['shop/office'], ['shop/b', 'infra/a']),
      isLeaving: fc.constant(true as const),
    },
    { requiredKeys: [] },
  );
  const route = fc
    .tuple(anyHostname(), anyKey(), fc.string(), parts)
    .map(([hostname, source, origin, choice]) => ({ ...aRoute(hostname, source, origin), ...choice }));
  return fc.uniqueArray(route, { selector: ({ hostname }) => hostname, maxLength: 8 });
}

/** A list together with a reordering of it. */
export function shuffled<T>(list: fc.Arbitrary<T[]>): fc.Arbitrary<readonly [T[], T[]]> {
  return list.chain((items) =>
    fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length })),
  );
}
