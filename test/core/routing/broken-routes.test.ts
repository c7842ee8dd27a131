/** Requests whose routes do not depend on each other: one that cannot be served affects no other. */
import { describe, expect, it } from '@jest/globals';
import type { Route } from '../../../src/core/model/route.ts';
import { type RoutingTable, buildRoutingTable } from '../../../src/core/routing/table.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { aCluster, aRule, anIngress, requestOfIngress } from '../../support/ingresses.ts';
import { aRoute } from '../../support/routes.ts';

const SITE = 'Ingress/shop/site';
const HOST = 'app.example.com';
const CLUSTER = aCluster([aService('shop/web')]);

const LAST = [path('/a', 'before'), path('/b', 'before')];

// Invariant 49.
describe('a path whose Service does not exist', () => {
  it('keeps its last good rule next to the new ones, and is told', () => {
    const result = resultOf({ '/a': 'gone', '/c': 'web' }, LAST);

    expect(result?.routes).toEqual([path('/c', 'web'), path('/a', 'before')]);
    expect(result?.problems).toMatchObject([{ reason: 'BackendNotFound' }]);
  });

  it('has no rule if it never had one, or had it with another Tunnel', () => {
    expect(resultOf({ '/new': 'gone', '/c': 'web' }, LAST)?.routes).toEqual([path('/c', 'web')]);
    expect(resultOf({ '/a': 'gone', '/c': 'web' }, LAST, 'shop/other')?.routes).toEqual([path('/c', 'web')]);
  });
});

describe('a path that is invalid', () => {
  it('keeps what the others leave of the hostname', () => {
    const result = resultOf({ '/a': 'web', '/b?x': 'web' }, LAST);

    expect(result?.routes).toEqual([path('/a', 'web'), path('/b', 'before')]);
    expect(result?.problems).toMatchObject([{ reason: 'InvalidSpec' }]);
  });
});

it('a mistake that concerns all routes keeps all of them', () => {
  expect(resultOf({ '/c': 'web' }, LAST, 'shop/home', { 'cftunnel.io/dns': 'maybe' })?.routes).toEqual(LAST);
});

function path(value: string, service: string): Route {
  return { ...aRoute(HOST, SITE, `http://${service}.shop.svc:80`), path: { type: 'Prefix', value } };
}

function resultOf(
  paths: Readonly<Record<string, string>>,
  routes: readonly Route[],
  tunnel = 'shop/home',
  annotations: Readonly<Record<string, string>> = {},
) {
  return tableOf(paths, { tunnel, routes }, annotations).results.get(SITE);
}

function tableOf(
  paths: Readonly<Record<string, string>>,
  lastGood: { readonly tunnel: string; readonly routes: readonly Route[] },
  annotations: Readonly<Record<string, string>>,
): RoutingTable {
  const ingress = anIngress('shop/site', { rules: [aRule(HOST, paths)], annotations, finalized: true });
  return buildRoutingTable({
    tunnels: [aTunnel('shop/home', { isDefault: true }), aTunnel('shop/other')],
    namespaces: [],
    requests: [requestOfIngress(ingress, CLUSTER)],
    lastGood: () => lastGood,
    caPool: () => undefined,
  });
}
