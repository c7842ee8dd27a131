import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ObjectKey, Service, Tunnel } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { requestsExposure } from '../../../src/core/sources/service/parse.ts';
import { buildRoutingTable } from '../../../src/core/routing/table.ts';
import type { RouteRequest } from '../../../src/core/model/route-request.ts';
import { type SourceKey, kindOf, objectKeyOf } from '../../../src/core/model/source.ts';
import { matchesSelector } from '../../../src/core/selector.ts';
import { type ServiceTraits, aNamespace, aService, aTunnel } from '../../support/builders.ts';
import { PARSERS } from '../../support/parsers.ts';
import { aRoute } from '../../support/routes.ts';
import { NOTHING_RELATED, SITES, aSite } from '../../support/sources.ts';
import { type World, aWorld, anyWorld, anyWorldWithPast, inAnyOrder, routingInput } from './worlds.ts';

const HOME = aTunnel('shop/home');
const OLD = '2026-01-01T00:00:00Z';
const NEW = '2026-01-02T00:00:00Z';

/** The warnings for the Service `api`. */
function warningsOfApi(services: readonly Service[]) {
  return tableOf({ tunnels: [HOME], services }).results.get('shop/api')?.warnings;
}

describe('what is published', () => {
  it('is a route for each hostname of a Service with the finalizer', () => {
    const service = aService('shop/web', { hostname: 'a.example.com, b.example.com', tunnel: 'home', finalized: true });

    const api = aService('shop/api', { hostname: 'c.example.com', tunnel: 'home', finalized: true });
    const mistaken = aService('shop/x', { hostname: '!', tunnel: 'home' });

    const table = tableOf({ tunnels: [HOME], services: [service, api, mistaken] });

    const own = [aRoute('a.example.com'), aRoute('b.example.com')];
    expect(table.published.get('shop/home')).toEqual([aRoute('c.example.com', 'shop/api'), ...own]);
    expect(table.resultsByTunnel.get('shop/home')?.map(({ source }) => source)).toEqual([
      'shop/api',
      'shop/web',
      'shop/x',
    ]);
  });

  it('warns a source whose settings are lost because another takes its hostname through the proxy', () => {
    const common = { hostname: 'a.example.com', tunnel: 'home', finalized: true };
    const annotations = { 'cftunnel.io/path': '/api', 'cftunnel.io/origin-disable-chunked-encoding': 'true' };
    const plain = aService('shop/api', { ...common, annotations });
    const sticky = aService('shop/web', { ...common, annotations: { 'cftunnel.io/session': 'cookie' } });

    expect(warningsOfApi([plain])).toEqual([]);
    expect(warningsOfApi([plain, sticky])).toEqual([
      {
        reason: 'SettingIgnored',
        message: expect.stringMatching(/disable-chunked-encoding has no effect on a\.example\.com\/api, which/),
      },
    ]);
  });

  it('depends on the labels of the namespace if the Tunnel selects by labels', () => {
    const namespaces = { from: 'Selector', selector: { matchLabels: { team: 'shop' } } } as const;
    const tunnel = aTunnel('infra/home', { spec: { allowedRoutes: { namespaces } } });
    const service = aService('shop/web', { hostname: 'a.example.com', tunnel: 'infra/home' });

    const [labelled, bare] = [{ team: 'shop' }, {}].map((labels) =>
      tableOf({ tunnels: [tunnel], services: [service], namespaces: [aNamespace('shop', labels)] }),
    );

    expect(labelled?.results.get('shop/web')?.problems).toEqual([]);
    expect(bare?.results.get('shop/web')?.problems).toMatchObject([{ reason: 'NotAllowed' }]);
  });

  it('has the warnings of every step, and a result without a Tunnel', () => {
    const older = aService('shop/a', { hostname: 'a.example.com', tunnel: 'home', dns: 'disabled', createdAt: OLD });
    const annotations = {
      'cfargotunnel.com/fqdn': 'a.example.com',
      'cftunnel.io/origin-no-tls-verify': 'true',
      'cftunnel.io/path': '/api',
    };
    const younger = aService('shop/b', { tunnel: 'home', annotations, createdAt: NEW });

    const { results, resultsByTunnel } = tableOf({
      tunnels: [HOME],
      services: [older, younger, aService('shop/c', { hostname: '!' })],
    });

    const reasons = results.get('shop/b')?.warnings.map(({ reason }) => reason);
    expect(reasons).toEqual(['AliasRead', 'SettingIgnored', 'RecordShared']);
    expect(resultsByTunnel.get('')?.map(({ source }) => source)).toEqual(['shop/c']);
  });

  it('is no route of a Service without the finalizer, though it claims its hostname', () => {
    const service = aService('shop/web', { hostname: 'a.example.com', tunnel: 'home' });

    const table = tableOf({ tunnels: [HOME], services: [service] });

    expect(table.published.size).toBe(0);
    expect([...table.claims]).toEqual([['a.example.com', 'shop/home']]);
  });

  it.each<{ case: string; traits: ServiceTraits }>([
    { case: 'requests nothing', traits: { finalized: true } },
    { case: 'is being deleted', traits: { hostname: 'a.example.com', finalized: true, deleting: true } },
  ])('is no route of a Service that $case', ({ traits }) => {
    const table = tableOf({ tunnels: [HOME], services: [aService('shop/web', traits)] });

    expect([table.results.size, table.published.size, table.claims.size]).toEqual([0, 0, 0]);
  });
});

