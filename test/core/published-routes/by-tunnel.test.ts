import { describe, expect, it } from '@jest/globals';
import type { ConfigMap, Tunnel } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { ROUTES_KEY, decodeRoutes, encodeRoutes } from '../../../src/core/published-routes/routes-json.ts';
import {
  type TunnelRoutes,
  noRoutes,
  holdOn,
  lastGoodOf,
  ledgerOf,
  publishersOf,
  routesByService,
} from '../../../src/core/published-routes/by-tunnel.ts';
import type { Hold } from '../../../src/core/published-routes/hold.ts';
import { checkRoutes } from '../../../src/core/ingress/validate.ts';
import { ownedMetadata } from '../../../src/core/owned.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { aConfigMap, aTunnel } from '../../support/builders.ts';
import { PARSERS } from '../../support/grammars.ts';
import { aRoute } from '../../support/routes.ts';

const WEB = [aRoute('a.example.com', 'shop/web'), aRoute('b.example.com', 'shop/web')];
const API = [aRoute('c.example.com', 'shop/api')];
const TUNNEL = aTunnel('shop/home');
const CONFIG_MAP: ConfigMap = {
  ...aConfigMap('shop/home-cloudflared', { [ROUTES_KEY]: encodeRoutes([...WEB, ...API]) }),
  metadata: ownedMetadata(TUNNEL, 'home-cloudflared'),
};

describe('routesByService', () => {
  it('sorts routes by the Service they come from', () => {
    expect([...routesByService([...WEB, ...API])]).toEqual([
      ['shop/web', WEB],
      ['shop/api', API],
    ]);
  });
});

describe('ledgerOf', () => {
  const fresh = TUNNEL;
  const published = aTunnel('shop/home', { status: { config: { hash: 'abc' } } });

  it('reads the ConfigMap of the Tunnel', () => {
    expect(ledger(fresh, CONFIG_MAP)).toMatchObject({ tunnel: 'shop/home', routes: read(CONFIG_MAP) });
  });

  it("takes no word of a ConfigMap of that name which is not the Tunnel's", () => {
    const foreign = { ...CONFIG_MAP, metadata: { ...CONFIG_MAP.metadata, ownerReferences: [] } };

    expect(ledger(fresh, foreign)).toMatchObject({ tunnel: 'shop/home', routes: new Map() });
  });

  it('does not know what was published when the ConfigMap has been broken', () => {
    const broken = { ...CONFIG_MAP, data: { [ROUTES_KEY]: 'nonsense' } };

    expect(ledger(published, broken)).toMatchObject({ tunnel: 'shop/home', routes: undefined });
  });

  it('knows that nothing was published when the status says so', () => {
    expect(ledger(fresh, undefined)).toMatchObject({ tunnel: 'shop/home', routes: new Map() });
  });

  it('does not know what was published when the ConfigMap has gone', () => {
    expect(ledger(published, undefined)).toMatchObject({ tunnel: 'shop/home', routes: undefined });
  });
});

describe('lastGoodOf', () => {
  it('takes the first Tunnel by name of several, in any order', () => {
    const ledgers = ['shop/b', 'shop/a'].map((tunnel) => holding(tunnel, new Map([['shop/web', WEB]])));

    expect([ledgers, ledgers.toReversed()].map((all) => lastGood('shop/web', all)?.tunnel)).toEqual([
      'shop/a',
      'shop/a',
    ]);
  });

  it('finds the routes of a Service and their Tunnel', () => {
    const ledgers = [holding('shop/other', new Map()), holding('shop/home', new Map([['shop/web', WEB]]))];

    expect(lastGood('shop/web', ledgers)).toMatchObject({ tunnel: 'shop/home', routes: WEB });
  });

  // Invariant 25.
  it('passes over names on their way out: in the middle of a rename only the new one is kept', () => {
    const ledgers = [holding('shop/home', new Map([['shop/web', [leaving('old.example.com'), ...WEB]]]))];

    expect(lastGood('shop/web', ledgers)).toMatchObject({ tunnel: 'shop/home', routes: WEB });
  });

  it('takes the Tunnel that a Service moves to, as soon as it publishes anything there', () => {
    const old = holding('shop/a', new Map([['shop/web', [leaving('a.example.com')]]]));
    const moved = holding('shop/b', new Map([['shop/web', WEB]]));

    expect(lastGood('shop/web', [old, moved])).toEqual({ tunnel: 'shop/b', routes: WEB });
    expect(lastGood('shop/web', [old])).toEqual({ tunnel: 'shop/a', routes: [aRoute('a.example.com')] });
  });

  it('has no word for a rule that a person has made unpublishable', () => {
    const stray = aRoute('b.example.com', 'shop/web', 'http://db.blog.svc:80');
    const ledgers = [holding('shop/home', new Map([['shop/web', [stray]]]))];

    expect(lastGood('shop/web', ledgers)).toBeUndefined();
  });

  it('finds nothing for a Service that was never published, or whose ledger is lost', () => {
    const ledgers = [holding('shop/other', undefined), holding('shop/home', new Map([['shop/web', WEB]]))];

    expect(lastGood('shop/api', ledgers)).toBeUndefined();
  });
});

