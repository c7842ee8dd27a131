import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type IngressRule, compileConfig, routesToServe } from '../../../src/core/ingress/rule.ts';
import { ANY_HOST, covers, isWildcard } from '../../../src/core/model/hostname.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { anyHostname, anyRoutes, shuffled } from '../../support/arbitraries.ts';
import { aTunnel } from '../../support/builders.ts';
import { aProxiedRoute, anyProxiedRoutesInAnyOrder } from '../../support/proxy-rules.ts';
import { aRoute } from '../../support/routes.ts';

const { spec } = aTunnel('shop/home');

describe('compileConfig', () => {
  it('names the tunnel and the path of its credentials', () => {
    expect(compileConfig('tunnel-1', spec, [])).toStrictEqual({
      tunnel: 'tunnel-1',
      'credentials-file': '/etc/cloudflared/credentials/credentials.json',
      ingress: [{ service: 'http_status:404' }],
    });
  });

  it('includes the defaults for origins, before the rules', () => {
    const config = compileConfig('tunnel-1', { ...spec, originRequest: { connectTimeout: '5s' } }, []);

    expect(config.originRequest).toEqual({ connectTimeout: '5s' });
    expect(Object.keys(config)).toEqual(['tunnel', 'credentials-file', 'originRequest', 'ingress']);
  });

  it('uses the fallback for requests that no rule matches', () => {
    const { ingress } = compileConfig('tunnel-1', { ...spec, fallback: 'hello_world' }, [aRoute('a.example.com')]);

    expect(ingress.at(-1)).toEqual({ service: 'hello_world' });
  });

  it('names the file of the certificates that a route trusts, in addition to other settings', () => {
    const route = {
      ...aRoute('a.example.com', 'shop/web', 'https://web.shop.svc:443'),
      originRequest: { originServerName: 'web' },
      caPool: { name: 'ca', fingerprint: 'f1' },
    };
    const plain = { ...aRoute('a.example.com'), path: { type: 'Exact' as const, value: '/a' } };

    expect(compileConfig('tunnel-1', spec, [plain]).ingress[0]).toStrictEqual({
      hostname: 'a.example.com',
      path: '^/a$',
      service: 'http://web.shop.svc:80',
    });
    expect(compileConfig('tunnel-1', spec, [route]).ingress[0]).toEqual({
      hostname: 'a.example.com',
      service: 'https://web.shop.svc:443',
      originRequest: { originServerName: 'web', caPool: '/etc/cloudflared/config/ca-f1.pem' },
    });
  });

  it('puts exact hosts before wildcards, and longer wildcards before shorter', () => {
    const names = ['*.example.com', 'b.example.com', '*.eu.example.com', 'a.eu.example.com'];

    const { ingress } = compileConfig(
      'tunnel-1',
      spec,
      names.map((name) => aRoute(name)),
    );

    expect(ingress.map(({ hostname }) => hostname)).toEqual([
      'a.eu.example.com',
      'b.example.com',
      '*.eu.example.com',
      '*.example.com',
      undefined,
    ]);
  });

  it('gives equal bytes for any order of the same routes', () => {
    fc.assert(
      fc.property(shuffled(anyRoutes()), ([one, other]) => {
        expect(JSON.stringify(compileConfig('t', spec, one))).toBe(JSON.stringify(compileConfig('t', spec, other)));
      }),
    );
  });

  it('keeps every route, and exactly one catch-all, last', () => {
    fc.assert(
      fc.property(anyRoutes(), (routes) => {
        const { ingress } = compileConfig('t', spec, routes);
        expect(ingress).toHaveLength(routes.length + 1);
        expect(ingress.findIndex(({ hostname }) => hostname === undefined)).toBe(routes.length);
      }),
    );
  });

  it('orders rules so that the first match is the most specific one', () => {
    fc.assert(
      fc.property(anyRoutes(), anyHostname(), (routes, host) => {
        fc.pre(!isWildcard(host));
        const matching = compileConfig('t', spec, routes).ingress.filter((rule) => matches(rule, host));
        const longest = matching.toSorted((a, b) => specificity(b) - specificity(a));
        expect(matching[0]).toEqual(longest[0]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('compileConfig with a proxy', () => {
  const toProxy = { httpHostHeader: '', keepAliveConnections: 1000 };

  it('leads a hostname there with one rule, and leaves the others as they are', () => {
    const routes = [
      { ...aRoute('b.example.com'), path: { type: 'Prefix' as const, value: '/x' } },
      aProxiedRoute('b.example.com'),
      aRoute('a.example.com'),
      aProxiedRoute('*.example.com'),
    ];

    expect(compileConfig('tunnel-1', spec, routes).ingress).toEqual([
      { hostname: 'a.example.com', service: 'http://web.shop.svc:80' },
      { hostname: 'b.example.com', service: 'http://127.0.0.1:2002', originRequest: toProxy },
      { hostname: '*.example.com', service: 'http://127.0.0.1:2002', originRequest: toProxy },
      { service: 'http_status:404' },
    ]);
  });

  it('speaks HTTP/2 with it if any route of the hostname needs that', () => {
    const routes = [
      { ...aProxiedRoute('a.example.com', { rule: { isHttp2: true } }), path: { type: 'Exact' as const, value: '/x' } },
      aProxiedRoute('a.example.com'),
    ];

    expect(compileConfig('tunnel-1', spec, routes).ingress).toEqual([
      {
        hostname: 'a.example.com',
        service: 'https://127.0.0.1:2003',
        originRequest: { ...toProxy, noTLSVerify: true, matchSNItoHost: false, http2Origin: true },
      },
      { service: 'http_status:404' },
    ]);
  });

  it('leads every other host there if a route is for any host, whatever the fallback', () => {
    const anyHost = { ...aRoute('a.example.com'), hostname: ANY_HOST };
    const { ingress } = compileConfig('tunnel-1', { ...spec, fallback: 'hello_world' }, [
      aRoute('b.example.com'),
      anyHost,
    ]);

    expect(ingress).toEqual([
      { hostname: 'b.example.com', service: 'http://web.shop.svc:80' },
      { service: 'http://127.0.0.1:2002', originRequest: toProxy },
    ]);
  });

  it('gives equal bytes for any order of the same routes', () => {
    fc.assert(
      fc.property(shuffled(anyProxiedRoutesInAnyOrder()), ([one, other]) => {
        expect(JSON.stringify(compileConfig('t', spec, one))).toBe(JSON.stringify(compileConfig('t', spec, other)));
      }),
    );
  });
});

describe('routesToServe', () => {
  const wanted = aRoute('new.example.com');
  const published = aRoute('old.example.com');

  // Invariants 7, 25.
  it('keeps a rule as long as its record may exist', () => {
    expect(routesToServe([wanted], [published], records(true))).toEqual([wanted, { ...published, isLeaving: true }]);
    expect(routesToServe([wanted], [published], records(false))).toEqual([wanted]);
  });

  it('replaces the published route of a hostname by the wanted one', () => {
    const before = aRoute('new.example.com', 'shop/web', 'http://before.shop.svc:80');

    expect(routesToServe([wanted], [before], records(true))).toEqual([wanted]);
  });

  // Invariant 7.
  it('keeps the rule of a hostname that becomes a name of the local network while its record leads to the tunnel', () => {
    const before = aRoute('new.example.com');
    const local: Route = { ...wanted, origin: '', addresses: ['192.168.1.10'] };

    expect(routesToServe([local], [before], records(true))).toEqual([local, { ...before, isLeaving: true }]);
    expect(routesToServe([local], [before], records(true, false))).toEqual([local]);
    expect(routesToServe([wanted], [local], records(true))).toEqual([wanted]);
  });
});

function records(mayExist: boolean, mayLeadToTunnel = mayExist) {
  return { mayExist: () => mayExist, mayLeadToTunnel: () => mayLeadToTunnel };
}

function matches({ hostname }: IngressRule, host: string): boolean {
  return hostname === undefined || covers(hostname, host);
}

function specificity({ hostname }: IngressRule): number {
  if (hostname === undefined) return 0;
  return hostname.length + (isWildcard(hostname) ? 0 : 1000);
}