describe('a hostname that two Services request', () => {
  const older = aService('shop/z', { hostname: 'a.example.com', tunnel: 'home', createdAt: OLD, finalized: true });
  const younger = aService('shop/a', {
    hostname: 'a.example.com, b.example.com',
    tunnel: 'home',
    createdAt: NEW,
    finalized: true,
  });

  // Invariant 8.
  it('belongs to the older, and the younger learns who holds it', () => {
    const { results } = tableOf({ tunnels: [HOME], services: [younger, older] });

    expect(results.get('shop/z')).toMatchObject({ routes: [{ hostname: 'a.example.com' }], problems: [] });
    expect(results.get('shop/a')).toMatchObject({
      routes: [{ hostname: 'b.example.com' }],
      problems: [
        { reason: 'HostnameConflict', message: expect.stringContaining('a.example.com belongs to Service shop/z') },
      ],
    });
  });

  it('belongs to the younger when the older is being deleted', () => {
    const leaving = aService('shop/z', { hostname: 'a.example.com', tunnel: 'home', createdAt: OLD, deleting: true });

    const { results } = tableOf({ tunnels: [HOME], services: [younger, leaving] });

    expect(results.get('shop/a')).toMatchObject({ problems: [], routes: { length: 2 } });
  });

  it('belongs to the older of two kinds, and of the same age to the first by namespace and name', () => {
    expect(holders(aRequest('shop/web', NEW), aRequest('Site/shop/web', OLD))).toEqual(['Site/shop/web']);
    expect(holders(aRequest('Site/shop/web', OLD), aRequest('shop/api', OLD))).toEqual(['shop/api']);
    expect(holders(aRequest('Site/shop/api', OLD), aRequest('shop/web', OLD))).toEqual(['Site/shop/api']);
  });

  it('is held across Tunnels and namespaces', () => {
    const stranger = aService('blog/a', { hostname: 'a.example.com', tunnel: 'home', createdAt: NEW });

    const { results } = tableOf({ tunnels: [HOME, aTunnel('blog/home')], services: [stranger, older] });

    expect(results.get('blog/a')).toMatchObject({ routes: [], problems: [{ reason: 'HostnameConflict' }] });
  });
});

