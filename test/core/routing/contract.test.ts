/** What must hold for any annotations on any Service, and for any Tunnel that the schema admits. */
import { describe, expect, it } from '@jest/globals';
import { parseIngress } from 'cftunnel-sandbox/connector/ingress-rules';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { renderConfig } from '../../../src/adapters/cloudflared/config-yaml.ts';
import { ANNOTATION_ALIASES } from '../../../src/api/annotation-aliases.ts';
import { SERVICE_ANNOTATIONS } from '../../../src/api/annotations.ts';
import type { Service, ServicePort, Tunnel } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { covers } from '../../../src/core/model/hostname.ts';
import { decodeRoutes, encodeRoutes } from '../../../src/core/published-routes/routes-json.ts';
import { compileConfig } from '../../../src/core/ingress/rule.ts';
import { checkRoutes, specProblem } from '../../../src/core/ingress/validate.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { type RoutingTable, buildRoutingTable } from '../../../src/core/routing/table.ts';
import { shuffled } from '../../support/arbitraries.ts';
import { aConfigMap, aNamespace, aService, aTunnel } from '../../support/builders.ts';
import { runs } from '../../support/long-run.ts';
import { ROUTE_RULES } from '../../support/requests.ts';
import { aWorld, routingInput } from './worlds.ts';

const RUNS = runs(100);

/** The hostnames that can match: lower-case ASCII, with a wildcard only as the whole first label. */
const MATCHABLE = /^$|^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)+$/;

