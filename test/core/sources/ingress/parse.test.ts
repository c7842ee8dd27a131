import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { INGRESSES } from '../../../../src/core/sources/ingress/ingress-source.ts';
import { INGRESS_ANNOTATIONS } from '../../../../src/api/ingress-annotations.ts';
import type { Ingress, IngressPath, Service } from '../../../../src/api/objects.ts';
import type { RouteRequest } from '../../../../src/core/model/route-request.ts';
import { aService } from '../../../support/builders.ts';
import {
  type IngressTraits,
  aBackend,
  aCluster,
  aRule,
  anIngress,
  requestOfIngress,
} from '../../../support/ingresses.ts';
import { NOTHING_RELATED } from '../../../support/sources.ts';

const HOST = 'app.example.com';
const SERVICES = [
  aService('shop/web'),
  aService('shop/api', {
    ports: [
      { name: 'http', port: 8080 },
      { name: 'tls', port: 8443, appProtocol: 'https' },
    ],
  }),
  { ...aService('shop/alias'), spec: { type: 'ExternalName', externalName: 'db.data.svc.cluster.local' } },
];

describe('the routes of an Ingress', () => {
  it.each<{ case: string; traits: IngressTraits; routes: readonly string[] }>([
    {
      case: 'one for each path of a rule',
      traits: { rules: [aRule(HOST, { '/': 'web', '/api': 'api' })] },
      routes: [`${HOST} -> http://web.shop.svc:80`, `${HOST} Prefix /api -> http://api.shop.svc:80`],
    },
    {
      case: 'exact paths, and ImplementationSpecific as prefixes',
      traits: {
        rules: [
          withPaths(
            { path: '/a', pathType: 'Exact', backend: aBackend('web') },
            { path: '/b/', pathType: 'ImplementationSpecific', backend: aBackend('web') },
            { pathType: 'ImplementationSpecific', backend: aBackend('web') },
          ),
        ],
      },
      routes: [
        `${HOST} Exact /a -> http://web.shop.svc:80`,
        `${HOST} Prefix /b -> http://web.shop.svc:80`,
        `${HOST} -> http://web.shop.svc:80`,
      ],
    },
    {
      case: 'the default backend of each host that serves not every path',
      traits: {
        rules: [aRule(HOST, { '/api': 'web' }), aRule('b.example.com', { '/': 'web' }), { host: 'c.example.com' }],
        defaultBackend: aBackend('web'),
      },
      routes: [
        `${HOST} Prefix /api -> http://web.shop.svc:80`,
        `${HOST} -> http://web.shop.svc:80`,
        'b.example.com -> http://web.shop.svc:80',
        'c.example.com -> http://web.shop.svc:80',
      ],
    },
    {
      case: 'the default backend alone, at a derived hostname',
      traits: { defaultBackend: aBackend('web') },
      routes: ['(derived) -> http://web.shop.svc:80'],
    },
    {
      case: 'a rule without a host, at a derived hostname',
      traits: { rules: [aRule(undefined, { '/': 'web' })] },
      routes: ['(derived) -> http://web.shop.svc:80'],
    },
    {
      case: 'a wildcard host',
      traits: { rules: [aRule('*.example.com', { '/': 'web' })] },
      routes: ['*.example.com -> http://web.shop.svc:80'],
    },
    {
      case: 'a port by its name, whose appProtocol decides',
      traits: { rules: [withPaths({ path: '/', pathType: 'Prefix', backend: aBackend('api', 'tls') })] },
      routes: [`${HOST} -> https://api.shop.svc:8443`],
    },
    {
      case: 'the protocol of the annotation',
      traits: { rules: [aRule(HOST, { '/': 'web' })], annotations: { 'cftunnel.io/protocol': 'https' } },
      routes: [`${HOST} -> https://web.shop.svc:80`],
    },
  ])('are $case', ({ traits, routes }) => {
    const api = aService('shop/api', { ports: [...(SERVICES[1]?.spec.ports ?? []), { name: 'web', port: 80 }] });
    const request = parsed(anIngress('shop/web', traits), [...SERVICES.filter((one) => one !== SERVICES[1]), api]);

    expect(request.problems).toEqual([]);
    expect(shown(request)).toEqual(routes);
  });

  it('carry the settings of the annotations', () => {
    const annotations = {
      'cftunnel.io/tunnel': 'infra/shared',
      'cftunnel.io/dns': 'disabled',
      'cftunnel.io/origin-connect-timeout': '5s',
    };
    const request = parsed(anIngress('shop/web', { rules: [aRule(HOST, { '/': 'web' })], annotations }));

    expect(request).toMatchObject({ source: 'Ingress/shop/web', tunnel: 'infra/shared', problems: [] });
    expect(request.routes[0]?.target).toEqual({
      origin: 'http://web.shop.svc:80',
      dns: 'disabled',
      originRequest: { connectTimeout: '5s' },
    });
  });
});

