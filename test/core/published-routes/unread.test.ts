import { expect, it } from '@jest/globals';
import { routesBySource } from '../../../src/core/published-routes/by-tunnel.ts';
import { unreadRequests } from '../../../src/core/published-routes/unread.ts';
import { buildRoutingTable } from '../../../src/core/routing/table.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { requestOf } from '../../support/requests.ts';
import { aRoute } from '../../support/routes.ts';
import { NO_GRANTS } from '../../support/grants.ts';

const SITE = 'Ingress/shop/site';
const ROUTES = [aRoute('a.example.com', SITE, 'http://web.shop.svc:80'), aRoute('b.example.com')];
const PUBLISHED = [
  { tunnel: 'shop/home', routes: routesBySource(ROUTES), admits: 'any' as const },
  { tunnel: 'shop/lost', routes: undefined, admits: 'any' as const },
];

// Invariants 10, 23.
it('what a source of a kind that may not be read has published stays, and keeps its hostname', () => {
  const unread = unreadRequests(PUBLISHED, (source) => source.startsWith('Ingress/'));
  const young = requestOf(aService('shop/young', { hostname: 'a.example.com', finalized: true }));
  const table = buildRoutingTable({
    tunnels: [aTunnel('shop/home', { isDefault: true })],
    namespaces: [],
    requests: [young, ...unread],
    lastGood: (source) => (source === SITE ? { tunnel: 'shop/home', routes: ROUTES.slice(0, 1) } : undefined),
    caPool: () => undefined,
    related: NO_GRANTS,
  });

  expect(unread).toStrictEqual([
    {
      source: SITE,
      kind: 'Ingress',
      namespace: 'shop',
      name: 'site',
      createdAt: '',
      hasFinalizer: true,
      tunnel: undefined,
      routes: [],
      problems: [
        {
          reason: 'Progressing',
          message: 'Ingress shop/site may not be read by the operator, so what was published stays',
        },
      ],
      warnings: [],
      forbidden: undefined,
      fields: expect.objectContaining({ reason: 'InvalidSpec' }),
    },
  ]);
  expect(table.published.get('shop/home')).toEqual(ROUTES.slice(0, 1));
  expect(table.results.get('shop/young')?.problems).toMatchObject([{ reason: 'HostnameConflict' }]);
});
