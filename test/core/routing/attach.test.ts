import { describe, expect, it } from '@jest/globals';
import type { Service, Tunnel } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { keyOf } from '../../../src/core/keys.ts';
import { type Attachable, admits, attach, defaultTunnelOf } from '../../../src/core/routing/attach.ts';
import { parseRouteRequest } from '../../../src/core/sources/service/parse.ts';
import { aNamespace, aService, aTunnel } from '../../support/builders.ts';
import { PARSERS } from '../../support/grammars.ts';
import { aHostname, aRoute } from '../../support/routes.ts';

const NAMESPACES = [aNamespace('shop', { team: 'shop' }), aNamespace('blog'), aNamespace('infra')];
const AROUND: Attachable = {
  tunnels: new Map(),
  defaultTunnel: undefined,
  namespaces: new Map(NAMESPACES.map((namespace) => [namespace.metadata.name, namespace])),
};

type Namespaces = NonNullable<NonNullable<TunnelSpec['allowedRoutes']>['namespaces']>;

describe('finding the Tunnel', () => {
  it('takes the one that is named', () => {
    const [home, other] = [aTunnel('shop/home'), aTunnel('shop/other', { isDefault: true })];

    expect(
      attached(aService('shop/web', { hostname: 'app.example.com', tunnel: 'home' }), [home, other]),
    ).toStrictEqual({
      tunnel: home,
      routes: [aRoute('app.example.com')],
      problems: [],
      warnings: [],
    });
  });

  it('takes the default one where none is named', () => {
    const tunnel = aTunnel('shop/home', { isDefault: true });

    expect(attached(aService('shop/web', { hostname: 'app.example.com' }), [tunnel])).toMatchObject({ tunnel });
  });

  it.each([
    {
      case: 'the named one is missing, and there is none',
      tunnel: 'home',
      tunnels: [],
      says: 'Tunnel shop/home does not exist. Create a Tunnel in namespace shop: none exists yet that lets this Service in',
    },
    {
      case: 'the named one is missing, and which there are that let it in',
      tunnel: 'hame',
      tunnels: [
        aTunnel('shop/home'),
        aTunnel('shop/going', { deleting: true }),
        aTunnel('infra/private'),
        aTunnel('infra/shared', { spec: { allowedRoutes: { namespaces: { from: 'All' } } } }),
      ],
      says: 'Tunnel shop/hame does not exist. Set cftunnel.io/tunnel to one that lets this Service in: infra/shared, shop/home',
    },
    {
      case: 'none is the default',
      tunnel: undefined,
      tunnels: [aTunnel('shop/home')],
      says: 'No Tunnel is named and none is annotated cftunnel.io/is-default-tunnel: "true". Set cftunnel.io/tunnel to one that lets this Service in: shop/home',
    },
    {
      case: 'it is being deleted',
      tunnel: 'home',
      tunnels: [aTunnel('shop/home', { deleting: true })],
      says: 'Tunnel shop/home is being deleted',
    },
  ])('says that $case', ({ tunnel, tunnels, says }) => {
    const service = aService('shop/web', { hostname: 'app.example.com', ...(tunnel === undefined ? {} : { tunnel }) });

    expect(attached(service, tunnels)).toEqual({
      tunnel: undefined,
      routes: [],
      warnings: [],
      problems: [{ reason: 'TunnelNotFound', message: expect.stringContaining(says) }],
    });
  });
});

describe('defaultTunnelOf', () => {
  it('takes the oldest of several', () => {
    const older = aTunnel('web/z', { isDefault: true, createdAt: '2026-01-01T00:00:00Z' });
    const younger = aTunnel('web/a', { isDefault: true, createdAt: '2026-01-02T00:00:00Z' });

    expect(defaultTunnelOf([younger, older])).toBe(older);
  });

  it('forgives white space around the annotation', () => {
    const tunnel = aTunnel('web/home', { annotations: { 'cftunnel.io/is-default-tunnel': ' true\n' } });

    expect(defaultTunnelOf([tunnel])).toBe(tunnel);
  });

  it('wants the annotation to be exactly "true"', () => {
    const annotations = { 'cftunnel.io/is-default-tunnel': 'yes' };

    expect(defaultTunnelOf([aTunnel('web/home', { annotations }), aTunnel('web/other')])).toBeUndefined();
  });
});

