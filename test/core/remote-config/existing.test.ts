import { expect, it } from '@jest/globals';
import type { RemoteRule } from '../../../src/core/remote-config/configuration.ts';
import { existingRules, refusedFor } from '../../../src/core/remote-config/existing.ts';
import { aRoute } from '../../support/routes.ts';

const WEB = { hostname: 'web.example.com', service: 'http://web.shop.svc:80' };
const LAST = { service: 'http_status:404' };

// Invariant 37.
it.each<{
  name: string;
  found: RemoteRule;
  wanted?: readonly RemoteRule[];
  published?: readonly RemoteRule[];
  isOthers: boolean;
}>([
  { name: 'that was published', found: WEB, published: [WEB], isOthers: false },
  {
    name: 'that was published and edited since',
    found: { ...WEB, service: 'http://else' },
    published: [WEB],
    isOthers: false,
  },
  { name: 'that says what is wanted', found: WEB, wanted: [WEB], isOthers: false },
  {
    name: 'that says what is wanted with the full name of the Service',
    found: { ...WEB, service: 'http://web.shop.svc.cluster.local:80' },
    wanted: [WEB],
    isOthers: false,
  },
  { name: 'in another spelling', found: { ...WEB, hostname: 'WEB.example.com' }, published: [WEB], isOthers: false },
  {
    name: 'that leads elsewhere than what is wanted',
    found: { ...WEB, service: 'http://else' },
    wanted: [WEB],
    isOthers: true,
  },
  { name: 'for another path', found: { ...WEB, path: '^/api' }, wanted: [WEB], published: [WEB], isOthers: true },
  { name: 'that nobody asks for', found: WEB, isOthers: true },
  { name: 'without a service', found: { hostname: 'web.example.com' }, isOthers: true },
])('a rule $name belongs to others: $isOthers', ({ found, wanted = [], published = [], isOthers }) => {
  expect(existingRules({ ingress: [found, LAST] }, { wanted, published })).toEqual(isOthers ? [found] : []);
});

it.each([
  { name: 'claims a hostname of others', hostname: 'router.example.com', published: false, isRefused: true },
  {
    name: 'has been published for the hostname before',
    hostname: 'router.example.com',
    published: true,
    isRefused: false,
  },
  { name: 'claims another hostname', hostname: 'other.example.com', published: false, isRefused: false },
])('a route that $name is rejected: $isRefused', ({ hostname, published, isRefused }) => {
  const route = aRoute(hostname, 'shop/router');
  const existing = [{ hostname: 'Router.example.com', path: '^/x', service: 'http://192.0.2.1' }];
  const why =
    'router.example.com is not published: the tunnel has another rule for it at Cloudflare (Router.example.com (path ^/x) -> http://192.0.2.1). Remove that rule in the dashboard, or set spec.existingRules of the Tunnel to Replace';

  expect(refusedFor(existing, [route], published ? [route] : [])).toEqual(
    isRefused ? [{ route, reason: 'HostnameConflict', why }] : [],
  );
});
