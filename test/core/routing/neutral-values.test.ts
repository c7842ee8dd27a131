/** A setting of a Service overrides the Tunnel's default, even with the value that cloudflared uses by default. */
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { renderConfig } from '../../../src/adapters/cloudflared/config-yaml.ts';
import { ORIGIN_ANNOTATIONS, originAnnotation } from '../../../src/api/origin-annotations.ts';
import type { Tunnel } from '../../../src/api/objects.ts';
import { decodeRoutes, encodeRoutes } from '../../../src/core/published-routes/routes-json.ts';
import { compileConfig } from '../../../src/core/ingress/rule.ts';
import { checkRoutes } from '../../../src/core/ingress/validate.ts';
import type { OriginRequest, Route } from '../../../src/core/model/route.ts';
import { buildRoutingTable } from '../../../src/core/routing/table.ts';
import { aConfigMap, aService, aTunnel } from '../../support/builders.ts';
import { ROUTE_RULES } from '../../support/requests.ts';
import { aWorld, routingInput } from './worlds.ts';

type Setting = keyof OriginRequest;

interface Neutral {
  /** The Tunnel's default. */
  readonly tunnel: string | number | boolean;
  /** The default of cloudflared. */
  readonly usual: string | number | boolean;
}

/** By the reference of cloudflared; a setting that is missing here fails the type check. */
const NEUTRAL: Readonly<Record<Setting, Neutral>> = {
  noTLSVerify: { tunnel: true, usual: false },
  originServerName: { tunnel: 'web.internal', usual: '' },
  matchSNItoHost: { tunnel: true, usual: false },
  httpHostHeader: { tunnel: 'web.internal', usual: '' },
  http2Origin: { tunnel: true, usual: false },
  connectTimeout: { tunnel: '5s', usual: '30s' },
  tlsTimeout: { tunnel: '5s', usual: '10s' },
  tcpKeepAlive: { tunnel: '5s', usual: '30s' },
  keepAliveConnections: { tunnel: -1, usual: 100 },
  keepAliveTimeout: { tunnel: '5s', usual: '90s' },
  disableChunkedEncoding: { tunnel: true, usual: false },
  noHappyEyeballs: { tunnel: true, usual: false },
  proxyType: { tunnel: 'socks', usual: '' },
};
const CASES = Object.entries(NEUTRAL).map(([setting, neutral]) => ({ setting: setting as Setting, ...neutral }));

describe('the neutral value of an origin setting', () => {
  it.each(CASES)('overrides the default of the Tunnel: $setting', ({ setting, tunnel, usual }) => {
    const { key, field } = originAnnotation(setting);
    const routes = JSON.stringify([{ hostname: 'a.example.com', origin: { [field]: usual } }]);

    for (const annotations of [{ [key]: String(usual) }, { 'cftunnel.io/routes': routes }])
      expect(served({ [setting]: tunnel }, annotations)[setting]).toBe(usual);
  });

  it('is tested for every annotation except the CA pool, for which a Tunnel has no default', () => {
    const settings = ORIGIN_ANNOTATIONS.map(({ setting }) => setting);

    expect([...Object.keys(NEUTRAL), 'caPool'].toSorted()).toEqual(settings.toSorted());
  });
});

describe('balance: connection', () => {
  const connection = { 'cftunnel.io/balance': 'connection' };

  it('keeps as many connections as cloudflared does by default if the Tunnel keeps none', () => {
    const https = { ...connection, 'cftunnel.io/protocol': 'https' };

    expect(served({ keepAliveConnections: -1 }, connection).keepAliveConnections).toBe(100);
    expect(served({ keepAliveConnections: -1 }, https).keepAliveConnections).toBe(100);
    expect(served({ keepAliveConnections: -1 }, {}).keepAliveConnections).toBe(-1);
  });

  it('applies to every route of a list', () => {
    const annotations = {
      ...connection,
      'cftunnel.io/routes': '[{hostname: a.example.com}, {hostname: b.example.com}]',
    };

    const kept = routesOf(aTunnelWith({ keepAliveConnections: -1 }), annotations).map(
      ({ originRequest }) => originRequest?.keepAliveConnections,
    );

    expect(kept).toEqual([100, 100]);
  });

  it.each<{ case: string; defaults: OriginRequest | undefined; kept: number | undefined }>([
    { case: 'a Tunnel without a setting', defaults: undefined, kept: undefined },
    { case: 'a Tunnel that keeps some', defaults: { keepAliveConnections: 7 }, kept: 7 },
    { case: 'a Tunnel that sets no limit', defaults: { keepAliveConnections: 0 }, kept: 0 },
  ])('leaves the number to $case', ({ defaults, kept }) => {
    expect(served(defaults, connection).keepAliveConnections).toBe(kept);
  });

  it('leaves the number that the Service sets itself', () => {
    const annotations = { ...connection, 'cftunnel.io/origin-keep-alive-connections': '7' };

    expect(served({ keepAliveConnections: -1 }, annotations).keepAliveConnections).toBe(7);
  });

  it('has no effect on an origin that is not a website', () => {
    const annotations = { ...connection, 'cftunnel.io/protocol': 'ssh' };

    expect(routesOf(aTunnelWith({ keepAliveConnections: -1 }), annotations)).toMatchObject([
      { origin: 'ssh://web.shop.svc:80' },
    ]);
    expect(served({ keepAliveConnections: -1 }, annotations).keepAliveConnections).toBe(-1);
  });

  it('gives the same bytes when it is decoded as last good', () => {
    const tunnel = aTunnelWith({ keepAliveConnections: -1 });
    const annotations = {
      ...connection,
      'cftunnel.io/origin-keep-alive-timeout': '5s',
      'cftunnel.io/origin-http2': 'true',
    };
    const routes = routesOf(tunnel, annotations);

    const read = decodeRoutes(aConfigMap('shop/home', { 'routes.json': encodeRoutes(routes) })) ?? [];

    expect(yamlOf(tunnel, read)).toBe(yamlOf(tunnel, routes));
  });
});

/** The settings that cloudflared uses for the one route: those of the rule override those of the whole file. */
function served(defaults: OriginRequest | undefined, annotations: Readonly<Record<string, string>>): OriginRequest {
  const tunnel = aTunnelWith(defaults);
  const { good } = checkRoutes(routesOf(tunnel, annotations), ROUTE_RULES);
  const { originRequest, ingress } = load(yamlOf(tunnel, good)) as ReturnType<typeof compileConfig>;
  expect(ingress).toHaveLength(2);
  return { ...originRequest, ...ingress[0]?.originRequest };
}

function aTunnelWith(originRequest: OriginRequest | undefined): Tunnel {
  return aTunnel('shop/home', { spec: originRequest === undefined ? {} : { originRequest } });
}

function routesOf(tunnel: Tunnel, annotations: Readonly<Record<string, string>>): readonly Route[] {
  const hostname = 'cftunnel.io/routes' in annotations ? {} : { hostname: 'a.example.com' };
  const service = aService('shop/web', { ...hostname, tunnel: 'home', annotations, finalized: true });
  const table = buildRoutingTable(routingInput(aWorld({ tunnels: [tunnel], services: [service] })));
  expect(table.results.get('shop/web')?.problems).toEqual([]);
  return table.published.get('shop/home') ?? [];
}

function yamlOf({ spec }: Tunnel, routes: readonly Route[]): string {
  return renderConfig(compileConfig('tunnel-1', spec, routes));
}
