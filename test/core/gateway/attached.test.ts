import { describe, expect, it } from '@jest/globals';
import { attachedRoutes, changedGateways } from '../../../src/core/gateway/attached.ts';
import type { RouteParents } from '../../../src/core/model/route-parent.ts';

function parents(...at: readonly (readonly [string, ...string[]])[]): RouteParents {
  return {
    generation: 1,
    parents: at.map(([gateway, ...listeners]) => ({ reference: { name: 'x' }, gateway, listeners, conditions: [] })),
  };
}

const RESULTS = [
  { source: 'HTTPRoute/shop/a', parents: parents(['shop/edge', 'http', 'https'], ['infra/far', 'http']) },
  { source: 'HTTPRoute/shop/a@infra/far', parents: parents(['shop/edge', 'http', 'https'], ['infra/far', 'http']) },
  { source: 'GRPCRoute/shop/b', parents: parents(['shop/edge', 'http']) },
  { source: 'shop/web' },
];

describe('the routes of a listener', () => {
  it('are counted once, through however many Tunnels they go', () => {
    const attached = attachedRoutes(RESULTS);

    expect([...(attached.get('shop/edge') ?? [])]).toEqual([
      ['http', 2],
      ['https', 1],
    ]);
    expect([...(attached.get('infra/far') ?? [])]).toEqual([['http', 1]]);
  });

  it('wake only the Gateways whose numbers have changed', () => {
    const before = attachedRoutes(RESULTS);

    expect(changedGateways(before, attachedRoutes(RESULTS))).toEqual([]);
    expect(changedGateways(before, attachedRoutes(RESULTS.slice(0, 2)))).toEqual(['shop/edge']);
    expect(changedGateways(new Map(), before)).toEqual(['shop/edge', 'infra/far']);
  });
});
