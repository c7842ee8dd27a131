/** Requests that an application covers, and that the route that asks for it does not take. */
import { describe, expect, it } from '@jest/globals';
import { guardRoutes } from '../../../src/core/applications/guards.ts';
import { protectRoutes } from '../../../src/core/applications/standing.ts';
import type { Route, RouteAccess } from '../../../src/core/model/route.ts';
import { aProxiedRoute } from '../../support/proxy-rules.ts';
import { HOST, at } from './places.ts';

/** Connectors let everyone in with the policy `office`. */
const OFFICE: RouteAccess = ['shop/staff', 'shop/office'];
const STAFF: RouteAccess = ['shop/staff'];
const GUESTS: RouteAccess = ['shop/guests'];

function guard(routes: readonly Route[]) {
  return guardRoutes(routes, (policies) => policies.includes('shop/office'));
}

function refused(...routes: readonly Route[]): readonly string[] {
  return guard(routes).refused.map(({ reason, why }) => `${reason} ${why}`);
}

function exact(path: string, access?: RouteAccess): Route {
  return at(`${HOST}${path}`, access, 'Exact');
}

/** Takes only GET. */
function conditional(path: string, access?: RouteAccess): Route {
  return { ...aProxiedRoute(HOST, { rule: { match: { method: 'GET' } } }), ...at(`${HOST}${path}`, access) };
}

// Invariant 57.
describe('an exact path below what connectors do not check', () => {
  const why = `Access lets the same people into every path below it, and these would enter ${HOST}, where a policy with the decision Bypass keeps connectors from asking for a token. Use a Prefix path, or name the same in cftunnel.io/access of both`;

  it('is not open', () => {
    expect(refused(at(HOST, OFFICE), exact('/a', 'none'))).toStrictEqual([
      `AccessConflict ${HOST} (Exact /a) cannot be open: ${why}`,
    ]);
  });

  it('has no policies of its own', () => {
    expect(refused(at(HOST, OFFICE), exact('/a', GUESTS))).toStrictEqual([
      `AccessConflict ${HOST} (Exact /a) cannot have policies of its own: ${why}`,
    ]);
  });

  it.each<[string, readonly Route[]]>([
    ['has the same policies', [at(HOST, OFFICE), exact('/a', OFFICE)]],
    ['says nothing', [at(HOST, OFFICE), exact('/a')]],
    ['takes all below it too', [at(HOST, OFFICE), at(`${HOST}/a`, 'none')]],
    ['shares its path with a route that does', [at(HOST, OFFICE), exact('/a', 'none'), at(`${HOST}/a`, 'none')]],
    ['shares its path with one that says nothing', [at(HOST, OFFICE), exact('/a', GUESTS), at(`${HOST}/a`)]],
    ['is below what connectors check', [at(HOST, STAFF), exact('/a', 'none')]],
    ['is below what is open', [at(HOST, OFFICE), at(`${HOST}/a`, 'none'), exact('/a/b', 'none')]],
    ['is below what connectors check in between', [at(HOST, OFFICE), at(`${HOST}/a`, STAFF), exact('/a/b', 'none')]],
    ['is beside it', [at(`${HOST}/b`, OFFICE), exact('/a', 'none')]],
    ['is of another hostname', [at('b.example.com', OFFICE), exact('/a', 'none')]],
    ['is below another exact path', [exact('/a', OFFICE), exact('/a/b', GUESTS)]],
  ])('can be there if it %s', (_, routes) => {
    expect(refused(...routes)).toStrictEqual([]);
    expect(refused(...routes.toReversed())).toStrictEqual([]);
  });

  it('is refused although something on the path above asks to be open in vain', () => {
    const routes = [at(`${HOST}/`, 'none'), at(HOST, OFFICE), exact('/a', GUESTS)];

    expect(refused(...routes)).toHaveLength(2);
    expect(refused(...routes.toReversed())).toHaveLength(2);
  });

  it('is refused where something that says nothing is in between', () => {
    expect(refused(at(HOST, OFFICE), at(`${HOST}/a`), exact('/a/b', GUESTS))).toHaveLength(1);
  });
});

describe('a route with other conditions than its path, below a protected one', () => {
  const why = `Access looks at paths alone, and what does not meet the other conditions would enter ${HOST}. Name the same in cftunnel.io/access of both`;

  it.each([[OFFICE], [STAFF]])('has no policies of its own, whether connectors check or not: %j', (above) => {
    expect(refused(at(HOST, above), conditional('/a', GUESTS))).toStrictEqual([
      `AccessConflict ${HOST}/a (GET) cannot have policies of its own: ${why}`,
    ]);
  });

  it.each<[string, readonly Route[]]>([
    ['the same policies', [at(HOST, STAFF), conditional('/a', STAFF)]],
    ['a route beside it that takes the rest', [at(HOST, STAFF), conditional('/a', GUESTS), at(`${HOST}/a`, GUESTS)]],
    ['nothing above it', [at(`${HOST}/b`, STAFF), conditional('/a', GUESTS)]],
    ['something open above it', [at(HOST, 'none'), conditional('/a', GUESTS)]],
    ['a wildcard above it, where the proxy does not look', [at('*.example.com', STAFF), conditional('/a', GUESTS)]],
  ])('has its policies with %s', (_, routes) => {
    expect(refused(...routes)).toStrictEqual([]);
  });
});

describe('a route that has become a way into another one', () => {
  it('keeps the protection of that one if it says nothing itself', () => {
    const protection = { team: 'acme', audience: 'office', isUnchecked: true } as const;
    const routes = [at(HOST, OFFICE), exact('/a')];
    const published = routes.map((route) => ({ ...route, protection }));
    const found = protectRoutes(routes, { guards: guard(routes), standing: () => ({ unknown: 'down' }), published });

    expect(found.routes).toStrictEqual(published);
  });

  it('is withdrawn, although it was published with its own protection', () => {
    const protection = { team: 'acme', audience: 'guests' };
    const routes = [at(HOST, OFFICE), exact('/a', GUESTS)];
    const published = routes.map((route) => ({ ...route, protection }));
    const standing = { team: 'acme', audience: 'office', isUnchecked: true } as const;
    const found = protectRoutes(routes, { guards: guard(routes), standing: () => standing, published });

    expect(found.routes).toStrictEqual([{ ...at(HOST, OFFICE), protection: standing }]);
    expect(found.withheld).toStrictEqual([exact('/a', GUESTS)]);
    expect(found.refused).toMatchObject([{ reason: 'AccessConflict' }]);
    expect(found.refused[0]).not.toHaveProperty('isStillServed');
  });
});