describe('for any annotations on Services,', () => {
  // Invariant 16.
  it('cloudflared accepts the configuration and matches what is meant', () => {
    fc.assert(
      fc.property(anyTunnel(), anyServices(), (tunnel, services) => {
        const config = configOf(tunnel, services);
        const rules = config === undefined ? [] : parseIngress(load(config), 'yaml');
        expect(rules.map(({ hostname }) => hostname).filter((hostname) => !MATCHABLE.test(hostname))).toEqual([]);
      }),
      RUNS,
    );
  });

  // Invariant 16.
  it('every rule leads to the Service that it comes from', () => {
    fc.assert(
      fc.property(anyTunnel(), anyServices(), (tunnel, services) => {
        for (const { origin, source } of publishedOf(tunnel, services)) {
          const [namespace, name] = source.split('/');
          expect(origin).toMatch(new RegExp(`^[a-z]+://${name}\\.${namespace}\\.svc:[0-9]+$`));
        }
      }),
      RUNS,
    );
  });

  it('no rule leads through an ExternalName to a Service of another namespace', () => {
    fc.assert(
      fc.property(anyTunnel(), anyServices(), (tunnel, services) => {
        const borrowed = services.filter(({ spec }) => spec.externalName === 'db.blog.svc.cluster.local');
        const strangers = borrowed.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
        const published = new Set(publishedOf(tunnel, services).map(({ source }) => source));
        expect(strangers.filter((key) => key.startsWith('shop/') && published.has(key))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('no rule has a hostname that the Tunnel does not admit', () => {
    fc.assert(
      fc.property(anyTunnel(), anyServices(), (tunnel, services) => {
        const allowed = tunnel.spec.allowedRoutes?.hostnames ?? [];
        const strays = publishedOf(tunnel, services).filter(
          ({ hostname }) => allowed.length > 0 && !allowed.some((pattern) => covers(pattern, hostname)),
        );
        expect(strays).toEqual([]);
      }),
      RUNS,
    );
  });

  // Invariant 12.
  it('the bytes do not depend on the order of the objects', () => {
    fc.assert(
      fc.property(anyTunnel(), shuffled(anyServices()), (tunnel, [one, other]) => {
        expect(configOf(tunnel, one)).toBe(configOf(tunnel, other));
        expect(encodeRoutes(publishedOf(tunnel, one))).toBe(encodeRoutes(publishedOf(tunnel, other)));
      }),
      RUNS,
    );
  });

  it('decoding gives published routes back in the order in which they are served', () => {
    fc.assert(
      fc.property(anyTunnel(), anyServices(), (tunnel, services) => {
        const published = publishedOf(tunnel, services);
        const read = decodeRoutes(aConfigMap('shop/home', { 'routes.json': encodeRoutes(published) })) ?? [];
        expect(compileConfig('t', tunnel.spec, read)).toEqual(compileConfig('t', tunnel.spec, published));
      }),
      RUNS,
    );
  });

  it('every message fits into a condition', () => {
    fc.assert(
      fc.property(anyTunnel(), anyServices(), (tunnel, services) => {
        const lengths = [...tableOf(tunnel, services).results.values()].flatMap(({ problems, warnings }) =>
          [...problems, ...warnings].map(({ message }) => message.length),
        );
        expect(Math.max(0, ...lengths)).toBeLessThan(8_000);
      }),
      RUNS,
    );
  });
});

function tableOf(tunnel: Tunnel, services: readonly Service[]): RoutingTable {
  return buildRoutingTable(
    routingInput(aWorld({ tunnels: [tunnel], services, namespaces: [aNamespace('shop'), aNamespace('blog')] })),
  );
}

function publishedOf(tunnel: Tunnel, services: readonly Service[]): readonly Route[] {
  return tableOf(tunnel, services).published.get('shop/home') ?? [];
}

/** As the Tunnel controller publishes it; `undefined`: the Tunnel's own spec cannot be published. */
function configOf(tunnel: Tunnel, services: readonly Service[]): string | undefined {
  if (specProblem(tunnel.spec) !== undefined) return undefined;
  const { good, bad } = checkRoutes(publishedOf(tunnel, services), ROUTE_RULES);
  expect(bad).toEqual([]);
  return renderConfig(compileConfig('tunnel-1', tunnel.spec, good));
}

function anyTunnel(): fc.Arbitrary<Tunnel> {
  const duration = fc.constantFrom('30s', '1.5h', '99999999999999999h', '250us');
  const text = fc.oneof(fc.constantFrom('', 'web.internal'), fc.string({ unit: 'binary', maxLength: 20 }));
  const originRequest = fc.record<NonNullable<TunnelSpec['originRequest']>>(
    { connectTimeout: duration, httpHostHeader: text, originServerName: text, http2Origin: fc.boolean() },
    { requiredKeys: [] },
  );
  const fallback = fc.oneof(
    fc.constantFrom('http_status:404', 'hello_world', 'http://web.shop:80'),
    fc.stringMatching(/^(https?|wss?):\/\/[^/@?#\s]+$/),
  );
  const spec = fc.record<Partial<TunnelSpec>>(
    {
      domain: fc.constant('example.com'),
      originRequest,
      fallback,
      allowedRoutes: fc.record({
        namespaces: fc.constantFrom({ from: 'Same' as const }, { from: 'All' as const }),
        hostnames: fc.constantFrom([], ['*.example.com'], ['a.example.com', '*.b.example.com']),
      }),
    },
    { requiredKeys: [] },
  );
  return spec.map((parts) => aTunnel('shop/home', { isDefault: true, spec: parts }));
}

function anyServices(): fc.Arbitrary<Service[]> {
  const key = fc.constantFrom('shop/a', 'shop/b', 'shop/c', 'blog/a', 'blog/b');
  const one = fc.record({
    key,
    annotations: anyAnnotations(),
    ports: fc.array(anyPort(), { minLength: 1, maxLength: 3 }),
    kind: fc.constantFrom(
      {},
      { clusterIP: 'None' },
      { type: 'ExternalName', externalName: 'evil.example' },
      { type: 'ExternalName', externalName: 'db.blog.svc.cluster.local' },
    ),
    createdAt: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
  });
  return fc.uniqueArray(one, { selector: (service) => service.key, maxLength: 5 }).map((list) =>
    list.map(({ key: name, kind, ...traits }) => {
      const service = aService(name, { ...traits, finalized: true });
      return { ...service, spec: { ...service.spec, ...kind } };
    }),
  );
}

function anyPort(): fc.Arbitrary<ServicePort> {
  return fc.record(
    {
      port: fc.constantFrom(80, 443, 22, 53, 9000),
      name: fc.constantFrom('http', 'https', 'ssh', 'x'),
      protocol: fc.constantFrom('TCP', 'UDP'),
      appProtocol: fc.constantFrom('https', 'kubernetes.io/h2c', 'constructor'),
      targetPort: fc.constantFrom<(string | number)[]>(8080, 'http'),
    },
    { requiredKeys: ['port'] },
  );
}

/** Values that are often valid, so that they often end up in a rule. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'cftunnel.io/hostname': [
    'a.example.com',
    'b.example.com, *.b.example.com',
    'A.Example.COM',
    'x.example.org',
    '*example.com',
  ],
  'cftunnel.io/tunnel': ['home', 'shop/home', 'shop/lost'],
  'cftunnel.io/port': ['80', '443', 'http', '"80: x'],
  'cftunnel.io/protocol': ['http', 'https', 'ssh', 'http://evil.example', 'h2c'],
  'cftunnel.io/path': ['/', '/api', '/api/', '/a(b)*', '^/v[0-9]', '(?=x)', '/a\nservice: http://evil.example'],
  'cftunnel.io/path-type': ['Prefix', 'Exact', 'Regex'],
  'cftunnel.io/balance': ['request', 'connection'],
  'cftunnel.io/dns': ['managed', 'disabled'],
  'cftunnel.io/routes': [
    '[{hostname: a.example.com, path: /x}, {hostname: b.example.com, path: ^/y, pathType: Regex, port: 443}]',
    '[{hostname: a.example.com, path: x, pathType: Regex}, {hostname: a.example.com, path: b, pathType: Regex}]',
    '[{hostname: a.example.com}, {hostname: a.example.com}]',
    '[{hostname: c.example.com, origin: {noTlsVerify: true, proxyType: ""}}]',
    '{}',
  ],
  'cftunnel.io/origin-server-name': ['web.internal', 'a: b', 'x\ny'],
  'cftunnel.io/origin-connect-timeout': ['5s', '5', '99999999999h'],
  'cftunnel.io/origin-http2': ['true', 'false', 'yes'],
  'cfargotunnel.com/target': ['http://a.shop.svc:80', 'http://evil.example'],
  'cfargotunnel.com/fqdn': ['a.example.com'],
};

function anyAnnotations(): fc.Arbitrary<Record<string, string>> {
  const keys = [...SERVICE_ANNOTATIONS, ...ANNOTATION_ALIASES].map(({ key }) => key);
  const entry = fc.constantFrom(...keys).chain((key) => {
    const values = VALUES[key] ?? ['true', '10', 'socks', 'ca'];
    const value = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...values) }, fc.string({ unit: 'binary' }));
    return fc.tuple(fc.constant(key), value);
  });
  const likely = fc
    .constantFrom(...Object.keys(VALUES))
    .chain((key) => fc.tuple(fc.constant(key), fc.constantFrom(...(VALUES[key] ?? ['']))));
  const list = fc.oneof(fc.array(likely, { maxLength: 4 }), fc.array(entry, { maxLength: 6 }));
  return fc.tuple(fc.boolean(), list).map(([named, entries]) => ({
    ...(named ? { 'cftunnel.io/hostname': 'a.example.com' } : {}),
    ...Object.fromEntries(entries),
  }));
}
