import { describe, expect, it } from '@jest/globals';
import type { Route } from '../../../src/core/model/route.ts';
import {
  type PublicationFacts,
  decidePublication,
  isWriteNeeded,
} from '../../../src/core/remote-config/publication.ts';
import { rulesFor } from '../../../src/core/remote-config/route-rules.ts';
import { aProxiedRoute, aRoute } from '../../support/routes.ts';

const LAST = { service: 'http_status:404' };
const WEB = aRoute('web.example.com');
const API: Route = { ...WEB, path: { type: 'Prefix', value: '/api' } };
const OTHER = aRoute('other.example.com', 'shop/other');
const PROXIED = aProxiedRoute('web.example.com');

/** What Cloudflare has for these routes. */
function inForce(...routes: readonly Route[]) {
  return { originRequest: {}, ingress: [...rulesFor(routes).wanted, LAST] };
}

function given(facts: Partial<PublicationFacts>): PublicationFacts {
  return { current: inForce(), routes: [], published: [], spec: {}, named: new Set(), ...facts };
}

function leaving(route: Route): Route {
  return { ...route, isLeaving: true };
}

describe('a published route', () => {
  it.each<{ name: string; facts: Partial<PublicationFacts>; leaves: readonly Route[] }>([
    {
      name: 'leaves if it is wanted no more',
      facts: { current: inForce(WEB, OTHER), published: [WEB, OTHER], routes: [OTHER] },
      leaves: [leaving(WEB)],
    },
    {
      name: 'has left once Cloudflare has no rule for it',
      facts: { current: inForce(OTHER), published: [WEB, OTHER], routes: [OTHER] },
      leaves: [],
    },
    {
      name: 'leaves with its path alone',
      facts: { current: inForce(API, WEB), published: [API, WEB], routes: [WEB] },
      leaves: [leaving(API)],
    },
    {
      name: 'does not leave if another source gets its place',
      facts: { current: inForce(WEB), published: [WEB], routes: [aRoute('web.example.com', 'shop/new')] },
      leaves: [],
    },
    {
      name: 'leaves with the rule of its hostname, which leads to the proxy',
      facts: { current: inForce(API, PROXIED), published: [API, PROXIED], routes: [] },
      leaves: [leaving(API), leaving(PROXIED)],
    },
    {
      name: 'stays while Cloudflare has its former rule beside that of its hostname',
      facts: { current: inForce(API), published: [API, PROXIED], routes: [PROXIED] },
      leaves: [leaving(API)],
    },
  ])('$name', ({ facts, leaves }) => {
    expect(decidePublication(given(facts))).toStrictEqual({
      publishable: facts.routes,
      leaving: leaves,
      conflicts: [],
      existing: [],
    });
  });
});

describe('a write', () => {
  it.each<{ name: string; facts: Partial<PublicationFacts>; isNeeded: boolean }>([
    { name: 'nothing has changed', facts: { current: inForce(OTHER, WEB), routes: [WEB, OTHER] }, isNeeded: false },
    { name: 'a route is new', facts: { current: inForce(OTHER), routes: [WEB, OTHER] }, isNeeded: true },
    {
      name: 'a rule is leaving',
      facts: { current: inForce(OTHER, WEB), routes: [OTHER], published: [WEB] },
      isNeeded: true,
    },
    { name: 'only a rule of others is there', facts: { current: inForce(WEB) }, isNeeded: false },
    {
      name: 'a rule of others may go, and status has named it',
      facts: {
        current: inForce(WEB),
        spec: { existingRules: 'Replace' },
        named: new Set(['web.example.com -> http://web.shop.svc:80']),
      },
      isNeeded: true,
    },
  ])('is needed: $isNeeded, if $name', ({ facts, isNeeded }) => {
    expect(isWriteNeeded(given(facts))).toBe(isNeeded);
  });
});
