import { expect, it } from '@jest/globals';
import { policyAncestors } from '../../../src/core/gateway/policy-ancestors.ts';
import type { ParentCondition, RouteParents } from '../../../src/core/model/route-parent.ts';

const accepted = (status: ParentCondition['status']): ParentCondition => ({
  type: 'Accepted',
  status,
  reason: 'x',
  message: '',
});
const RESOLVED: ParentCondition = { type: 'ResolvedRefs', status: 'True', reason: 'x', message: '' };

/** A route with these policies, at Gateways with these conditions. */
function aRoute(
  policies: readonly string[],
  gateways: Readonly<Record<string, readonly ParentCondition[]>>,
): { readonly parents: RouteParents } {
  const parents = Object.entries(gateways).map(([gateway, conditions]) => ({
    reference: { name: 'x' },
    gateway,
    listeners: [],
    conditions,
  }));
  return { parents: { generation: 1, policies, parents } };
}

it('a policy has an effect at every Gateway that accepts a route to its Service', () => {
  const results = [
    aRoute(['shop/a', 'shop/b'], {
      'shop/z': [RESOLVED, accepted('True')],
      'shop/refused': [accepted('False'), RESOLVED],
    }),
    aRoute(['shop/a'], { 'shop/y': [accepted('True')], 'shop/z': [accepted('True')] }),
    aRoute([], { 'shop/x': [accepted('True')] }),
    { parents: { generation: 1, parents: [] } },
    {},
  ];

  expect([...policyAncestors(results)]).toEqual([
    ['shop/a', ['shop/y', 'shop/z']],
    ['shop/b', ['shop/z']],
  ]);
});

it('a policy without such a Gateway has an effect nowhere', () => {
  expect([...policyAncestors([aRoute(['shop/a'], { 'shop/z': [accepted('False')] })])]).toEqual([['shop/a', []]]);
});
