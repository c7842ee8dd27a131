import { describe, expect, it } from '@jest/globals';
import type { Route, RouteAccess } from '../../../src/core/model/route.ts';
import { type PolicyScope, knownPolicies } from '../../../src/core/preview/known-policies.ts';
import { policiesNotRead, protectAsKnown } from '../../../src/core/preview/protected-routes.ts';
import { anAccessPolicy } from '../../support/access-world.ts';
import { aRoute } from '../../support/routes.ts';

/** The only policy is shop/staff. */
function known(scope: PolicyScope = 'all') {
  return knownPolicies([anAccessPolicy({ decision: 'Allow' })], scope);
}

function web(access?: RouteAccess): Route {
  return { ...aRoute('app.example.com'), ...(access === undefined ? {} : { access }) };
}

const SERVED: Route = { ...web(['shop/staff']), protection: { team: 'team', audience: 'of-app' } };

/** Who may enter by each route that is published, and what is refused. */
function published(routes: readonly Route[], { scope, served = [] }: { scope?: PolicyScope; served?: Route[] } = {}) {
  const { good, bad } = protectAsKnown(routes, { policies: known(scope), published: served });
  return { access: good.map((route) => route.access), refused: bad.map(({ reason, why }) => `${reason} ${why}`) };
}

const MISSING = 'AccessNotReady app.example.com: AccessPolicy shop/staf does not exist, did you mean staff?';

describe('a route that names policies', () => {
  it.each([
    { name: 'one that exists', access: ['shop/staff'], scope: 'all', refused: [] },
    { name: 'one that does not exist', access: ['shop/staf'], scope: 'all', refused: [MISSING] },
    { name: 'a second one that does not exist', access: ['shop/staff', 'shop/staf'], scope: 'all', refused: [MISSING] },
    { name: 'one of a namespace that was not read', access: ['infra/x'], scope: new Set(['shop']), refused: [] },
    {
      name: 'one that does not exist in the one that was',
      access: ['shop/staf'],
      scope: new Set(['shop']),
      refused: [MISSING],
    },
  ] as const)('is refused if it is certain that there is none: $name', ({ access, scope, refused }) => {
    expect(published([web(access)], { scope })).toEqual({ access: refused.length === 0 ? [access] : [], refused });
  });

  it('keeps those that it had', () => {
    expect(published([web(['shop/staf'])], { served: [SERVED] })).toEqual({
      access: [['shop/staff']],
      refused: [MISSING],
    });
  });

  it('does not hold up others', () => {
    expect(published([web(['shop/staf']), { ...aRoute('b.example.com'), source: 'shop/b' }]).access).toEqual([
      undefined,
    ]);
  });
});

it('an exact path is not open below a hostname with a policy that lets requests in without a token', () => {
  const open: Route = { ...web('none'), path: { type: 'Exact', value: '/a' } };
  expect(published([web(['shop/staf']), open])).toEqual({ access: ['none'], refused: [MISSING] });

  const policies = knownPolicies([anAccessPolicy({ decision: 'Bypass' })], 'all');
  const { good, bad } = protectAsKnown([web(['shop/staff']), open], { policies, published: [] });

  expect([good.map(({ access }) => access), bad.map(({ route }) => route)]).toStrictEqual([[['shop/staff']], [open]]);
});

describe('policies that were not read', () => {
  it('are those of which nobody knows whether they exist', () => {
    const routes = [web(['shop/staff', 'shop/staf', 'infra/x'])];

    expect(policiesNotRead(routes, known(new Set(['shop'])))).toEqual(['infra/x']);
    expect(policiesNotRead(routes, known())).toEqual([]);
  });
});
