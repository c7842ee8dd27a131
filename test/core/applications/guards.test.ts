import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { guardRoutes } from '../../../src/core/applications/guards.ts';
import { ANY_HOST } from '../../../src/core/model/hostname.ts';
import { type Route, type RouteAccess, claimOf } from '../../../src/core/model/route.ts';
import { aProxiedRoute } from '../../support/proxy-rules.ts';
import { HOST, at } from './places.ts';

function anywhere(place: string, access?: RouteAccess): Route {
  return { ...at(place, access), hostname: ANY_HOST };
}

function aPattern(access: RouteAccess): Route {
  return at(`${HOST}/a.*`, access, 'Regex');
}

/** By claim: the application in front of each route, and the applications that are needed. */
function guarded(...routes: readonly Route[]) {
  const { needed, domains, refused } = guardRoutes(routes);
  return {
    applications: Object.fromEntries([...needed.values()].map(({ domain, policies }) => [domain, policies])),
    behind: Object.fromEntries([...domains].map(([route, domain]) => [claimOf(route), domain])),
    refused: refused.map(({ reason, why }) => `${reason} ${why}`),
  };
}

// Invariant 57.
describe('the applications of a Tunnel', () => {
  it('are one for each hostname and path that asks for policies', () => {
    expect(guarded(at(HOST, ['shop/staff']), at(`${HOST}/admin`, ['shop/admins', 'shop/office']))).toEqual({
      applications: { [HOST]: ['shop/staff'], [`${HOST}/admin`]: ['shop/admins', 'shop/office'] },
      behind: { [HOST]: HOST, [`${HOST}/admin`]: `${HOST}/admin` },
      refused: [],
    });
  });

  it('let everyone into what says none below a protected hostname', () => {
    expect(guarded(at(HOST, ['shop/staff']), at(`${HOST}/api`, 'none'))).toEqual({
      applications: { [HOST]: ['shop/staff'], [`${HOST}/api`]: 'everyone' },
      behind: { [HOST]: HOST },
      refused: [],
    });
    expect(guarded(at('*.example.com', ['shop/staff']), at(HOST, 'none')).applications).toEqual({
      '*.example.com': ['shop/staff'],
      [HOST]: 'everyone',
    });
  });

  it('are none for what says none, or nothing, elsewhere', () => {
    expect(guarded(at(HOST, 'none'), at('b.example.com'))).toEqual({ applications: {}, behind: {}, refused: [] });
    expect(guarded(at(HOST, ['shop/staff']), at('b.example.com', 'none'), at('c.example.com'))).toEqual({
      applications: { [HOST]: ['shop/staff'] },
      behind: { [HOST]: HOST },
      refused: [],
    });
  });

  it('stand in front of what says nothing below them, unless something open is nearer', () => {
    const routes = [at(HOST, ['shop/staff']), at(`${HOST}/a`), at(`${HOST}/b`, 'none'), at(`${HOST}/b/c`)];

    expect(guarded(...routes).behind).toEqual({ [HOST]: HOST, [`${HOST}/a`]: HOST });
    expect(guarded(at('*.example.com', ['shop/staff']), at(HOST)).behind[HOST]).toBe('*.example.com');
    expect(guarded(at('*.example.com', ['shop/staff']), at('b.example.com', 'none'), at(HOST)).behind[HOST]).toBe(
      '*.example.com',
    );
  });

  it('stand in front of what says nothing if they are the nearest', () => {
    const places = ['*.example.com/a/b', HOST, `${HOST}/a`, '*.example.com'];
    const routes = places.map((place) => at(place, ['shop/staff']));

    expect(guarded(...routes, at(`${HOST}/a/b`), at(`${HOST}/b`)).behind).toMatchObject({
      [`${HOST}/a/b`]: `${HOST}/a`,
      [`${HOST}/b`]: HOST,
    });
  });

  it('cannot stand in front of what is for any hostname', () => {
    expect(guarded(anywhere(HOST, ['shop/staff']), anywhere(`${HOST}/a`)).behind).toEqual({ '*': '*' });
  });

  it('are not made for a route that Access cannot protect, or open', () => {
    expect(guarded(at(HOST, ['shop/staff']), aPattern(['shop/admins']))).toEqual({
      applications: { [HOST]: ['shop/staff'] },
      behind: { [HOST]: HOST },
      refused: [`AccessNotReady ${HOST} (Regex /a.*): Access knows no patterns. Use a prefix, or the whole hostname`],
    });
    expect(guarded(at(HOST, ['shop/staff']), aPattern('none')).refused).toEqual([
      `AccessNotReady ${HOST} (Regex /a.*): Access knows no patterns. Use a prefix, or the whole hostname`,
    ]);
  });

  it('are shared by routes of one path that ask for the same', () => {
    const exact = at(`${HOST}/a`, ['shop/staff'], 'Exact');

    expect(guarded(at(`${HOST}/a`, ['shop/staff']), exact)).toEqual({
      applications: { [`${HOST}/a`]: ['shop/staff'] },
      behind: { [`${HOST}/a`]: `${HOST}/a`, [`${HOST} (Exact /a)`]: `${HOST}/a` },
      refused: [],
    });
  });

  it.each<[string, RouteAccess]>([
    ['other policies', ['shop/admins']],
    ['none', 'none'],
  ])('are those of the route with policies where another one of the same path asks for %s', (_, access) => {
    const routes = [at(`${HOST}/a`, access, 'Exact'), at(`${HOST}/a`, ['shop/staff'])];
    const { applications, refused } = guarded(...(access === 'none' ? routes : routes.toReversed()));

    expect(applications).toEqual({ [`${HOST}/a`]: ['shop/staff'] });
    expect(refused).toEqual([
      `AccessConflict ${HOST} (Exact /a) asks for other policies than ${HOST}/a of Service shop/web, and Access cannot tell them apart. Name the same in cftunnel.io/access of both`,
    ]);
  });

  it('are decided by the oldest of several routes', () => {
    const [oldest, newer] = [['shop/staff'], ['shop/staff']].map((access, index) => ({
      ...at(`${HOST}/a`, access, index === 0 ? 'Prefix' : 'Exact'),
      source: `shop/${index}`,
    }));
    const other = { ...at(`${HOST}/a`, ['shop/admins'], 'Exact'), source: 'shop/2' };

    expect(oldest && newer && guarded(oldest, newer, other).refused).toEqual([
      expect.stringContaining(`asks for other policies than ${HOST}/a of Service shop/0, and`),
    ]);
  });

  it('leave nothing open that depends on more than a path, since the rest would enter what is above', () => {
    const canary = {
      ...aProxiedRoute(HOST),
      path: { type: 'Prefix', value: '/a' } as const,
      access: 'none' as const,
    };
    const conditional = { ...canary, proxy: { ...canary.proxy, backends: [], match: { method: 'GET' } } };

    const others = [at(`${HOST}/a/b`), at(`${HOST}/b`, 'none'), at(`${HOST}/b/c`)];

    expect(guarded(at(HOST, ['shop/staff']), conditional, ...others)).toEqual({
      applications: { [HOST]: ['shop/staff'], [`${HOST}/b`]: 'everyone' },
      behind: { [HOST]: HOST, [`${HOST}/a/b`]: HOST },
      refused: [
        `AccessConflict ${HOST}/a (GET) cannot be open: Access looks at paths alone, and what does not meet the other conditions would enter ${HOST}. Name its policies in cftunnel.io/access`,
      ],
    });
  });

  it('cover every route that asks for policies, or it is refused', () => {
    const place = fc.constantFrom(HOST, `${HOST}/a`, `${HOST}/a/b`, `${HOST}/c`, '*.example.com', '*.example.com/a');
    const access = fc.constantFrom<(RouteAccess | undefined)[]>(undefined, 'none', ['shop/x'], ['shop/y']);
    const routes = fc.array(
      fc.tuple(place, access).map(([where, asked]) => at(where, asked)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(routes, (all) => {
        const { needed, domains, refused } = guardRoutes(all);
        for (const route of all.filter(({ access: asked }) => asked !== undefined && asked !== 'none')) {
          const domain = domains.get(route);
          const isRefused = refused.some((one) => one.route === route);
          expect(isRefused || needed.get(domain ?? '')?.policies).toEqual(isRefused || route.access);
        }
        const opened = [...needed.values()].flatMap((one) => (one.policies === 'everyone' ? one.domain : []));
        const none = new Set(all.flatMap((route) => (route.access === 'none' ? claimOf(route) : [])));
        expect(opened.filter((domain) => !none.has(domain))).toEqual([]);
      }),
    );
  });
});
