import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coverage, domainFor } from '../../../src/core/applications/domain.ts';
import { guardRoutes } from '../../../src/core/applications/guards.ts';
import { type PathMatch, type Route, type RouteAccess, claimOf } from '../../../src/core/model/route.ts';
import { aProxiedRoute } from '../../support/proxy-rules.ts';
import { aRoute } from '../../support/routes.ts';

const HOST = 'app.example.com';

function at(place: string, access?: RouteAccess, type: PathMatch['type'] = 'Prefix'): Route {
  const slash = place.indexOf('/');
  const [hostname, value] = slash === -1 ? [place] : [place.slice(0, slash), place.slice(slash)];
  return {
    ...aRoute(hostname ?? ''),
    ...(value === undefined ? {} : { path: { type, value } }),
    ...(access === undefined ? {} : { access }),
  };
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

describe('the application of a route', () => {
  it.each([
    [at(HOST), HOST],
    [at(`${HOST}/api`), `${HOST}/api`],
    [at(`${HOST}/api/`, undefined, 'Exact'), `${HOST}/api`],
    [at(`${HOST}/`, undefined, 'Exact'), HOST],
    [at('*.example.com/api'), '*.example.com/api'],
  ])('has the hostname and path of the route', (route, domain) => {
    expect(domainFor(route)).toEqual({ domain });
  });

  it.each([
    [at(`${HOST}/a.*`, undefined, 'Regex'), /Access knows no patterns/],
    [at(`${HOST}/a*b`), /Access cannot name the path "\/a\*b"/],
    [at(`${HOST}/ä`), /Access cannot name the path/],
    [at(`${HOST}/${'a'.repeat(60)}`), /at most 63 characters for hostname and path, and this has 76/],
  ])('cannot be made for everything', (route, why) => {
    expect(domainFor(route)).toEqual({ problem: expect.stringMatching(why) });
  });

  it.each([
    [HOST, `${HOST}/a/b`, true],
    [`${HOST}/a`, `${HOST}/a`, true],
    [`${HOST}/a`, `${HOST}/a/b`, true],
    [`${HOST}/a`, `${HOST}/ab`, false],
    [`${HOST}/a/b`, `${HOST}/a`, false],
    ['*.example.com', HOST, true],
    ['*.example.com/a', `${HOST}/a/b`, true],
    ['*.example.com', 'x.app.example.com', false],
    ['*.example.com', 'example.com', false],
    ['other.example.com', HOST, false],
  ])('at %s covers %s: %s', (by, of, isCovered) => {
    expect(coverage(at(by), at(of)) !== undefined).toBe(isCovered);
  });
});

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
  });

  it('stand in front of what says nothing below them, unless something open is nearer', () => {
    const routes = [at(HOST, ['shop/staff']), at(`${HOST}/a`), at(`${HOST}/b`, 'none'), at(`${HOST}/b/c`)];

    expect(guarded(...routes).behind).toEqual({ [HOST]: HOST, [`${HOST}/a`]: HOST });
    expect(guarded(at('*.example.com', ['shop/staff']), at(HOST)).behind[HOST]).toBe('*.example.com');
  });

  it('are shared by routes of one path that ask for the same', () => {
    const exact = at(`${HOST}/a`, ['shop/staff'], 'Exact');

    expect(guarded(at(`${HOST}/a`, ['shop/staff']), exact)).toMatchObject({
      applications: { [`${HOST}/a`]: ['shop/staff'] },
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

  it('leave nothing open that depends on more than a path, since the rest would enter what is above', () => {
    const canary = {
      ...aProxiedRoute(HOST),
      path: { type: 'Prefix', value: '/a' } as const,
      access: 'none' as const,
    };
    const conditional = { ...canary, proxy: { ...canary.proxy, backends: [], match: { method: 'GET' } } };

    expect(guarded(at(HOST, ['shop/staff']), conditional).refused).toEqual([
      expect.stringMatching(/^AccessConflict .* cannot be open: Access looks at paths alone/),
    ]);
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
