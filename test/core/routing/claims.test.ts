import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Claims, claim, noClaims } from '../../../src/core/routing/claims.ts';
import { type PathMatch, type Route, claimOf } from '../../../src/core/model/route.ts';
import { anyHostname, anyKey, anyPath } from '../../support/arbitraries.ts';
import { aRoute } from '../../support/routes.ts';

const API: PathMatch = { type: 'Prefix', value: '/api' };

describe('a path of a hostname', () => {
  it('is free next to other paths, in the namespace and Tunnel of the hostname', () => {
    const claims = holding('shop/home', route('shop/web'));

    const { routes, problems } = claim(claims, 'shop/home', [route('shop/api', API)]);

    expect(routes).toEqual([route('shop/api', API)]);
    expect(problems).toEqual([]);
  });

  it('is held by the first that claims it', () => {
    const claims = holding('shop/home', route('shop/web', API));

    claim(claims, 'shop/home', [route('shop/web', undefined, 'b.example.com')]);

    const { routes, problems } = claim(claims, 'shop/home', [
      route('shop/api', undefined, 'b.example.com'),
      route('shop/api', API),
      route('shop/api'),
    ]);

    expect(routes).toEqual([route('shop/api')]);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('a.example.com/api belongs'),
      expect.stringMatching(/^b\.example\.com belongs .* Choose another hostname, or/),
    ]);
    expect(problems.slice(0, 1)).toEqual([
      {
        reason: 'HostnameConflict',
        message:
          'a.example.com/api belongs to Service shop/web, which is older. Choose another hostname or path, or remove it from that Service: this one then takes it over',
      },
    ]);
  });

  it('is named with the kind of its holder', () => {
    const claims = holding('shop/home', route('Site/shop/web'));

    expect(claim(claims, 'shop/home', [route('shop/api')]).problems).toMatchObject([
      { message: expect.stringMatching(/belongs to Site shop\/web, .* or remove it from that Site: this one then/) },
    ]);
    expect(claim(claims, 'shop/home', [route('Site/blog/web')]).problems).toMatchObject([
      { message: expect.stringContaining('a hostname belongs to one namespace and one Tunnel') },
    ]);
  });

  it('differs by type', () => {
    const claims = holding('shop/home', route('shop/web', API));

    expect(claim(claims, 'shop/home', [route('shop/api', { ...API, type: 'Exact' })]).problems).toEqual([]);
  });

  it.each([
    { case: 'another namespace', tunnel: 'shop/home', source: 'blog/web' },
    { case: 'another Tunnel', tunnel: 'shop/other', source: 'shop/api' },
  ])('cannot be claimed from $case, even if nobody else claims it', ({ tunnel, source }) => {
    const claims = holding('shop/home', route('shop/web'));

    expect(claim(claims, tunnel, [route(source, API)])).toEqual({
      routes: [],
      problems: [
        {
          reason: 'HostnameConflict',
          message:
            'a.example.com belongs to Service shop/web, which is older, and a hostname belongs to one namespace and one Tunnel. Choose another hostname, or remove it from that Service: this one then takes it over',
        },
      ],
      warnings: [],
    });
  });
});

describe('the record that routes of a hostname share', () => {
  it('follows the oldest, and the others are warned', () => {
    const claims = holding('shop/home', { ...route('shop/web'), dns: 'disabled' });

    const { routes, warnings } = claim(claims, 'shop/home', [{ ...route('shop/api', API), dns: 'managed' }]);

    expect(routes).toEqual([{ ...route('shop/api', API), dns: 'disabled' }]);
    expect(warnings).toEqual([
      {
        reason: 'RecordShared',
        message: expect.stringContaining('cftunnel.io/dns of the older Service shop/web decides'),
      },
    ]);
  });

  it('follows the Tunnel if the oldest makes no choice', () => {
    const claims = holding('shop/home', route('shop/web'));

    const { routes } = claim(claims, 'shop/home', [{ ...route('shop/api', API), dns: 'disabled' }]);

    expect(routes).toStrictEqual([route('shop/api', API)]);
    expect(claim(claims, 'shop/home', [route('shop/app', { type: 'Exact', value: '/app' })]).warnings).toEqual([]);
  });
});

// Invariant 8.
it('gives each path to one source, and each hostname to one namespace, one Tunnel and one DNS choice', () => {
  const anyEntry = fc.record({
    tunnel: fc.constantFrom('shop/home', 'web/edge'),
    source: anyKey(),
    paths: fc.array(fc.tuple(anyHostname(), anyPath()), { maxLength: 3 }),
    dns: fc.constantFrom('managed' as const, 'disabled' as const),
  });

  fc.assert(
    fc.property(fc.uniqueArray(anyEntry, { selector: ({ source }) => source }), (entries) => {
      const claims = noClaims();
      const won = entries.flatMap(({ tunnel, source, paths, dns }) =>
        claim(
          claims,
          tunnel,
          paths.map(([hostname, path]) => ({ ...route(source, path, hostname), dns })),
        ).routes.map((one) => ({ ...one, tunnel })),
      );

      expect(won.map(claimOf).toSorted()).toEqual([...new Set(won.map(claimOf))].toSorted());
      for (const routes of Map.groupBy(won, ({ hostname }) => hostname).values()) {
        expect(new Set(routes.map(({ source, tunnel, dns }) => `${source.split('/')[0]} ${tunnel} ${dns}`)).size).toBe(
          1,
        );
      }
    }),
  );
});

function route(source: string, path?: PathMatch, hostname = 'a.example.com'): Route {
  return { ...aRoute(hostname, source), ...(path === undefined ? {} : { path }) };
}

function holding(tunnel: string, ...routes: readonly Route[]): Claims {
  const claims = noClaims();
  claim(claims, tunnel, routes);
  return claims;
}
