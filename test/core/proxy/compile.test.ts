import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { digest } from '../../../src/adapters/digest.ts';
import { areWithinBudget } from '../../../src/core/ingress/budget.ts';
import { ANY_HOST } from '../../../src/core/model/hostname.ts';
import type { OriginRequest, Route } from '../../../src/core/model/route.ts';
import { type Endpoint, type ProxyFacts, compileProxy } from '../../../src/core/proxy/compile.ts';
import { splitByProxy } from '../../../src/core/proxy/proxied.ts';
import { shuffled } from '../../support/arbitraries.ts';
import {
  aBackend,
  aProxiedRoute,
  aRule,
  anyProxiedRoutes,
  anyProxiedRoutesInAnyOrder,
  endpointsAt,
} from '../../support/proxy-rules.ts';
import { aRoute } from '../../support/routes.ts';

const FACTS: ProxyFacts = {
  hash: digest,
  endpointsOf: (service) => (service === 'shop/gone' ? undefined : endpointsAt('10.0.0.2', '10.0.0.1')),
  before: [],
};

/** The parts of Envoy's configuration that tests look at. */
interface EnvoyFile {
  readonly version_info: string;
  readonly resources: readonly {
    readonly name: string;
    readonly virtual_hosts?: readonly { readonly name: string; readonly routes: readonly unknown[] }[];
  }[];
}

// Invariants 52, 53.
describe('splitByProxy', () => {
  const plain = aRoute('a.example.com');

  it('lets hostnames go directly that need no proxy', () => {
    expect(splitByProxy([plain])).toEqual({ direct: [plain], proxied: [] });
  });

  it('takes all routes of a hostname, and of no other', () => {
    const sibling: Route = { ...aRoute('b.example.com'), path: { type: 'Prefix', value: '/x' } };
    const proxied = aProxiedRoute('b.example.com');

    expect(splitByProxy([plain, sibling, proxied])).toEqual({ direct: [plain], proxied: [sibling, proxied] });
  });

  it('takes routes for any host', () => {
    const anyHost = { ...plain, hostname: ANY_HOST };

    expect(splitByProxy([plain, anyHost])).toEqual({ direct: [plain], proxied: [anyHost] });
  });
});

