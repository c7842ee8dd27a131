import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANNOTATION_ALIASES } from '../../../../src/api/annotation-aliases.ts';
import { SERVICE_ANNOTATIONS } from '../../../../src/api/annotations.ts';
import type { RouteRequest } from '../../../../src/core/model/route-request.ts';
import { requestsExposure } from '../../../../src/core/sources/service/parse.ts';
import { EPOCH, type ServiceTraits, aService } from '../../../support/builders.ts';
import { requestOf } from '../../../support/requests.ts';

describe('requestsExposure', () => {
  it.each<{ case: string; traits: ServiceTraits; requests: boolean }>([
    { case: 'has no annotation', traits: {}, requests: false },
    { case: 'only tunes a route', traits: { port: '80' }, requests: false },
    { case: 'names a hostname', traits: { hostname: 'a.example.com' }, requests: true },
    { case: 'names a Tunnel', traits: { tunnel: 'home' }, requests: true },
    { case: 'lists routes', traits: { annotations: { 'cftunnel.io/routes': '' } }, requests: true },
    { case: 'uses an alias', traits: { annotations: { 'cfargotunnel.com/cluster-tunnel': 'home' } }, requests: true },
    {
      case: 'uses an alias that only tunes',
      traits: { annotations: { 'cfargotunnel.com/proto': 'ssh' } },
      requests: false,
    },
    {
      case: 'misspells its request',
      traits: { annotations: { 'cftunnel.io/hostnme': 'a.example.com' } },
      requests: true,
    },
    { case: 'is being deleted', traits: { hostname: 'a.example.com', deleting: true }, requests: false },
    {
      case: 'has annotations of others next to a hostname',
      traits: { hostname: 'a.example.com', annotations: { x: 'y' } },
      requests: true,
    },
    { case: 'has annotations of others', traits: { annotations: { 'cftunnel.iox/hostname': 'y' } }, requests: false },
  ])('of a Service that $case is $requests', ({ traits, requests }) => {
    expect(requestsExposure(aService('shop/web', traits))).toBe(requests);
  });
});

it('a Service without annotations requests nothing', () => {
  const bare = { ...aService('shop/web'), metadata: { name: 'web', namespace: 'shop' } };

  expect(requestsExposure(bare)).toBe(false);
  expect(requestOf(bare).problems).toEqual([]);
});