// Invariant 10.
describe('holdOn', () => {
  it.each<{ case: string; routes: TunnelRoutes['routes']; kind: Hold['kind'] }>([
    { case: 'a rule of the Service is published', routes: new Map([['shop/web', WEB]]), kind: 'held' },
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
  ])('is in doubt where the rules of a Tunnel that is $case are gone', ({ lost }) => {
    expect(holdOn('shop/web', [lostLedger(lost)])).toEqual({ kind: 'in doubt', tunnels: ['net/home'] });
  });

  it.each([
    { case: 'at work', lost: lostLedger(aTunnel('net/home')) },
    { case: 'suspended', lost: lostLedger(aTunnel('net/home', { spec: { suspend: true } })) },
  ])('is none where a Tunnel that is $case lets in only Services of its own namespace', ({ lost }) => {
    expect(holdOn('shop/web', [lost])).toEqual({ kind: 'none' });
    expect(holdOn('net/web', [lost])).toEqual({ kind: 'in doubt', tunnels: ['net/home'] });
  });

  it('is none where the records and connectors of a Tunnel are gone, whatever its ConfigMap says', () => {
    expect(holdOn('shop/web', [noRoutes(aTunnel('shop/home', { deleting: true }))])).toEqual({ kind: 'none' });
  });

  it('is held by a rule beside any doubt', () => {
    const lost = lostLedger(aTunnel('net/home', { spec: everywhere({ suspend: true }) }));

    expect(holdOn('shop/web', [lost, holding('shop/home', new Map([['shop/web', WEB]]))])).toEqual({ kind: 'held' });
  });
});

function everywhere(spec: Partial<TunnelSpec>): Partial<TunnelSpec> {
  return { ...spec, allowedRoutes: { namespaces: { from: 'All' } } };
}

/** A Tunnel that has published rules, and whose ConfigMap is gone. */
function lostLedger(tunnel: Tunnel): TunnelRoutes {
  return ledgerOf({ ...tunnel, status: { config: { hash: 'abc' } } }, () => undefined, read);
}

function lastGood(service: string, ledgers: readonly TunnelRoutes[]) {
  return lastGoodOf(service, ledgers, (routes) => checkRoutes(routes, PARSERS).good);
}

function leaving(hostname: string): Route {
  return { ...aRoute(hostname), isLeaving: true };
}

function ledger(tunnel: Tunnel, configMap: ConfigMap | undefined): TunnelRoutes {
  return ledgerOf(tunnel, (key) => (key === 'shop/home-cloudflared' ? configMap : undefined), read);
}

function holding(tunnel: string, routes: TunnelRoutes['routes']): TunnelRoutes {
  return { tunnel, routes, admits: 'any' };
}

describe('publishersOf', () => {
  it('names the Tunnels with a rule for any of the names', () => {
    const ledgers = [
      holding('shop/other', new Map([['shop/api', API]])),
      holding('shop/home', new Map([['shop/web', WEB]])),
      holding('shop/lost', undefined),
    ];

    expect(publishersOf(['b.example.com', 'x.example.com'], ledgers)).toEqual(['shop/home']);
  });
});

function read(configMap: ConfigMap) {
  const routes = decodeRoutes(configMap);
  return routes && routesByService(routes);
}
