/** Routes for any host, and routes of one object at several Tunnels. */
import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import { claimOf } from '../../../src/core/model/route.ts';
import { type RoutingTable, buildRoutingTable, resultsOf } from '../../../src/core/routing/table.ts';
import { parseHttpRoute } from '../../../src/core/sources/http-route/parse.ts';
import { aTunnel } from '../../support/builders.ts';
import { type RouteTraits, aGateway, aGatewayCluster, anHttpRoute } from '../../support/gateways.ts';
import type { HttpRouteRule } from '../../../src/api/gateway-routes.ts';
import { PARSERS } from '../../support/parsers.ts';
import { NO_GRANTS } from '../../support/grants.ts';

const EDGE = { namespace: 'shop', name: 'edge' };
const FAR = { namespace: 'infra', name: 'far' };
const FIRST = '2026-01-01T00:00:00Z';
const SECOND = '2026-01-02T00:00:00Z';

interface Asking extends Omit<RouteTraits<HttpRouteRule>, 'rules'> {
  readonly key: string;
  readonly paths?: readonly string[];
}

function tableOf(asking: readonly Asking[], ...objects: readonly KubeObject[]): RoutingTable {
  const related = aGatewayCluster(aGateway('infra/far'), ...objects);
  const requests = asking.map(({ key, paths = ['/'], ...traits }) => {
    const matches = paths.map((value) => ({ path: { type: 'PathPrefix', value } }));
    const [namespace] = key.split('/');
    const rules = [
      { matches, backendRefs: [{ name: 'web', port: 80, ...(namespace === 'docs' ? { namespace: 'shop' } : {}) }] },
    ];
    return {
      ...parseHttpRoute(anHttpRoute(key, { parentRefs: [EDGE], ...traits, rules }), PARSERS, related),
      hasFinalizer: true,
    };
  });
  return buildRoutingTable({
    tunnels: [aTunnel('shop/edge'), aTunnel('infra/far')],
    namespaces: [],
    requests: requests.map((request) => ({
      ...request,
      ...(request.others === undefined
        ? {}
        : { others: request.others.map((one) => ({ ...one, hasFinalizer: true })) }),
    })),
    lastGood: () => undefined,
    caPool: () => undefined,
    related: NO_GRANTS,
  });
}

/** By Tunnel, who has which claim. */
function published({ published: routes }: RoutingTable): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    [...routes].map(([tunnel, list]) => [tunnel, list.map((route) => `${claimOf(route)} ${route.source}`)]),
  );
}

describe('any host', () => {
  it('belongs to each Tunnel for itself', () => {
    const table = tableOf([
      { key: 'shop/a', createdAt: FIRST },
      { key: 'blog/b', parentRefs: [FAR], createdAt: SECOND },
    ]);

    expect(published(table)).toEqual({ 'shop/edge': ['* HTTPRoute/shop/a'], 'infra/far': ['* HTTPRoute/blog/b'] });
    expect(table.claims.size).toBe(0);
  });

  it('is shared by namespaces, and each of its paths belongs to the oldest route', () => {
    const table = tableOf([
      { key: 'blog/young', paths: ['/', '/b'], createdAt: SECOND },
      { key: 'shop/old', createdAt: FIRST },
    ]);

    expect(published(table)).toEqual({ 'shop/edge': ['* HTTPRoute/shop/old', '*/b HTTPRoute/blog/young'] });
    expect(table.results.get('HTTPRoute/blog/young')?.problems).toMatchObject([{ reason: 'HostnameConflict' }]);
  });
});

describe('a hostname', () => {
  it('belongs to one namespace, whatever a Gateway admits', () => {
    const hostnames = ['a.example.com'];
    const table = tableOf([
      { key: 'shop/old', hostnames, createdAt: FIRST },
      { key: 'blog/young', hostnames, paths: ['/b'], createdAt: SECOND },
    ]);

    expect(published(table)).toEqual({ 'shop/edge': ['a.example.com HTTPRoute/shop/old'] });
    expect(table.results.get('HTTPRoute/blog/young')).toMatchObject({
      routes: [],
      problems: [{ reason: 'HostnameConflict' }],
    });
  });
});

describe('a route at several Tunnels', () => {
  const both: Asking = { key: 'shop/a', parentRefs: [EDGE, FAR] };

  it('serves any host through each of them', () => {
    const table = tableOf([both]);

    expect(published(table)).toEqual({
      'shop/edge': ['* HTTPRoute/shop/a'],
      'infra/far': ['* HTTPRoute/shop/a@infra/far'],
    });
    expect(resultsOf(table, 'HTTPRoute/shop/a').map(({ tunnel }) => tunnel)).toEqual(['shop/edge', 'infra/far']);
  });

  it('serves a hostname through the first of them, and says so without a problem', () => {
    const table = tableOf([{ ...both, hostnames: ['a.example.com'] }]);

    expect(published(table)).toEqual({ 'shop/edge': ['a.example.com HTTPRoute/shop/a'] });
    expect(table.results.get('HTTPRoute/shop/a@infra/far')).toMatchObject({
      routes: [],
      problems: [],
      warnings: [{ reason: 'ServedElsewhere', message: expect.stringContaining('Tunnel shop/edge') }],
    });
  });
});