describe('the namespaces a Tunnel lets in', () => {
  const teams = { from: 'Selector', selector: { matchLabels: { team: 'shop' } } } as const;

  it.each<{ case: string; namespaces: Namespaces | undefined; service: string; admitted: boolean }>([
    { case: 'its own by default', namespaces: undefined, service: 'infra/web', admitted: true },
    { case: 'no other by default', namespaces: undefined, service: 'shop/web', admitted: false },
    { case: 'no other with Same', namespaces: { from: 'Same' }, service: 'shop/web', admitted: false },
    {
      case: 'no other with Same, whatever is selected',
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

describe('the hostnames a Tunnel lets in', () => {
  it.each([
    { case: 'any if none is listed', listed: [], admitted: ['a.example.com', 'b.example.org'], refused: [] },
    {
      case: 'those that are listed',
      listed: ['*.example.com'],
      admitted: ['a.example.com'],
      refused: ['b.example.org'],
    },
    {
      case: 'those of any entry',
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
    expect(
      ['a.example.com', 'b.example.org'].filter((name) => admits(tunnel, service, aHostname(name), AROUND)),
    ).toEqual(admitted);
  });
});

describe('a Service that names no hostname', () => {
  const service = aService('shop/web', { tunnel: 'home' });

  it('is called after itself under the domain of the Tunnel', () => {
    const tunnel = aTunnel('shop/home', { spec: { domain: 'example.com' } });

    expect(attached(service, [tunnel])).toMatchObject({ routes: [aRoute('web.example.com')], problems: [] });
  });

  it('is told to name one if the Tunnel has no domain', () => {
    expect(attached(service, [aTunnel('shop/home')])).toMatchObject({
      routes: [],
      problems: [{ reason: 'InvalidAnnotation', message: expect.stringContaining('Set cftunnel.io/hostname') }],
    });
  });

  it('is told to name one if the domain makes none', () => {
    expect(attached(service, [aTunnel('shop/home', { spec: { domain: 'example..com' } })]).problems).toEqual([
      {
        reason: 'InvalidAnnotation',
        message:
          'Set cftunnel.io/hostname: the hostname derived from spec.domain of Tunnel shop/home is not one: "web.example..com" has the invalid label ""',
      },
    ]);
  });

  it('is called so beside the names that its other routes have', () => {
    const routes = '[{"hostname": "a.example.com"}, {"path": "/b"}]';
    const mixed = aService('shop/web', { tunnel: 'home', annotations: { 'cftunnel.io/routes': routes } });

    expect(
      attached(mixed, [aTunnel('shop/home', { spec: { domain: 'example.com' } })]).routes.map(
        ({ hostname }) => hostname,
      ),
    ).toEqual(['a.example.com', 'web.example.com']);
  });

  it('is bound by the listed hostnames, too', () => {
    const spec = { domain: 'example.com', allowedRoutes: { hostnames: ['app.example.com'] } };

    expect(attached(service, [aTunnel('shop/home', { spec })])).toMatchObject({
      routes: [],
      problems: [{ reason: 'NotAllowed' }],
    });
  });
});

describe('what a Service asks for', () => {
  it.each([
    { case: 'its word on DNS', traits: { dns: 'disabled' }, says: { routes: [{ dns: 'disabled' }], problems: [] } },
    { case: 'no route without a backend', traits: { port: 'none' }, says: { routes: [], problems: [], warnings: [] } },
    {
      case: 'a remark on what does nothing',
      traits: { protocol: 'ssh', annotations: { 'cftunnel.io/origin-http2': 'true' } },
      says: { routes: [{ origin: 'ssh://web.shop.svc:80' }], warnings: [{ reason: 'SettingIgnored' }] },
    },
  ])('is handed on: $case', ({ traits, says }) => {
    const service = aService('shop/web', { hostname: 'app.example.com', tunnel: 'home', ...traits });

    expect(attached(service, [aTunnel('shop/home')])).toMatchObject(says);
  });

  it('is refused where two of its routes are the same', () => {
    const routes = '[{"hostname": "a.example.com"}, {"hostname": "b.example.com"}, {"hostname": "a.example.com"}]';
    const service = aService('shop/web', { tunnel: 'home', annotations: { 'cftunnel.io/routes': routes } });

    expect(attached(service, [aTunnel('shop/home')]).problems).toEqual([
      { reason: 'InvalidAnnotation', message: 'cftunnel.io/routes: claims a.example.com twice; remove one of the two' },
    ]);
  });
});

describe('admits', () => {
  const elsewhere = { ...aService('shop/web'), spec: { ports: [], type: 'ExternalName', externalName: 'db.blog.svc' } };

  it.each([
    { case: 'a Service of its namespace', tunnel: aTunnel('shop/home'), service: aService('shop/web'), is: true },
    { case: 'none of another', tunnel: aTunnel('infra/home'), service: aService('shop/web'), is: false },
    {
      case: 'none while it is deleted',
      tunnel: aTunnel('shop/home', { deleting: true }),
      service: aService('shop/web'),
      is: false,
    },
    { case: 'none that stands for another', tunnel: aTunnel('shop/home'), service: elsewhere, is: false },
  ])('lets in $case', ({ tunnel, service, is }) => {
    expect(admits(tunnel, service, aHostname('app.example.com'), AROUND)).toBe(is);
  });
});

function attached(service: Service, tunnels: readonly Tunnel[]) {
  const request = parseRouteRequest(service, PARSERS);
  const byKey = new Map(tunnels.map((tunnel) => [keyOf(tunnel), tunnel]));
  return attach(service, request, { ...AROUND, tunnels: byKey, defaultTunnel: defaultTunnelOf(tunnels) });
}
