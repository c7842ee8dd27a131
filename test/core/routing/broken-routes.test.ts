/** Requests whose routes do not depend on each other: one that cannot be served affects no other. */
import { describe, expect, it } from '@jest/globals';
import type { Ingress, IngressRule } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import type { Route } from '../../../src/core/model/route.ts';
import type { LastGood } from '../../../src/core/published-routes/by-tunnel.ts';
import { type RoutingTable, buildRoutingTable } from '../../../src/core/routing/table.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { aCluster, aRule, anIngress, requestOfIngress } from '../../support/ingresses.ts';
import { aRoute } from '../../support/routes.ts';
import { NO_GRANTS } from '../../support/grants.ts';

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

describe('a rule without a host, with a Tunnel without a domain', () => {
  const NAMED = path('/a', 'web');
  it('is told once, and the rules with a host are served', () => {
    const result = resultOfRules([aRule(undefined, { '/': 'web', '/x': 'web' }), aRule(HOST, { '/a': 'web' })], []);

    expect(result?.routes).toEqual([NAMED]);
    expect(result?.problems).toMatchObject([
      { reason: 'InvalidSpec', message: expect.stringContaining('Tunnel shop/home has no spec.domain') },
    ]);
  });

  it('keeps its last good rule, and only that', () => {
    const rules = [aRule(undefined, { '/': 'web' }), aRule(HOST, { '/a': 'web' })];
    const result = resultOfRules(rules, [last('site.example.com'), last('removed.example.com')]);

    expect(result?.routes).toEqual([NAMED, last('site.example.com')]);
  });

  it('keeps no last good rule at a hostname that the Tunnel has ceased to admit', () => {
    const rules = [aRule(undefined, { '/': 'web' }), aRule(HOST, { '/a': 'web' })];
    const spec = { allowedRoutes: { hostnames: [HOST] } };

    expect(resultOfRules(rules, [last('site.example.com')], spec)?.routes).toEqual([NAMED]);
  });

  it('is all that the Ingress asks for: everything stays as it was', () => {
    const published = [last('site.example.com'), last('other.example.com')];

    expect(resultOfRules([aRule(undefined, { '/': 'web' })], published)?.routes).toEqual(published);
  });
});

it('a mistake that concerns all routes keeps all of them', () => {
  expect(resultOf({ '/c': 'web' }, LAST, 'shop/home', { 'cftunnel.io/dns': 'maybe' })?.routes).toEqual(LAST);
});

function last(hostname: string): Route {
  return aRoute(hostname, SITE, 'http://before.shop.svc:80');
}

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

function resultOfRules(rules: readonly IngressRule[], routes: readonly Route[], spec: Partial<TunnelSpec> = {}) {
  return tableFor(
    anIngress('shop/site', { rules, finalized: true }),
    { tunnel: 'shop/home', routes },
    spec,
  ).results.get(SITE);
}

function tableOf(
  paths: Readonly<Record<string, string>>,
  lastGood: LastGood,
  annotations: Readonly<Record<string, string>>,
): RoutingTable {
  return tableFor(anIngress('shop/site', { rules: [aRule(HOST, paths)], annotations, finalized: true }), lastGood);
}

function tableFor(ingress: Ingress, lastGood: LastGood, spec: Partial<TunnelSpec> = {}): RoutingTable {
  return buildRoutingTable({
    tunnels: [aTunnel('shop/home', { isDefault: true, spec }), aTunnel('shop/other')],
    namespaces: [],
    requests: [requestOfIngress(ingress, CLUSTER)],
    lastGood: () => lastGood,
    caPool: () => undefined,
    related: NO_GRANTS,
  });
}
