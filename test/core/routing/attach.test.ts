import { describe, expect, it } from '@jest/globals';
import type { Service, Tunnel } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { attachableFrom } from '../../../src/core/routing/attachable.ts';
import { attach } from '../../../src/core/routing/attach.ts';
import { aNamespace, aService, aTunnel } from '../../support/builders.ts';
import { requestOf } from '../../support/requests.ts';
import { PARSERS } from '../../support/parsers.ts';
import { aRoute } from '../../support/routes.ts';
import { NOTHING_RELATED, SITES, aSite } from '../../support/sources.ts';
import { NO_GRANTS } from '../../support/grants.ts';

type Namespaces = NonNullable<NonNullable<TunnelSpec['allowedRoutes']>['namespaces']>;

describe('finding the Tunnel', () => {
  it('chooses the one that is named', () => {
    const [home, other] = [aTunnel('shop/home'), aTunnel('shop/other', { isDefault: true })];

    expect(
      attached(aService('shop/web', { hostname: 'app.example.com', tunnel: 'home' }), [home, other]),
    ).toStrictEqual({ tunnel: home, routes: [aRoute('app.example.com')], broken: [], problems: [], warnings: [] });
  });

  it('chooses the default one if none is named', () => {
    const tunnel = aTunnel('shop/home', { isDefault: true });

    expect(attached(aService('shop/web', { hostname: 'app.example.com' }), [tunnel])).toMatchObject({ tunnel });
  });

  it.each([
    {
      case: 'the named one is missing, and there is none',
      tunnel: 'home',
      tunnels: [],
      says: 'Tunnel shop/home does not exist. Create a Tunnel in namespace shop: no Tunnel admits this Service yet',
    },
    {
      case: 'the named one is missing, and which ones admit it',
      tunnel: 'hame',
      tunnels: [
        aTunnel('shop/home'),
        aTunnel('shop/going', { deleting: true }),
        aTunnel('infra/private'),
        aTunnel('infra/shared', { spec: { allowedRoutes: { namespaces: { from: 'All' } } } }),
      ],
      says: 'Tunnel shop/hame does not exist. Set cftunnel.io/tunnel to a Tunnel that admits this Service: infra/shared, shop/home',
    },
    {
      case: 'none is the default',
      tunnel: undefined,
      tunnels: [aTunnel('shop/home')],
      says: 'No Tunnel is named and none is annotated cftunnel.io/is-default-tunnel: "true". Set cftunnel.io/tunnel to a Tunnel that admits this Service: shop/home',
    },
    {
      case: 'it is being deleted',
      tunnel: 'home',
      tunnels: [aTunnel('shop/home', { deleting: true })],
      says: 'Tunnel shop/home is being deleted',
    },
  ])('reports that $case', ({ tunnel, tunnels, says }) => {
    const service = aService('shop/web', { hostname: 'app.example.com', ...(tunnel === undefined ? {} : { tunnel }) });

    expect(attached(service, tunnels)).toEqual({
      tunnel: undefined,
      routes: [],
      broken: [],
      warnings: [],
      problems: [{ reason: 'TunnelNotFound', message: expect.stringContaining(says) }],
    });
  });
});

describe('the default Tunnel', () => {
  it('is the oldest of several', () => {
    const older = aTunnel('web/z', { isDefault: true, createdAt: '2026-01-01T00:00:00Z' });
    const younger = aTunnel('web/a', { isDefault: true, createdAt: '2026-01-02T00:00:00Z' });

    expect(defaultOf([younger, older])).toBe(older);
  });

  it('may have white space around the annotation', () => {
    const tunnel = aTunnel('web/home', { annotations: { 'cftunnel.io/is-default-tunnel': ' true\n' } });

    expect(defaultOf([tunnel])).toBe(tunnel);
  });

  it('is annotated exactly "true"', () => {
    const annotations = { 'cftunnel.io/is-default-tunnel': 'yes' };

    expect(defaultOf([aTunnel('web/home', { annotations }), aTunnel('web/other')])).toBeUndefined();
  });
});

