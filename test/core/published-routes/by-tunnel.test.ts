import { describe, expect, it } from '@jest/globals';
import type { ConfigMap, Tunnel } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { ROUTES_KEY, decodeRoutes, encodeRoutes } from '../../../src/core/published-routes/routes-json.ts';
import {
  type TunnelRoutes,
  noRoutes,
  holdOn,
  lastGoodOf,
  publishedBy,
  publishersOf,
  routesBySource,
} from '../../../src/core/published-routes/by-tunnel.ts';
import type { Hold } from '../../../src/core/published-routes/hold.ts';
import { checkRoutes } from '../../../src/core/ingress/validate.ts';
import { ownedMetadata } from '../../../src/core/owned.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { aConfigMap, aTunnel } from '../../support/builders.ts';
import { ROUTE_RULES } from '../../support/requests.ts';
import { aRoute } from '../../support/routes.ts';

const WEB = [aRoute('a.example.com', 'shop/web'), aRoute('b.example.com', 'shop/web')];
const API = [aRoute('c.example.com', 'shop/api')];
const TUNNEL = aTunnel('shop/home');
const CONFIG_MAP: ConfigMap = {
  ...aConfigMap('shop/home-cloudflared', { [ROUTES_KEY]: encodeRoutes([...WEB, ...API]) }),
  metadata: ownedMetadata(TUNNEL, 'home-cloudflared'),
};

describe('routesBySource', () => {
  it('groups routes by the object that they come from', () => {
    expect([...routesBySource([...WEB, ...API])]).toEqual([
      ['shop/web', WEB],
      ['shop/api', API],
    ]);
  });
});

describe('publishedBy', () => {
  const fresh = TUNNEL;
  const published = aTunnel('shop/home', { status: { config: { hash: 'abc' } } });

  it('reads the ConfigMap of the Tunnel', () => {
    expect(routesOf(fresh, CONFIG_MAP)).toMatchObject({ tunnel: 'shop/home', routes: read(CONFIG_MAP) });
  });

  it('ignores a ConfigMap of that name that this Tunnel does not own', () => {
    const foreign = { ...CONFIG_MAP, metadata: { ...CONFIG_MAP.metadata, ownerReferences: [] } };

    expect(routesOf(fresh, foreign)).toMatchObject({ tunnel: 'shop/home', routes: new Map() });
  });

  it('is unknown if the ConfigMap is broken', () => {
    const broken = { ...CONFIG_MAP, data: { [ROUTES_KEY]: 'nonsense' } };

    expect(routesOf(published, broken)).toMatchObject({ tunnel: 'shop/home', routes: undefined });
  });

  it('has no routes if the status shows that nothing was ever published', () => {
    expect(routesOf(fresh, undefined)).toMatchObject({ tunnel: 'shop/home', routes: new Map() });
  });

  it('is unknown if the ConfigMap is gone', () => {
    expect(routesOf(published, undefined)).toMatchObject({ tunnel: 'shop/home', routes: undefined });
  });
});

describe('lastGoodOf', () => {
  it('takes the first Tunnel by name of several, in any order', () => {
    const published = ['shop/b', 'shop/a'].map((tunnel) => holding(tunnel, new Map([['shop/web', WEB]])));

    expect([published, published.toReversed()].map((all) => lastGood('shop/web', all)?.tunnel)).toEqual([
      'shop/a',
      'shop/a',
    ]);
  });

  it('finds the routes of a Service and their Tunnel', () => {
    const published = [holding('shop/other', new Map()), holding('shop/home', new Map([['shop/web', WEB]]))];

    expect(lastGood('shop/web', published)).toMatchObject({ tunnel: 'shop/home', routes: WEB });
  });

  // Invariant 25.
  it('ignores names that are being withdrawn: in the middle of a rename, only the new one is kept', () => {
    const published = [holding('shop/home', new Map([['shop/web', [leaving('old.example.com'), ...WEB]]]))];

    expect(lastGood('shop/web', published)).toMatchObject({ tunnel: 'shop/home', routes: WEB });
  });

  it('takes the Tunnel that a Service moves to, as soon as it publishes anything there', () => {
    const old = holding('shop/a', new Map([['shop/web', [leaving('a.example.com')]]]));
    const moved = holding('shop/b', new Map([['shop/web', WEB]]));

    expect(lastGood('shop/web', [old, moved])).toEqual({ tunnel: 'shop/b', routes: WEB });
    expect(lastGood('shop/web', [old])).toEqual({ tunnel: 'shop/a', routes: [aRoute('a.example.com')] });
  });

  it('ignores a rule that a person has made unpublishable', () => {
    const stray = aRoute('b.example.com', 'shop/web', 'http://db.blog.svc:80');
    const published = [holding('shop/home', new Map([['shop/web', [stray]]]))];

    expect(lastGood('shop/web', published)).toBeUndefined();
  });

  it('finds nothing for a Service that was never published, or whose routes are lost', () => {
    const published = [holding('shop/other', undefined), holding('shop/home', new Map([['shop/web', WEB]]))];

    expect(lastGood('shop/api', published)).toBeUndefined();
  });
});