describe('a path that cannot be served', () => {
  it.each([
    {
      case: 'a Service that does not exist',
      backend: aBackend('gone'),
      says: ['BackendNotFound', /Service shop\/gone/],
    },
    { case: 'a port that the Service lacks', backend: aBackend('web', 'admin'), says: ['PortNotFound', /"admin"/] },
    {
      case: 'a resource',
      backend: { resource: { kind: 'Bucket', name: 'assets' } },
      says: ['InvalidSpec', /leads to Bucket; only a Service/],
    },
    { case: 'an alias into another namespace', backend: aBackend('alias'), says: ['NotAllowed', /data/] },
  ] as const)('is told, and affects no other: $case', ({ backend, says: [reason, message] }) => {
    const bad = { path: '/bad', pathType: 'Prefix', backend };
    const good = { path: '/', pathType: 'Prefix', backend: aBackend('web') };
    const request = parsed(anIngress('shop/web', { rules: [withPaths(bad, good)] }));

    expect(request.problems).toEqual([]);
    expect(request.routes[1]?.target).toEqual({ origin: 'http://web.shop.svc:80' });
    expect(request.routes[0]?.target).toBeUndefined();
    expect(request.routes[0]?.problems).toMatchObject([{ reason }]);
    expect(request.routes[0]?.problems[0]?.message).toMatch(message);
  });

  it('keeps its last good rule, unless it must not be reached at all', () => {
    const paths = [aBackend('gone'), aBackend('alias')].map((backend) => ({ path: '/x', pathType: 'Exact', backend }));
    const request = parsed(anIngress('shop/web', { rules: [withPaths(...paths)] }));

    expect(request.routes).toMatchObject([
      { hostnames: [HOST], path: { type: 'Exact', value: '/x' } },
      { hostnames: [HOST], isForbidden: true },
    ]);
    expect(request.routes[0]).not.toHaveProperty('isForbidden');
  });

  it('whose path is invalid may be any that the others leave', () => {
    const bad = { path: '/a?b', pathType: 'Prefix', backend: aBackend('web') };

    expect(parsed(anIngress('shop/web', { rules: [withPaths(bad)] })).routes).toMatchObject([
      { hostnames: [HOST], isPathUnknown: true, problems: [{ reason: 'InvalidSpec' }] },
    ]);
  });

  it('and repeats another is told; the first is served', () => {
    const request = parsed(
      anIngress('shop/web', { rules: [aRule(HOST, { '/a': 'web' }), aRule(HOST, { '/a/': 'web' })] }),
    );

    expect(request.routes[0]?.target).toBeDefined();
    expect(request.routes[1]?.problems[0]?.message).toMatch(/claims app\.example\.com\/a twice/);
  });
});