describe('the request of a Service', () => {
  it('contains nothing beyond the annotations', () => {
    const origin = 'http://web.shop.svc:80';

    expect(request({ hostname: 'a.example.com' }).routes[0]?.target).toStrictEqual({ origin });
    expect(request({ hostname: 'a.example.com', port: 'none' }).routes[0]).not.toHaveProperty('target');
  });

  it('warns of aliases and of external targets', () => {
    const annotations = { 'cfargotunnel.com/fqdn': 'a.example.com' };
    const service = { ...aService('shop/web', { annotations }), spec: { type: 'ExternalName', ports: [{ port: 80 }] } };

    expect(requestOf(service).warnings.map(({ reason }) => reason)).toEqual(['AliasRead', 'ExternalTarget']);
  });

  it('contains everything in the annotations', () => {
    const annotations = {
      'cftunnel.io/path': '/api',
      'cftunnel.io/origin-http2': 'true',
      'cftunnel.io/origin-connect-timeout': '5s',
      'cftunnel.io/origin-ca-pool': 'ca/root.pem',
    };
    const traits = {
      hostname: 'app.example.com',
      tunnel: 'infra/home',
      protocol: 'https',
      dns: 'managed',
      annotations,
    };

    expect(request({ ...traits, finalized: true })).toEqual({
      source: 'shop/web',
      kind: 'Service',
      namespace: 'shop',
      name: 'web',
      createdAt: EPOCH,
      hasFinalizer: true,
      forbidden: undefined,
      fields: {
        tunnel: 'cftunnel.io/tunnel',
        hostname: 'cftunnel.io/hostname',
        routes: 'cftunnel.io/routes',
        reason: 'InvalidAnnotation',
      },
      tunnel: 'infra/home',
      routes: [
        {
          hostnames: ['app.example.com'],
          target: {
            path: { type: 'Prefix', value: '/api' },
            origin: 'https://web.shop.svc:80',
            originRequest: { http2Origin: true, connectTimeout: '5s' },
            caPool: { name: 'ca', key: 'root.pem' },
            dns: 'managed',
          },
          problems: [],
          warnings: [],
        },
      ],
      problems: [],
      warnings: [],
    });
  });

  it.each<{ case: string; traits: ServiceTraits; hostnames: readonly string[] }>([
    {
      case: 'several',
      traits: { hostname: 'a.example.com, b.example.com' },
      hostnames: ['a.example.com', 'b.example.com'],
    },
    {
      case: 'one that is named twice',
      traits: { hostname: 'a.example.com,A.example.com' },
      hostnames: ['a.example.com'],
    },
    { case: 'none, to be derived', traits: { tunnel: 'home' }, hostnames: [] },
  ])('reads hostnames: $case', ({ traits, hostnames }) => {
    expect(request(traits)).toMatchObject({ routes: [{ hostnames }], problems: [] });
  });

  it.each([
    { text: 'home', tunnel: 'shop/home' },
    { text: 'infra/home', tunnel: 'infra/home' },
    { text: ' infra/home\n', tunnel: 'infra/home' },
    { text: ' home\n', tunnel: 'shop/home' },
  ])('reads the tunnel $text as $tunnel', ({ text, tunnel }) => {
    expect(request({ tunnel: text })).toMatchObject({ tunnel, problems: [] });
  });

  it.each(['managed', 'disabled'])('accepts %j for DNS', (dns) => {
    expect(request({ hostname: 'a.example.com', dns })).toMatchObject({ routes: [{ target: { dns } }], problems: [] });
  });

  it.each<{ key: string; value: string; why: string }>([
    { key: 'cftunnel.io/dns', value: 'off', why: '"off" must be managed or disabled' },
    { key: 'cftunnel.io/balance', value: 'per-request', why: '"per-request" must be connection or request' },
    { key: 'cftunnel.io/origin-http2', value: 'True', why: '"True" must be exactly "true" or "false"' },
  ])('refuses $value for $key', ({ key, value, why }) => {
    const { problems } = request({ hostname: 'a.example.com', annotations: { [key]: value } });

    expect(problems).toEqual([{ reason: 'InvalidAnnotation', message: `${key}: ${why}` }]);
  });

  it.each(['', '/', 'infra/', '/home', 'a/b/c', 'My Tunnel', 'home tunnel', 'home_', 'infra//home'])(
    'refuses the tunnel %j',
    (tunnel) => {
      expect(request({ tunnel }).problems).toEqual([
        { reason: 'InvalidAnnotation', message: `cftunnel.io/tunnel: "${tunnel}" must be name or namespace/name` },
      ]);
    },
  );

  it('refuses a path for a protocol without paths', () => {
    const annotations = { 'cftunnel.io/path': '/api' };

    expect(request({ hostname: 'a.example.com', protocol: 'ssh', annotations }).problems).toEqual([
      {
        reason: 'InvalidAnnotation',
        message: 'cftunnel.io/path: only http and https have paths, and this route speaks ssh; remove the path',
      },
    ]);
  });

  it('keeps valid hostnames next to an invalid one', () => {
    expect(request({ hostname: 'a.example.com, b' }).routes[0]?.hostnames).toStrictEqual(['a.example.com']);
    expect(request({ hostname: 'a.example.com, b' })).toMatchObject({
      routes: [{ hostnames: ['a.example.com'] }],
      problems: [{ reason: 'InvalidAnnotation', message: expect.stringContaining('cftunnel.io/hostname: "b"') }],
    });
  });

  it('names misspelt annotations in a fixed order, with what was meant', () => {
    const annotations = {
      'cftunnel.io/tunel': 'home',
      'cftunnel.io/hostnames': 'x',
      'cftunnel.io/blue-sky-thinking': '',
      'cftunnel.io/origin-notls-verify': 'true',
    };

    expect(request({ hostname: 'app.example.com', annotations }).problems.map(({ message }) => message)).toEqual([
      'cftunnel.io/blue-sky-thinking: unknown annotation; remove it',
      'cftunnel.io/hostnames: unknown annotation, did you mean cftunnel.io/hostname?',
      'cftunnel.io/origin-notls-verify: unknown annotation, did you mean cftunnel.io/origin-no-tls-verify?',
      'cftunnel.io/tunel: unknown annotation, did you mean cftunnel.io/tunnel?',
    ]);
  });

  it('has a target for each route or a problem, whatever the annotations are', () => {
    const key = fc.oneof(
      fc.constantFrom(...[...SERVICE_ANNOTATIONS, ...ANNOTATION_ALIASES].map((rule) => rule.key)),
      fc.string().map((tail) => `cftunnel.io/${tail}`),
    );

    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ unit: 'binary' })), (annotations) => {
        const { routes, problems } = request({ annotations });
        expect(problems.length > 0 || routes.every(({ target }) => target !== undefined)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('balance: request', () => {
  const balance = { 'cftunnel.io/balance': 'request' };

  it('keeps no connection open', () => {
    expect(request({ hostname: 'a.example.com', annotations: balance })).toMatchObject({
      routes: [{ target: { originRequest: { keepAliveConnections: -1 } } }],
      problems: [],
    });
  });

  it('applies to every route of a list', () => {
    const annotations = { ...balance, 'cftunnel.io/routes': '[{hostname: a.example.com}, {hostname: b.example.com}]' };

    const open = request({ annotations }).routes.map(({ target }) => target?.originRequest?.keepAliveConnections);

    expect(open).toEqual([-1, -1]);
  });

  it('contradicts a number of connections to keep', () => {
    const annotations = { ...balance, 'cftunnel.io/origin-keep-alive-connections': '10' };

    expect(request({ hostname: 'a.example.com', annotations }).problems).toMatchObject([
      { reason: 'InvalidAnnotation' },
    ]);
  });
});

describe('balance: connection', () => {
  it('contradicts that none is kept', () => {
    const annotations = { 'cftunnel.io/balance': 'connection', 'cftunnel.io/origin-keep-alive-connections': '-1' };

    expect(request({ hostname: 'a.example.com', annotations }).problems).toEqual([
      {
        reason: 'InvalidAnnotation',
        message: 'cftunnel.io/balance: connection keeps connections open, so keep-alive-connections cannot be -1',
      },
    ]);
  });
});

function request(traits: ServiceTraits): RouteRequest {
  return requestOf(aService('shop/web', traits));
}