describe('the namespaces that a Tunnel admits', () => {
  const teams = { from: 'Selector', selector: { matchLabels: { team: 'shop' } } } as const;

  it.each<{ case: string; namespaces: Namespaces | undefined; service: string; admitted: boolean }>([
    { case: 'its own by default', namespaces: undefined, service: 'infra/web', admitted: true },
    { case: 'no other by default', namespaces: undefined, service: 'shop/web', admitted: false },
    { case: 'no other with Same', namespaces: { from: 'Same' }, service: 'shop/web', admitted: false },
    {
      case: 'no other with Same, even if a selector matches',
      namespaces: { ...teams, from: 'Same' },
      service: 'shop/web',
      admitted: false,
    },
    { case: 'any with All', namespaces: { from: 'All' }, service: 'shop/web', admitted: true },
    { case: 'a labelled one with Selector', namespaces: teams, service: 'shop/web', admitted: true },
    { case: 'no other with Selector', namespaces: teams, service: 'blog/web', admitted: false },
    { case: 'its own with Selector', namespaces: teams, service: 'infra/web', admitted: true },
    { case: 'not one that is unknown', namespaces: teams, service: 'new/web', admitted: false },
    {
      case: 'none with a Selector that is missing',
      namespaces: { from: 'Selector' },
      service: 'shop/web',
      admitted: false,
    },
  ])('$case', ({ namespaces, service, admitted }) => {
    const spec = namespaces === undefined ? {} : { allowedRoutes: { namespaces } };
    const tunnel = aTunnel('infra/home', { spec });

    const { problems } = attached(aService(service, { hostname: 'app.example.com', tunnel: 'infra/home' }), [tunnel]);

    const from = namespaces?.from ?? 'Same';
    const message = `Tunnel infra/home does not admit namespace ${service.split('/')[0]} (allowedRoutes.namespaces.from is ${from}). Its owner can change that, or choose another Tunnel`;
    expect(problems).toEqual(admitted ? [] : [{ reason: 'NotAllowed', message }]);
  });
});

describe('the hostnames that a Tunnel admits', () => {
  it.each([
    { case: 'any if none is listed', listed: [], admitted: ['a.example.com', 'b.example.org'], refused: [] },
    {
      case: 'those that are listed',
      listed: ['*.example.com'],
      admitted: ['a.example.com'],
      refused: ['b.example.org'],
    },
    {
      case: 'those that match any entry',
      listed: ['x.org', 'a.example.com'],
      admitted: ['a.example.com'],
      refused: ['b.example.org'],
    },
    { case: 'none of the others', listed: ['x.org'], admitted: [], refused: ['a.example.com', 'b.example.org'] },
  ])('$case', ({ listed, admitted, refused }) => {
    const tunnel = aTunnel('shop/home', { spec: { allowedRoutes: { hostnames: listed } } });
    const service = aService('shop/web', { hostname: 'a.example.com, b.example.org', tunnel: 'home' });

    const { routes, problems } = attached(service, [tunnel]);

    expect(routes.map(({ hostname }) => hostname)).toEqual(admitted);
    expect(problems).toEqual(
      refused.map((name) => ({
        reason: 'NotAllowed',
        message: expect.stringContaining(`does not admit ${name}; it admits ${listed.join(', ')}.`),
      })),
    );
  });
});

describe('the hostnames that a Namespace allows', () => {
  const tunnel = aTunnel('infra/home', {
    spec: { domain: 'example.com', allowedRoutes: { namespaces: { from: 'All' }, hostnames: ['*.example.com'] } },
  });
  const attachedIn = (allowed: string, hostname?: string) => {
    const namespace = aNamespace('shop', {}, { 'cftunnel.io/allowed-hostnames': allowed });
    const asks = { tunnel: 'infra/home', ...(hostname === undefined ? {} : { hostname }) };
    return attach(
      requestOf(aService('shop/web', asks)),
      attachableFrom({ tunnels: [tunnel], namespaces: [namespace], related: NO_GRANTS }),
    );
  };

  it.each([
    { case: 'those that are listed', allowed: 'a.example.com, b.example.com', hostname: 'b.example.com' },
    { case: 'those below a wildcard', allowed: '*.shop.example.com', hostname: 'a.shop.example.com' },
    { case: 'however both are written', allowed: ' *.SHOP.Example.com. ', hostname: 'A.shop.example.com.' },
    { case: 'international ones', allowed: '*.bücher.example.com', hostname: 'a.xn--bcher-kva.example.com' },
    { case: 'the one that the Tunnel gives', allowed: 'web.example.com' },
  ])('admits $case', ({ allowed, hostname }) => {
    const { routes, problems } = attachedIn(allowed, hostname);

    expect(problems).toEqual([]);
    expect(routes).toHaveLength(1);
  });

  it.each([
    { case: 'others', allowed: '*.shop.example.com', may: '*.shop.example.com' },
    { case: 'the parent of a wildcard', allowed: '*.a.example.com', may: '*.a.example.com' },
    { case: 'all if none is listed', allowed: ' ', may: 'no hostname' },
  ])('refuses $case', ({ allowed, may }) => {
    const message = `Namespace shop may not use a.example.com; it may use ${may}. Choose such a hostname, or have an administrator add this one to its annotation cftunnel.io/allowed-hostnames`;

    expect(attachedIn(allowed, 'a.example.com')).toMatchObject({
      routes: [],
      problems: [{ reason: 'NotAllowed', message }],
    });
  });

  it('do not widen what the Tunnel admits', () => {
    expect(attachedIn('*.example.org', 'a.example.org').problems).toMatchObject([
      { message: expect.stringContaining('Tunnel infra/home does not admit a.example.org') },
    ]);
  });
});

