import { describe, expect, it } from '@jest/globals';
import { Guards } from '../../../src/controllers/service/guards.ts';
import type { TunnelLedger } from '../../../src/core/ingress/ledgers.ts';
import type { RoutingTable, Verdict } from '../../../src/core/routes/table.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';

const HOME = aTunnel('shop/home');
const GOING = aTunnel('shop/home', { deleting: true });
const ROUTE = aRoute('app.example.com', 'shop/web');
const LEDGER = { tunnel: 'shop/home', admits: 'any' } as const;

interface Seen {
  readonly tunnel?: typeof HOME;
  readonly routes?: readonly (typeof ROUTE)[];
  readonly ledgers?: readonly TunnelLedger[];
}

function guards({ tunnel = HOME, routes = [], ledgers = [] }: Seen): Guards {
  const verdict: Verdict = { service: 'shop/web', tunnel: 'shop/home', routes, problems: [], remarks: [] };
  return new Guards({
    services: { list: () => [aService('shop/web', { finalized: true }), aService('shop/other')] },
    tunnels: { get: () => tunnel },
    routing: () => ({ verdicts: new Map([['shop/web', verdict]]) }) as unknown as RoutingTable,
    ledgers: () => ledgers,
  });
}

// Invariant 35.
describe('Services that may lose the finalizer', () => {
  it('are those of which nothing is published', () => {
    expect(guards({}).releasable()).toEqual(['shop/web']);
  });

  it('are not those that are about to be published', () => {
    expect(guards({ routes: [ROUTE] }).releasable()).toEqual([]);
  });

  it('are those whose Tunnel is on its way out, though the last table gives them routes', () => {
    expect(guards({ tunnel: GOING, routes: [ROUTE] }).releasable()).toEqual(['shop/web']);
  });

  it('are not those that have a rule left, or whose rules are not known', () => {
    const held = [{ ...LEDGER, routes: new Map([['shop/web', [ROUTE]]]) }];

    expect(guards({ ledgers: held }).releasable()).toEqual([]);
    expect(guards({ ledgers: [{ ...LEDGER, routes: undefined }] }).releasable()).toEqual([]);
  });
});

describe('Services that wait for the finalizer', () => {
  it('are named once, however often they are seen to wait', () => {
    const some = guards({});

    expect(some.await(new Set(['shop/a', 'shop/b']))).toEqual(['shop/a', 'shop/b']);
    expect(some.await(new Set(['shop/b', 'shop/c']))).toEqual(['shop/c']);
  });

  it('are complete with the last of them', () => {
    const some = guards({});
    some.await(new Set(['shop/a', 'shop/b']));

    expect([some.arrived('shop/a'), some.arrived('shop/b'), some.arrived('shop/b')]).toEqual([false, true, false]);
  });
});
