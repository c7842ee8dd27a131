import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { areWithinBudget } from '../../../src/core/ingress/budget.ts';
import { fitProxied, leadToProxy, refuseProxied } from '../../../src/core/ingress/proxied-routes.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { aProxiedRoute, aRoute } from '../../support/routes.ts';

const PLAIN = aRoute('plain.example.com');
const CANARY = aProxiedRoute('canary.example.com');
const BESIDE: Route = { ...aRoute('canary.example.com'), path: { type: 'Prefix', value: '/static' } };

function named(name: string): Route {
  return aProxiedRoute(`${name}.example.com`);
}

describe('routes that need the proxy', () => {
  it('lead to it', () => {
    expect(leadToProxy([PLAIN, CANARY])).toBe(true);
    expect(leadToProxy([PLAIN, BESIDE])).toBe(false);
  });

  it('are all served where there is one', () => {
    expect(refuseProxied([PLAIN, CANARY, BESIDE], undefined)).toEqual({ good: [PLAIN, CANARY, BESIDE], bad: [] });
  });

  it('are refused where there is none, and only they: another path of the hostname is served', () => {
    expect(refuseProxied([PLAIN, CANARY, BESIDE], 'it is off')).toEqual({
      good: [PLAIN, BESIDE],
      bad: [
        {
          route: CANARY,
          reason: 'ProxyUnavailable',
          why: 'canary.example.com is not published: it needs the proxy, but it is off',
        },
      ],
    });
  });
});

// Invariant 24.
describe('proxied hostnames that do not all fit into a ConfigMap', () => {
  const BYTES = 400_000;
  /** A file of the same size for each route, so two of them fit. */
  const filesFor = (routes: readonly Route[]) => ({ 'routes.json': 'x'.repeat(BYTES * routes.length) });

  it('are all served while they do', () => {
    const routes = [PLAIN, named('a'), named('b')];

    expect(fitProxied(routes, filesFor)).toEqual({ fitting: routes, unfit: [] });
  });

  it('cost nothing to look at where there are none', () => {
    const routes = [PLAIN];

    expect(fitProxied(routes, () => expect(routes).toEqual('never asked') as never).fitting).toBe(routes);
  });

  it('are left out from the last one on, and never a hostname without a proxy', () => {
    expect(fitProxied([named('a'), PLAIN, named('b'), named('c')], filesFor)).toEqual({
      fitting: [named('a'), PLAIN, named('b')],
      unfit: [named('c')],
    });
  });

  it('are left out as a whole: half of a hostname would answer for the other half', () => {
    const [a, b] = [named('a'), named('b')];
    const more: Route = { ...b, path: { type: 'Prefix', value: '/more' } };

    expect(fitProxied([a, b, more], filesFor)).toEqual({ fitting: [a], unfit: [b, more] });
  });

  it('stay while they are being removed', () => {
    const leaving: Route = { ...named('old'), isLeaving: true };

    expect(fitProxied([named('a'), named('b'), leaving], filesFor)).toEqual({
      fitting: [named('a'), leaving],
      unfit: [named('b')],
    });
  });

  it('are as many as possible, whatever each of them takes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500_000 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const routes = sizes.map((_, index) => named(`host-${index}`));
        const sizeOf = new Map(routes.map((route, index) => [route.hostname, sizes[index] ?? 0]));
        const files = (some: readonly Route[]) => ({
          f: 'x'.repeat(some.reduce((n, { hostname }) => n + (sizeOf.get(hostname) ?? 0), 0)),
        });

        const { fitting, unfit } = fitProxied(routes, files);

        expect([...fitting, ...unfit]).toEqual(routes);
        expect(areWithinBudget(Object.values(files(fitting)))).toBe(true);
        expect(unfit.length === 0 || !areWithinBudget(Object.values(files([...fitting, ...unfit.slice(0, 1)])))).toBe(
          true,
        );
      }),
      { numRuns: 30 },
    );
  });
});