// Invariant 9.
describe('the last good routes', () => {
  const live = aRoute('live.example.com', 'shop/web', 'http://web.shop.svc:80');
  const lastGood = new Map([['shop/web', { tunnel: 'shop/home', routes: [live] }]]);
  const edited = (traits: ServiceTraits): World =>
    aWorld({ tunnels: [HOME], services: [aService('shop/web', { finalized: true, ...traits })], lastGood });

  it.each<{ case: string; traits: ServiceTraits; reason: string }>([
    { case: 'the hostname is invalid', traits: { hostname: '!', tunnel: 'home' }, reason: 'InvalidAnnotation' },
    {
      case: 'an annotation is misspelt',
      traits: { hostname: 'new.example.com', tunnel: 'home', annotations: { 'cftunnel.io/prot': '1' } },
      reason: 'InvalidAnnotation',
    },
    {
      case: 'the port is missing',
      traits: { hostname: 'live.example.com', tunnel: 'home', port: 'x' },
      reason: 'PortNotFound',
    },
    {
      case: 'the Tunnel is missing',
      traits: { hostname: 'live.example.com', tunnel: 'hone' },
      reason: 'TunnelNotFound',
    },
    {
      case: 'two of its routes are the same',
      traits: {
        tunnel: 'home',
        annotations: { 'cftunnel.io/routes': '[{hostname: a.example.com}, {hostname: a.example.com}]' },
      },
      reason: 'InvalidAnnotation',
    },
    {
      case: 'the Tunnel is unreadable',
      traits: { hostname: 'live.example.com', tunnel: '//' },
      reason: 'InvalidAnnotation',
    },
  ])('stay while $case', ({ traits, reason }) => {
    const table = tableOf(edited(traits));

    expect(table.published.get('shop/home')).toEqual([live]);
    expect(table.results.get('shop/web')?.problems.map((problem) => problem.reason)).toContain(reason);
    expect(table.claims.get(live.hostname)).toBe('shop/home');
  });

  const closed = admitting('infra/home', { namespaces: { from: 'Same' } });

  it.each<{
    case: string;
    traits: ServiceTraits;
    tunnels?: readonly Tunnel[];
    from?: ObjectKey;
    kept?: readonly Route[];
  }>([
    { case: 'end with their Tunnel', traits: { hostname: '!', tunnel: 'home' }, from: 'shop/gone' },
    {
      case: 'end when their Tunnel is being deleted',
      traits: { hostname: '!', tunnel: 'home' },
      tunnels: [aTunnel('shop/home', { deleting: true })],
    },
    {
      case: 'end with a valid edit',
      traits: { hostname: 'new.example.com', tunnel: 'home' },
      kept: [aRoute('new.example.com')],
    },
    {
      case: 'end when the Tunnel no longer admits the namespace',
      traits: { hostname: '!', tunnel: 'infra/home' },
      tunnels: [closed],
      from: 'infra/home',
    },
    {
      case: 'end when their Tunnel no longer admits the namespace, even if the Service names another one',
      traits: { hostname: 'live.example.com', tunnel: 'lost' },
      tunnels: [closed],
      from: 'infra/home',
    },
    {
      case: 'end when their Tunnel no longer admits the hostname, even if the Service requests another one',
      traits: { hostname: 'a.example.org', tunnel: 'home', port: 'lost' },
      tunnels: [admitting('shop/home', { hostnames: ['*.example.org'] })],
    },
    {
      case: 'stay for an admitted hostname if the port is missing, even if another hostname is not admitted',
      traits: { hostname: 'live.example.com, other.example.com', tunnel: 'home', port: 'lost' },
      tunnels: [admitting('shop/home', { hostnames: ['live.example.com'] })],
      kept: [live],
    },
    {
      case: 'stay when the Tunnel becomes unreadable, even if the default Tunnel does not admit the namespace',
      traits: { hostname: 'live.example.com', tunnel: '//' },
      tunnels: [HOME, aTunnel('infra/edge', { isDefault: true })],
      kept: [live],
    },
  ])('$case', ({ traits, tunnels = [HOME], from = 'shop/home', kept = [] }) => {
    const past = new Map([['shop/web', { tunnel: from, routes: [live] }]]);

    const { published } = tableOf({ ...edited(traits), tunnels, lastGood: past });

    expect([...published.values()].flat()).toEqual(kept);
  });

  it('end when the Service becomes an alias of a Service in another namespace', () => {
    const service = aService('shop/web', { hostname: '!', tunnel: 'home', finalized: true });
    const spec = { type: 'ExternalName', externalName: 'db.blog.svc' };

    const table = tableOf({ tunnels: [HOME], services: [{ ...service, spec }], lastGood });

    expect(table.published.get('shop/home') ?? []).toEqual([]);
  });

  it('end when the Namespace no longer allows the hostname', () => {
    const namespaces = [aNamespace('shop', {}, { 'cftunnel.io/allowed-hostnames': 'other.example.com' })];
    const world = edited({ hostname: '!', tunnel: 'home' });

    expect(tableOf({ ...world, namespaces, lastGood }).published.get('shop/home') ?? []).toEqual([]);
  });

  it('are claimed against younger Services', () => {
    const younger = aService('shop/zz', { hostname: 'live.example.com', tunnel: 'home', createdAt: NEW });
    const world = edited({ hostname: '!', tunnel: 'home' });

    const { results } = tableOf({ ...world, services: [...world.services, younger] });

    expect(results.get('shop/zz')?.problems).toMatchObject([{ reason: 'HostnameConflict' }]);
  });
});