describe('a Service that names no hostname', () => {
  const service = aService('shop/web', { tunnel: 'home' });

  it('gets its own name below the domain of the Tunnel', () => {
    const tunnel = aTunnel('shop/home', { spec: { domain: 'example.com' } });

    expect(attached(service, [tunnel])).toMatchObject({ routes: [aRoute('web.example.com')], problems: [] });
  });

  it('must name one if the Tunnel has no domain', () => {
    expect(attached(service, [aTunnel('shop/home')])).toMatchObject({
      routes: [],
      problems: [{ reason: 'InvalidAnnotation', message: expect.stringContaining('Set cftunnel.io/hostname') }],
    });
  });

  it('names the field that it needs if the domain gives no valid hostname', () => {
    expect(attached(service, [aTunnel('shop/home', { spec: { domain: 'example..com' } })]).problems).toEqual([
      {
        reason: 'InvalidAnnotation',
        message:
          'Set cftunnel.io/hostname: the hostname derived from spec.domain of Tunnel shop/home is invalid: "web.example..com" has the invalid label ""',
      },
    ]);
  });

  it('is derived for the routes that have no hostname, next to others', () => {
    const mixed = aServiceWithList('[{"hostname": "a.example.com"}, {"path": "/b"}]');
    const { routes } = attached(mixed, [aTunnel('shop/home', { spec: { domain: 'example.com' } })]);

    expect(routes.map(({ hostname }) => hostname)).toEqual(['a.example.com', 'web.example.com']);
  });

  it('needs the derived hostname to be admitted', () => {
    const spec = { domain: 'example.com', allowedRoutes: { hostnames: ['app.example.com'] } };

    expect(attached(service, [aTunnel('shop/home', { spec })])).toMatchObject({
      routes: [],
      problems: [{ reason: 'NotAllowed' }],
    });
  });
});

describe('two routes with the same claim', () => {
  const tunnel = aTunnel('shop/home', { spec: { domain: 'example.com' } });

  it.each([
    { case: 'written twice', text: '[{hostname: a.example.com}, {hostname: a.example.com}]', claim: 'a.example.com' },
    { case: 'written and derived', text: '[{hostname: web.example.com}, {}]', claim: 'web.example.com' },
  ])('are a problem: $case', ({ text, claim }) => {
    const message = `cftunnel.io/routes: claims ${claim} twice; remove one of the two`;

    expect(attached(aServiceWithList(text), [tunnel]).problems).toEqual([{ reason: 'InvalidAnnotation', message }]);
  });

  it('are a problem even if they are not next to each other', () => {
    const text = '[{hostname: a.example.com}, {hostname: b.example.com}, {hostname: a.example.com}]';

    expect(attached(aServiceWithList(text), [tunnel]).problems).toMatchObject([
      { message: 'cftunnel.io/routes: claims a.example.com twice; remove one of the two' },
    ]);
  });

  it('are none if their paths differ', () => {
    const text = '[{hostname: a.example.com}, {hostname: a.example.com, path: /api}]';

    expect(attached(aServiceWithList(text), [tunnel]).problems).toEqual([]);
  });
});