describe('compileProxy', () => {
  it('gives equal bytes for any order of the same routes and endpoints', () => {
    const reversed = {
      ...FACTS,
      endpointsOf: (...key: Parameters<typeof FACTS.endpointsOf>) => FACTS.endpointsOf(...key)?.toReversed(),
    };

    fc.assert(
      fc.property(shuffled(anyProxiedRoutesInAnyOrder()), ([one, other]) => {
        expect(compileProxy(one, FACTS)).toEqual(compileProxy(other, reversed));
      }),
    );
  });

  it('leads every route to a cluster that exists', () => {
    fc.assert(
      fc.property(anyProxiedRoutes(), anyProxiedRoutes(), (routes, before) => {
        const files = compileProxy(routes, { ...FACTS, before });
        const known = new Set(['invalid backend', ...namesIn(files['clusters.yaml'])]);
        expect(clustersNamed(load(files['routes.yaml'])).filter((name) => !known.has(name))).toEqual([]);
      }),
    );
  });

  it('keeps a cluster for one more publication, and no longer', () => {
    const before = [aProxiedRoute('a.example.com', { rule: aRule(['shop/old']) })];
    const routes = [aProxiedRoute('a.example.com', { rule: aRule(['shop/new']) })];

    expect(namesIn(compileProxy(routes, { ...FACTS, before })['clusters.yaml'])).toEqual([
      'shop/new:80',
      'shop/old:80',
    ]);
    expect(namesIn(compileProxy(routes, { ...FACTS, before: routes })['clusters.yaml'])).toEqual(['shop/new:80']);
  });

  it('gives the publication after one with a new cluster another version of the routes', () => {
    const routes = [aProxiedRoute('a.example.com')];

    const [first, second] = [[], routes].map((before) =>
      read(compileProxy(routes, { ...FACTS, before })['routes.yaml']),
    );

    expect(first?.version_info).not.toBe(second?.version_info);
    expect(first?.resources).toEqual(second?.resources);
  });

  it('knows only hostnames that are proxied, and compiles all of their routes in the order in which they match', () => {
    const routes: readonly Route[] = [
      aRoute('direct.example.com'),
      { ...aRoute('a.example.com'), path: { type: 'Prefix', value: '/x' } },
      { ...aProxiedRoute('a.example.com'), path: { type: 'Prefix', value: '/x/y' } },
    ];

    const { resources } = read(compileProxy(routes, FACTS)['routes.yaml']);

    expect(resources[0]?.virtual_hosts?.map(({ name, routes: own }) => [name, own.length])).toEqual([
      ['a.example.com', 2],
    ]);
    expect(JSON.stringify(resources).indexOf('"/x/y"')).toBeLessThan(JSON.stringify(resources).indexOf('"/x"'));
  });

  it('shares a cluster among routes with the same backend', () => {
    const routes = ['a', 'b'].map((name) => aProxiedRoute(`${name}.example.com`));

    expect(namesIn(compileProxy(routes, FACTS)['clusters.yaml'])).toEqual(['shop/web:80']);
  });

  it('fits 1,000 hostnames with three pods each into a ConfigMap', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `app-${index}`);
    const routes = names.map((name) => aProxiedRoute(`${name}.example.com`, { rule: aRule([`production/${name}`]) }));

    const files = compileProxy(routes, { ...FACTS, endpointsOf: threePods, before: routes });

    expect(areWithinBudget(Object.values(files))).toBe(true);
  });

  it('fits 800 hostnames with sessions and three pods of their own each', () => {
    const session = { type: 'Cookie', name: 'cftunnel', path: '/' } as const;
    const routes = Array.from({ length: 800 }, (_, index) => {
      const rule = { ...aRule([`production/app-${index}`]), session };
      return aProxiedRoute(`app-${index}.example.com`, { rule });
    });
    const files = compileProxy(routes, { ...FACTS, endpointsOf: ownPods, before: routes });

    expect(areWithinBudget(Object.values(files))).toBe(true);
  });

  it('does not trust certificates that it does not know', () => {
    const tls = { serverName: 'web.internal', caPool: { name: 'ca' } };
    const backend = { ...aBackend('shop/web', 443), protocol: 'https' as const, tls };
    const files = compileProxy(
      [aProxiedRoute('a.example.com', { rule: { backends: [{ weight: 1, backend }] } })],
      FACTS,
    );

    expect(namesIn(files['clusters.yaml'])).toEqual([]);
    expect(files['routes.yaml']).toContain('"direct_response": {"status":500}');
  });

  it.each<{ case: string; route: Partial<Route>; defaults?: OriginRequest; trusts: string | undefined }>([
    { case: 'the authorities of the system', route: {}, trusts: '/etc/ssl/certs/ca-certificates.crt' },
    {
      case: 'the pool of its route',
      route: { caPool: { name: 'ca', fingerprint: 'f1' } },
      trusts: '/etc/envoy/ca-f1.pem',
    },
    { case: 'anybody if the Tunnel verifies nothing', route: {}, defaults: { noTLSVerify: true }, trusts: undefined },
  ])('trusts, for a server in the cluster, $case', ({ route, defaults, trusts }) => {
    const tls = { serverName: 'web.shop.svc' };
    const backend = { ...aBackend('shop/web', 443), protocol: 'https' as const, tls };
    const proxied = aProxiedRoute('a.example.com', { rule: { backends: [{ weight: 1, backend }] }, ...route });
    const plain: Route = { ...aRoute('b.example.com', 'shop/web', 'https://web.shop.svc:443'), ...route };
    const sibling = aProxiedRoute('b.example.com', { path: { type: 'Exact', value: '/x' } });

    const routes = [proxied, plain, sibling];
    const files = compileProxy(routes, { ...FACTS, ...(defaults === undefined ? {} : { defaults }) });

    const found = [...files['clusters.yaml'].matchAll(/"trusted_ca": (?:&\w+ )?\{"filename": ?"([^"]+)"/g)].map(
      ([, file]) => file,
    );
    expect(new Set(found)).toEqual(new Set(trusts === undefined ? [] : [trusts]));
    expect(namesIn(files['clusters.yaml'])).toHaveLength(2);
  });

  it('has the same start for all routes', () => {
    fc.assert(
      fc.property(anyProxiedRoutes(), (routes) => {
        expect(compileProxy(routes, FACTS)['bootstrap.json']).toBe(compileProxy([], FACTS)['bootstrap.json']);
      }),
    );
  });
});

/** Addresses that no other Service has. */
function threePods(service: string): readonly Endpoint[] {
  const number = Number(service.split('-')[1]);
  return endpointsAt(...[1, 2, 3].map((pod) => `10.244.${pod + Math.floor(number / 250)}.${number % 250}`));
}

function read(text: string): EnvoyFile {
  return load(text) as EnvoyFile;
}

function namesIn(clusters: string): readonly string[] {
  return read(clusters).resources.map(({ name }) => name);
}

/** Every cluster that a configuration of routes refers to, wherever it does. */
function clustersNamed(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'cluster') return [String(inner)];
    if (key === 'weighted_clusters')
      return (inner as { clusters: { name: string }[] }).clusters.map(({ name }) => name);
    return clustersNamed(inner);
  });
}

/** Three pods that no other Service has. */
function ownPods(service: string): readonly Endpoint[] {
  return [1, 2, 3].map((pod) => {
    const number = 10 * Number(service.replace(/\D/g, '')) + pod;
    const id = number.toString(16).padStart(16, '0');
    return { address: `10.244.${number >> 8}.${number & 255}`, port: 8080, id };
  });
}
