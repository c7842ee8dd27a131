import { describe, expect, it } from '@jest/globals';
import { ServiceFinalizers } from '../../../src/controllers/service/finalizers.ts';
import type { TunnelRoutes } from '../../../src/core/published-routes/by-tunnel.ts';
import type { RoutingTable, RouteResult } from '../../../src/core/routing/table.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';

const HOME = aTunnel('shop/home');
const GOING = aTunnel('shop/home', { deleting: true });
const ROUTE = aRoute('app.example.com', 'shop/web');
const TUNNEL_ROUTES = { tunnel: 'shop/home', admits: 'any' } as const;

interface Seen {
  readonly tunnel?: typeof HOME;
  readonly routes?: readonly (typeof ROUTE)[];
  readonly published?: readonly TunnelRoutes[];
}

function finalizers({ tunnel = HOME, routes = [], published = [] }: Seen): ServiceFinalizers {
  const result: RouteResult = { service: 'shop/web', tunnel: 'shop/home', routes, problems: [], warnings: [] };
  return new ServiceFinalizers({
    services: { list: () => [aService('shop/web', { finalized: true }), aService('shop/other')] },
    tunnels: { get: () => tunnel },
    routing: () => ({ results: new Map([['shop/web', result]]) }) as unknown as RoutingTable,
    published: () => published,
  });
}

// Invariant 35.
describe('Services that may lose the finalizer', () => {
  it('are those of which nothing is published', () => {
    expect(finalizers({}).releasable()).toEqual(['shop/web']);
  });

  it('are not those that are about to be published', () => {
    expect(finalizers({ routes: [ROUTE] }).releasable()).toEqual([]);
  });

  it('are those whose Tunnel is on its way out, though the last table gives them routes', () => {
    expect(finalizers({ tunnel: GOING, routes: [ROUTE] }).releasable()).toEqual(['shop/web']);
  });

  it('are not those that have a rule left, or whose rules are not known', () => {
    const held = [{ ...TUNNEL_ROUTES, routes: new Map([['shop/web', [ROUTE]]]) }];

    expect(finalizers({ published: held }).releasable()).toEqual([]);
    expect(finalizers({ published: [{ ...TUNNEL_ROUTES, routes: undefined }] }).releasable()).toEqual([]);
  });
});

describe('Services that wait for the finalizer', () => {
  it('are named once, however often they are seen to wait', () => {
    const some = finalizers({});

    expect(some.await(new Set(['shop/a', 'shop/b']))).toEqual(['shop/a', 'shop/b']);
    expect(some.await(new Set(['shop/b', 'shop/c']))).toEqual(['shop/c']);
  });

  it('are complete with the last of them', () => {
    const some = finalizers({});
    some.await(new Set(['shop/a', 'shop/b']));

    expect([some.arrived('shop/a'), some.arrived('shop/b'), some.arrived('shop/b')]).toEqual([false, true, false]);
  });
});
