import { describe, expect, it } from '@jest/globals';
import { SourceFinalizers } from '../../../src/controllers/source/finalizers.ts';
import type { TunnelRoutes } from '../../../src/core/published-routes/by-tunnel.ts';
import type { RouteResult } from '../../../src/core/routing/table.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';
import { aSite, aSources } from '../../support/sources.ts';

const HOME = aTunnel('shop/home');
const DELETING = aTunnel('shop/home', { deleting: true });
const ROUTE = aRoute('app.example.com', 'shop/web');
const SITE = 'Site/shop/web';

interface Situation {
  readonly tunnel?: typeof HOME | undefined;
  readonly routes?: readonly (typeof ROUTE)[];
  readonly published?: TunnelRoutes['routes'];
  /** The table has no result for the Service. */
  readonly withdrawn?: boolean;
}

/** A Service and a Site with the finalizer; the table gives `routes` to the Service and none to the Site. */
function finalizers({ routes = [], ...situation }: Situation): SourceFinalizers {
  const tunnel = 'tunnel' in situation ? situation.tunnel : HOME;
  const result: RouteResult = { source: 'shop/web', tunnel: 'shop/home', routes, problems: [], warnings: [] };
  const none: RouteResult = { ...result, source: SITE, routes: [] };
  const results = situation.withdrawn === true ? [none] : [result, none];
  const published = 'published' in situation ? situation.published : new Map();
  return new SourceFinalizers({
    sources: aSources({
      services: [aService('shop/web', { finalized: true }), aService('shop/other')],
      sites: [aSite('shop/web', { finalized: true })],
    }),
    tunnels: { get: () => tunnel },
    routing: () => ({ results: new Map(results.map((one) => [one.source, one])), furtherKeys: new Map() }),
    published: () => [{ tunnel: 'shop/home', admits: 'any', routes: published }],
  });
}

// Invariant 35.
describe('the sources that may lose the finalizer', () => {
  it('are those of which nothing is published', () => {
    expect(finalizers({}).releasable()).toEqual(['shop/web', SITE]);
  });

  it('are those that request nothing any more, and so have no result', () => {
    expect(finalizers({ withdrawn: true }).releasable()).toContain('shop/web');
  });

  it('are not those that are about to be published', () => {
    expect(finalizers({ routes: [ROUTE] }).releasable()).toEqual([SITE]);
  });

  it.each([
    { case: 'is being deleted', tunnel: DELETING },
    { case: 'is gone', tunnel: undefined },
  ])('are those whose Tunnel $case, though the last table gives them routes', ({ tunnel }) => {
    expect(finalizers({ tunnel, routes: [ROUTE] }).releasable()).toEqual(['shop/web', SITE]);
  });

  it('are not those with a rule that is still published', () => {
    const some = finalizers({ published: new Map([['shop/web', [ROUTE]]]) });

    expect(some.releasable()).toEqual([SITE]);
    expect(some.publicationStateOf('shop/web').hold()).toEqual({ kind: 'held' });
  });

  it('are none while it is unknown what is published', () => {
    expect(finalizers({ published: undefined }).releasable()).toEqual([]);
  });
});

describe('the sources that wait for the finalizer', () => {
  it('are named only when they are new', () => {
    const some = finalizers({});

    expect(some.expect(new Set(['shop/a', 'shop/b']))).toEqual(['shop/a', 'shop/b']);
    expect(some.expect(new Set(['shop/b', 'shop/c']))).toEqual(['shop/c']);
    expect(some.pendingCount()).toBe(2);
  });

  it('are complete with the last of them', () => {
    const some = finalizers({});
    some.expect(new Set(['shop/a', 'shop/b']));

    expect([some.added('shop/a'), some.added('shop/b'), some.added('shop/b')]).toEqual([false, true, false]);
  });

  it('count as having routes before the table is published', () => {
    const some = finalizers({});
    some.expect(new Set(['shop/new']));

    expect(some.publicationStateOf('shop/new').hasRoutes).toBe(true);
    expect(some.publicationStateOf('shop/unknown').hasRoutes).toBeUndefined();
  });
});