describe('the request of a Service', () => {
  it.each([
    { case: 'its DNS setting', traits: { dns: 'disabled' }, says: { routes: [{ dns: 'disabled' }], problems: [] } },
    { case: 'no route without a backend', traits: { port: 'none' }, says: { routes: [], problems: [], warnings: [] } },
    {
      case: 'a warning about a setting without effect',
      traits: { protocol: 'ssh', annotations: { 'cftunnel.io/origin-http2': 'true' } },
      says: { routes: [{ origin: 'ssh://web.shop.svc:80' }], warnings: [{ reason: 'SettingIgnored' }] },
    },
  ])('results in $case', ({ traits, says }) => {
    const service = aService('shop/web', { hostname: 'app.example.com', tunnel: 'home', ...traits });

    expect(attached(service, [aTunnel('shop/home')])).toMatchObject(says);
  });
});

describe('a source of another kind', () => {
  const request = SITES.parse(aSite('shop/web', { tunnel: 'shop/home' }), PARSERS, NOTHING_RELATED);

  it('attaches like a Service, and gets a derived hostname', () => {
    const tunnel = aTunnel('shop/home', { spec: { domain: 'example.com' } });

    expect(attach(request, attachable([tunnel]))).toEqual({
      tunnel,
      routes: [aRoute('web.example.com', 'Site/shop/web', 'http://web.shop.svc:80')],
      broken: [],
      problems: [],
      warnings: [],
    });
  });

  it.each([
    { tunnels: [], says: 'no Tunnel admits this Site yet' },
    { tunnels: [aTunnel('shop/other')], says: 'Set spec.tunnel to a Tunnel that admits this Site: shop/other' },
    { tunnels: [aTunnel('shop/home')], says: 'Set spec.host: Tunnel shop/home has no spec.domain' },
  ])('learns what to do in its own fields: $says', ({ tunnels, says }) => {
    expect(attach(request, attachable(tunnels)).problems).toMatchObject([{ message: expect.stringContaining(says) }]);
  });

  it('is not exposed, whatever the Tunnel admits, if its kind forbids it', () => {
    const forbidden = { reason: 'NotAllowed', message: 'not this one' } as const;
    const tunnel = aTunnel('shop/home', { spec: { domain: 'example.com' } });

    expect(attach({ ...request, forbidden }, attachable([tunnel]))).toMatchObject({
      routes: [],
      problems: [forbidden],
    });
  });
});

describe('a route that cannot be served', () => {
  const problems = [{ reason: 'BackendNotFound', message: 'not there' }] as const;
  const path = { type: 'Prefix', value: '/a' } as const;
  const request = SITES.parse(
    aSite('shop/web', { tunnel: 'shop/home', host: 'a.example.com' }),
    PARSERS,
    NOTHING_RELATED,
  );
  const [hostnames] = request.routes.map((route) => route.hostnames);
  const broken = { hostnames: hostnames ?? [], path, problems, warnings: [] };

  it.each([
    { case: 'keeps its claim', allowed: ['*.example.com'], isForbidden: {}, kept: ['a.example.com'] },
    { case: 'keeps none that the Tunnel does not admit', allowed: ['*.example.org'], isForbidden: {}, kept: [] },
    { case: 'keeps none if it is forbidden', allowed: [], isForbidden: { isForbidden: true as const }, kept: [] },
  ])('$case', ({ allowed, isForbidden, kept }) => {
    const tunnel = aTunnel('shop/home', { spec: { allowedRoutes: { hostnames: [...allowed] } } });

    expect(attach({ ...request, routes: [{ ...broken, ...isForbidden }] }, attachable([tunnel]))).toMatchObject({
      routes: [],
      broken: [{ hostnames: kept, path, isPathUnknown: false, problems }],
      problems: [],
    });
  });

  it('needs no hostname of the Tunnel if it is forbidden', () => {
    const unnamed = { ...broken, hostnames: [], isForbidden: true as const };

    expect(attach({ ...request, routes: [unnamed] }, attachable([aTunnel('shop/home')])).problems).toEqual([]);
  });
});

function aServiceWithList(routes: string): Service {
  return aService('shop/web', { tunnel: 'home', annotations: { 'cftunnel.io/routes': routes } });
}

function attached(service: Service, tunnels: readonly Tunnel[]) {
  return attach(requestOf(service), attachable(tunnels));
}

function attachable(tunnels: readonly Tunnel[]) {
  const namespaces = [aNamespace('shop', { team: 'shop' }), aNamespace('blog'), aNamespace('infra')];
  return attachableFrom({ tunnels, namespaces, related: NO_GRANTS });
}

function defaultOf(tunnels: readonly Tunnel[]): Tunnel | undefined {
  return attachableFrom({ tunnels, namespaces: [], related: NO_GRANTS }).defaultTunnel;
}