describe('the table', () => {
  it('is the same for any order of the same objects', () => {
    fc.assert(
      fc.property(inAnyOrder(anyWorldWithPast()), ([world, shuffledWorld]) => {
        expect(tableOf(shuffledWorld)).toEqual(tableOf(world));
      }),
    );
  });

  it('gives each hostname to at most one Service', () => {
    fc.assert(
      fc.property(anyWorldWithPast(), (world) => {
        const held = [...tableOf(world).results.values()].flatMap(({ routes }) =>
          routes.map(({ hostname }) => hostname),
        );
        expect(held.toSorted()).toEqual([...new Set(held)].toSorted());
      }),
    );
  });

  it('publishes only the routes of Services with the finalizer, but claims all routes', () => {
    fc.assert(
      fc.property(anyWorldWithPast(), (world) => {
        const { published, results, claims } = tableOf(world);
        for (const [tunnel, routes] of published)
          for (const route of routes) {
            expect(results.get(route.source)).toMatchObject({ tunnel, routes: expect.arrayContaining([route]) });
            expect(claims.get(route.hostname)).toBe(tunnel);
            expect(finalizersOf(world, route.source)).toContain('cftunnel.io/finalizer');
          }
      }),
    );
  });

  it('has no route for a namespace that its Tunnel does not admit', () => {
    fc.assert(
      fc.property(anyWorld(), (world) => {
        const strays = [...tableOf(world).results.values()].filter(
          ({ source, tunnel, routes }) => routes.length > 0 && !admits(world, tunnel ?? '', source),
        );
        expect(strays).toEqual([]);
      }),
    );
  });

  it('has a result for every Service that requests exposure, and for no other', () => {
    fc.assert(
      fc.property(anyWorldWithPast(), (world) => {
        const requesting = world.services
          .filter(requestsExposure)
          .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
        expect([...tableOf(world).results.keys()].toSorted()).toEqual(requesting.toSorted());
      }),
    );
  });
});

function admitting(key: ObjectKey, allowedRoutes: NonNullable<TunnelSpec['allowedRoutes']>): Tunnel {
  return aTunnel(key, { spec: { allowedRoutes } });
}

function aRequest(source: SourceKey, createdAt: string): RouteRequest {
  const site = aSite(objectKeyOf(source), { tunnel: 'shop/home', host: 'a.example.com', createdAt });
  return { ...SITES.parse(site, PARSERS, NOTHING_RELATED), source, kind: kindOf(source) };
}

/** The sources that get a route, of several that request the same. */
function holders(...requests: readonly RouteRequest[]): readonly SourceKey[] {
  const { results } = buildRoutingTable({ ...routingInput(aWorld({ tunnels: [HOME] })), requests });
  return [...results.values()].filter(({ routes }) => routes.length > 0).map(({ source }) => source);
}

function tableOf(world: Partial<World>) {
  return buildRoutingTable(routingInput(aWorld(world)));
}

function finalizersOf(world: World, service: string): readonly string[] {
  const found = world.services.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === service);
  return found?.metadata.finalizers ?? [];
}

/** The rule of `allowedRoutes.namespaces`, written once more from the spec. */
function admits({ tunnels, namespaces }: World, tunnelKey: string, service: string): boolean {
  const namespace = service.split('/')[0] ?? '';
  const tunnel = tunnels.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === tunnelKey);
  const rule = tunnel?.spec.allowedRoutes?.namespaces;
  if (rule?.from === 'All' || tunnel?.metadata.namespace === namespace) return true;
  const labels = namespaces.find(({ metadata }) => metadata.name === namespace)?.metadata.labels ?? {};
  return rule?.from === 'Selector' && rule.selector !== undefined && matchesSelector(rule.selector, labels);
}
