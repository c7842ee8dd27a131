import { describe, expect, it } from '@jest/globals';
import type { Route } from '../../../src/core/model/route.ts';
import type { RelatedObjects } from '../../../src/core/sources/related.ts';
import { HTTP_ROUTES } from '../../../src/core/sources/http-route/http-route-source.ts';
import { aGatewayCluster, aGrant } from '../../support/gateways.ts';
import { aRoute } from '../../support/routes.ts';

// Invariant 16.
describe('a route that is about to be published', () => {
  const base: Route = { ...aRoute('a.example.com', 'HTTPRoute/shop/site'), origin: 'http://web.shop.svc:80' };
  const abroad = { service: 'blog/web', port: 80, protocol: 'http' } as const;

  it.each([
    { case: 'its own namespace', route: base, isOwn: true },
    { case: 'another namespace', route: { ...base, origin: 'http://web.blog.svc:80' }, isOwn: false },
    { case: 'an address', route: { ...base, origin: 'http://192.0.2.1:80' }, isOwn: false },
    { case: 'nothing', route: { ...base, origin: 'http_status:500', proxy: { backends: [] } }, isOwn: true },
    {
      case: 'another namespace by weight',
      route: { ...base, proxy: { backends: [{ weight: 1, backend: abroad }] } },
      isOwn: false,
    },
    {
      case: 'its own namespace, with other filters',
      route: { ...base, proxy: { backends: [{ weight: 1 }], filters: [{ type: 'Rewrite' }] } },
      isOwn: true,
    },
    {
      case: 'another namespace by a copy',
      route: { ...base, proxy: { backends: [], filters: [{ type: 'Mirror', backend: abroad }] } },
      isOwn: false,
    },
    {
      case: 'another namespace by a copy for one backend',
      route: { ...base, proxy: { backends: [{ weight: 1, filters: [{ type: 'Mirror', backend: abroad }] }] } },
      isOwn: false,
    },
  ] as const)('may lead to $case: $isOwn', ({ route, isOwn }) => {
    const mayLead = (related: RelatedObjects): boolean =>
      HTTP_ROUTES.isOwnOrigin(route, { object: undefined, tunnel: undefined, related });

    expect(mayLead(aGatewayCluster())).toBe(isOwn);
    expect(mayLead(aGatewayCluster(aGrant('blog/a', 'shop')))).toBe(!route.origin.includes('192'));
  });
});