describe('an annotation of an Ingress', () => {
  it.each([
    { annotations: { 'cftunnel.io/hostname': HOST }, says: /has no meaning on an Ingress/ },
    { annotations: { 'cftunnel.io/tunel': 'home' }, says: /did you mean cftunnel\.io\/tunnel/ },
    { annotations: { 'cftunnel.io/dns': 'maybe' }, says: /must be managed or disabled/ },
  ])('that cannot be followed holds for all routes: $annotations', ({ annotations, says }) => {
    const { problems } = parsed(anIngress('shop/web', { rules: [aRule(HOST, { '/': 'web' })], annotations }));

    expect(problems).toMatchObject([{ reason: 'InvalidAnnotation' }]);
    expect(problems[0]?.message).toMatch(says);
  });

  it.each([
    { annotations: { 'cftunnel.io/session': 'cookie' }, proxy: { session: { type: 'Cookie', path: '/a' } } },
    {
      annotations: { 'cftunnel.io/protocol': 'grpc' },
      proxy: { isHttp2: true, backends: [{ weight: 1, backend: { service: 'shop/web', port: 80, protocol: 'h2c' } }] },
    },
  ])('leads its paths through the proxy: $annotations', ({ annotations, proxy }) => {
    const request = parsed(anIngress('shop/web', { rules: [aRule(HOST, { '/a': 'web' })], annotations }));

    expect(request.routes).toMatchObject([{ problems: [], target: { origin: 'http://web.shop.svc:80', proxy } }]);
    expect(
      INGRESSES.isOwnOrigin(
        { source: 'Ingress/shop/web', hostname: HOST as never, origin: '', ...request.routes[0]?.target },
        { object: undefined, tunnel: undefined, related: NOTHING_RELATED },
      ),
    ).toBe(true);
  });

  it('that asks for another protocol than HTTP is told for each path', () => {
    const annotations = { 'cftunnel.io/protocol': 'ssh' };
    const request = parsed(anIngress('shop/web', { rules: [aRule(HOST, { '/': 'web' })], annotations }));

    expect(request.routes[0]?.problems[0]?.message).toMatch(/"ssh" must be http, https, h2c or grpc$/);
  });
});

it('an Ingress whose rules have no paths says what is missing', () => {
  const request = parsed(anIngress('shop/web', { rules: [{ host: HOST }] }));

  expect(request.problems).toMatchObject([{ reason: 'InvalidSpec' }]);
});

it('parsing never fails, and each route has a target or says why not', () => {
  const anyText = fc.oneof(fc.string(), fc.constantFrom('/', '/a', HOST, 'web', 'api', ''));
  const anyPath = fc.record({
    path: anyText,
    pathType: fc.constantFrom('Exact', 'Prefix', 'ImplementationSpecific'),
    backend: fc.oneof(anyText, fc.constantFrom('web', 'api')).map((name) => aBackend(name)),
  });
  const anyRule = fc.record({ host: anyText, http: fc.record({ paths: fc.array(anyPath, { maxLength: 3 }) }) });
  const anyAnnotations = fc.dictionary(fc.constantFrom(...INGRESS_ANNOTATIONS.map(({ key }) => key)), anyText);

  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 3 }), anyAnnotations, (rules, annotations) => {
      const { routes } = parsed(anIngress('shop/web', { rules, annotations }));
      return routes.every(({ target, problems }) => (target === undefined) === problems.length > 0);
    }),
  );
});

function withPaths(...paths: readonly IngressPath[]) {
  return { host: HOST, http: { paths } };
}

function parsed(ingress: Ingress, services: readonly Service[] = SERVICES): RouteRequest {
  return requestOfIngress(ingress, aCluster(services));
}

function shown({ routes }: RouteRequest): readonly string[] {
  return routes.map(({ hostnames, target }) => {
    const path = target?.path === undefined ? '' : ` ${target.path.type} ${target.path.value}`;
    return `${hostnames[0] ?? '(derived)'}${path} -> ${target?.origin}`;
  });
}
