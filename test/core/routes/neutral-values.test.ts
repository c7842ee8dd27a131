/** What a Service says goes before the Tunnel's default, also where it says what cloudflared does anyway. */
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
import { PARSERS } from '../../support/grammars.ts';
import { aWorld, routingInput } from './worlds.ts';

type Setting = keyof OriginRequest;

interface Neutral {
  /** What the Tunnel makes of every origin. */
  readonly tunnel: string | number | boolean;
  /** What cloudflared does by itself. */
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
  it.each(CASES)('goes before the default of the Tunnel: $setting', ({ setting, tunnel, usual }) => {
    const { key, field } = originAnnotation(setting);
    const routes = JSON.stringify([{ hostname: 'a.example.com', origin: { [field]: usual } }]);

    for (const annotations of [{ [key]: String(usual) }, { 'cftunnel.io/routes': routes }])
      expect(served({ [setting]: tunnel }, annotations)[setting]).toBe(usual);
  });

  it('is asked of every annotation but the pool of certificates, of which a Tunnel has no default', () => {
    const settings = ORIGIN_ANNOTATIONS.map(({ setting }) => setting);

    expect([...Object.keys(NEUTRAL), 'caPool'].toSorted()).toEqual(settings.toSorted());
  });
});

describe('balance: connection', () => {
  const connection = { 'cftunnel.io/balance': 'connection' };

  it('keeps as many connections as cloudflared does where the Tunnel keeps none', () => {
    const https = { ...connection, 'cftunnel.io/protocol': 'https' };

    expect(served({ keepAliveConnections: -1 }, connection).keepAliveConnections).toBe(100);
    expect(served({ keepAliveConnections: -1 }, https).keepAliveConnections).toBe(100);
    expect(served({ keepAliveConnections: -1 }, {}).keepAliveConnections).toBe(-1);
  });

  it('goes for every route of a list', () => {
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
    { case: 'a Tunnel that says nothing', defaults: undefined, kept: undefined },
    { case: 'a Tunnel that keeps some', defaults: { keepAliveConnections: 7 }, kept: 7 },
    { case: 'a Tunnel that sets no limit', defaults: { keepAliveConnections: 0 }, kept: 0 },
  ])('leaves it to $case how many', ({ defaults, kept }) => {
    expect(served(defaults, connection).keepAliveConnections).toBe(kept);
  });

  it('leaves the number that the Service names itself', () => {
    const annotations = { ...connection, 'cftunnel.io/origin-keep-alive-connections': '7' };

    expect(served({ keepAliveConnections: -1 }, annotations).keepAliveConnections).toBe(7);
  });

  it('says nothing to an origin that is no website', () => {
    const annotations = { ...connection, 'cftunnel.io/protocol': 'ssh' };

    expect(routesOf(aTunnelWith({ keepAliveConnections: -1 }), annotations)).toMatchObject([
      { origin: 'ssh://web.shop.svc:80' },
    ]);
    expect(served({ keepAliveConnections: -1 }, annotations).keepAliveConnections).toBe(-1);
  });

  it('is the same bytes when it is read back as last good', () => {
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

/** What cloudflared goes by for the one route: the rule's own settings before those of the whole file. */
function served(defaults: OriginRequest | undefined, annotations: Readonly<Record<string, string>>): OriginRequest {
  const tunnel = aTunnelWith(defaults);
  const { good } = checkRoutes(routesOf(tunnel, annotations), PARSERS);
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