// Invariant 10.
describe('holdOn', () => {
  it.each<{ case: string; routes: TunnelRoutes['routes']; kind: Hold['kind'] }>([
    { case: 'a rule of the Service is published', routes: new Map([['shop/web', WEB]]), kind: 'held' },
    { case: 'one at this further Tunnel is', routes: new Map([['shop/web@shop/home', WEB]]), kind: 'held' },
    { case: 'one at another Tunnel is', routes: new Map([['shop/web@shop/other', WEB]]), kind: 'none' },
    { case: 'only rules of others are', routes: new Map([['shop/api', API]]), kind: 'none' },
  ])('when $case: $kind', ({ routes, kind }) => {
    expect(holdOn('shop/web', [holding('shop/other', new Map()), holding('shop/home', routes)]).kind).toBe(kind);
  });

  it('is none where there is no Tunnel', () => {
    expect(holdOn('shop/web', [])).toEqual({ kind: 'none' });
  });

  it.each([
    { case: 'at work', lost: aTunnel('net/home', { spec: everywhere({}) }) },
    { case: 'suspended', lost: aTunnel('net/home', { spec: everywhere({ suspend: true }) }) },
    { case: 'being deleted', lost: aTunnel('net/home', { spec: everywhere({}), deleting: true }) },
  ])('is uncertain while the rules of a Tunnel that is $case are gone', ({ lost }) => {
    expect(holdOn('shop/web', [lostRoutes(lost)])).toEqual({ kind: 'uncertain', tunnels: ['net/home'] });
  });

  it.each([
    { case: 'at work', lost: lostRoutes(aTunnel('net/home')) },
    { case: 'suspended', lost: lostRoutes(aTunnel('net/home', { spec: { suspend: true } })) },
  ])('is none for other namespaces than that of a Tunnel that is $case and admits only its own', ({ lost }) => {
    expect(holdOn('shop/web', [lost])).toEqual({ kind: 'none' });
    expect(holdOn('net/web', [lost])).toEqual({ kind: 'uncertain', tunnels: ['net/home'] });
  });

  it('is none when the records and connectors of a Tunnel are gone, whatever its ConfigMap contains', () => {
    expect(holdOn('shop/web', [noRoutes(aTunnel('shop/home', { deleting: true }))])).toEqual({ kind: 'none' });
  });

  it('is held by a rule, whatever is uncertain elsewhere', () => {
    const lost = lostRoutes(aTunnel('net/home', { spec: everywhere({ suspend: true }) }));

    expect(holdOn('shop/web', [lost, holding('shop/home', new Map([['shop/web', WEB]]))])).toEqual({ kind: 'held' });
  });
});

function everywhere(spec: Partial<TunnelSpec>): Partial<TunnelSpec> {
  return { ...spec, allowedRoutes: { namespaces: { from: 'All' } } };
}

/** A Tunnel that has published rules, and whose ConfigMap is gone. */
function lostRoutes(tunnel: Tunnel): TunnelRoutes {
  return publishedBy({ ...tunnel, status: { config: { hash: 'abc' } } }, () => undefined, read);
}

function lastGood(service: string, published: readonly TunnelRoutes[]) {
  return lastGoodOf(service, published, (routes) => checkRoutes(routes, ROUTE_RULES).good);
}

function leaving(hostname: string): Route {
  return { ...aRoute(hostname), isLeaving: true };
}

function routesOf(tunnel: Tunnel, configMap: ConfigMap | undefined): TunnelRoutes {
  return publishedBy(tunnel, (key) => (key === 'shop/home-cloudflared' ? configMap : undefined), read);
}

function holding(tunnel: string, routes: TunnelRoutes['routes']): TunnelRoutes {
  return { tunnel, routes, admits: 'any' };
}

describe('publishersOf', () => {
  it('names the Tunnels with a rule for any of the names', () => {
    const published = [
      holding('shop/other', new Map([['shop/api', API]])),
      holding('shop/home', new Map([['shop/web', WEB]])),
      holding('shop/lost', undefined),
    ];

    expect(publishersOf(['b.example.com', 'x.example.com'], published)).toEqual(['shop/home']);
  });
});

function read(configMap: ConfigMap) {
  const routes = decodeRoutes(configMap);
  return routes && routesBySource(routes);
}
