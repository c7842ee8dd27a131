import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import type { Service } from '../../../src/api/objects.ts';
import { Sources } from '../../../src/controllers/source/sources.ts';
import { SERVICES } from '../../../src/core/sources/service/service-source.ts';
import type { Finders, RelatedObjects } from '../../../src/core/sources/related.ts';
import type { RouteSource } from '../../../src/core/sources/source.ts';
import { EPOCH, aService } from '../../support/builders.ts';
import { PARSERS } from '../../support/parsers.ts';
import { aRoute } from '../../support/routes.ts';
import { NOTHING_RELATED, SITES, type Site, aSite, aSources, observed } from '../../support/sources.ts';

// Invariant 50.
describe('sources of several kinds', () => {
  const service = aService('shop/web', { hostname: 'a.example.com', finalized: true });
  const site = aSite('shop/web', { host: 'b.example.com', finalized: true });
  const sources = aSources({ services: [service, aService('shop/other')], sites: [site, aSite('shop/new')] });

  it('are told apart by their keys, though their names are the same', () => {
    expect([sources.get('shop/web'), sources.get('Site/shop/web')]).toEqual([service, site]);
    expect([sources.get('shop/none'), sources.get('Page/shop/web')]).toEqual([undefined, undefined]);
  });

  it('show the condition of an object, where its kind has it', () => {
    const exposure = {
      type: 'Exposed',
      status: 'True',
      reason: 'Exposed',
      message: '',
      lastTransitionTime: EPOCH,
    } as const;
    const exposed = aSources({ sites: [{ ...site, status: { exposure } }] });

    expect(['Site/shop/web', 'shop/web'].map((key) => exposed.conditionOf(key))).toEqual([exposure, undefined]);
  });

  it('give the requests of those that request exposure', () => {
    expect(sources.requests().map(({ source }) => source)).toEqual(['shop/web', 'Site/shop/web', 'Site/shop/new']);
  });

  it('are listed with our finalizer', () => {
    expect(sources.withFinalizer().map(({ key }) => key)).toEqual(['shop/web', 'Site/shop/web']);
  });

  // Invariant 16.
  it.each([
    { source: 'shop/web', origin: 'http://web.shop.svc:80', allowed: true },
    { source: 'shop/web', origin: 'http://api.shop.svc:80', allowed: false },
    { source: 'Site/shop/web', origin: 'http://api.shop.svc:80', allowed: true },
    { source: 'Site/shop/web', origin: 'http://api.blog.svc:80', allowed: false },
    { source: 'Page/shop/web', origin: 'http://web.shop.svc:80', allowed: false },
  ])('$source may lead to $origin: $allowed', ({ source, origin, allowed }) => {
    expect(sources.isOwnOrigin(aRoute('a.example.com', source, origin), undefined)).toBe(allowed);
  });
});

// Invariants 10, 23.
describe('a kind that may not be read', () => {
  const sites = { ...observed(SITES, (): readonly Site[] => []), isRead: () => false };
  const sources = new Sources([observed(SERVICES, () => []), sites], PARSERS, NOTHING_RELATED);

  it.each([
    { source: 'Site/shop/web', isUnread: true },
    { source: 'shop/web', isUnread: false },
    { source: 'Page/shop/web', isUnread: false },
  ])('leaves it unknown whether $source still exists: $isUnread', ({ source, isUnread }) => {
    expect(sources.isUnread(source)).toBe(isUnread);
  });

  it.each([
    { origin: 'http://api.blog.svc:80', allowed: true },
    { origin: 'http://192.0.2.1:80', allowed: false },
  ])('keeps a published route to $origin: $allowed', ({ origin, allowed }) => {
    expect(sources.isOwnOrigin(aRoute('a.example.com', 'Site/shop/web', origin), undefined)).toBe(allowed);
  });
});

it('an object is parsed once per version', () => {
  let parsed = 0;
  let service = aService('shop/web', { hostname: 'a.example.com' });
  const counting = {
    ...SERVICES,
    parse: (...parameters: Parameters<typeof SERVICES.parse>) => {
      parsed += 1;
      return SERVICES.parse(...parameters);
    },
  };
  const sources = new Sources([observed(counting, () => [service])], PARSERS, NOTHING_RELATED);

  expect(sources.requests()).toEqual(sources.requests());
  expect(parsed).toBe(1);
  service = aService('shop/web', { hostname: 'b.example.com' });
  expect(sources.requests()).toMatchObject([{ routes: [{ hostnames: ['b.example.com'] }] }]);
});

const FINDS_NOTHING: Finders = {
  Service: () => undefined,
  IngressClass: () => undefined,
  Tunnel: () => undefined,
  Address: () => undefined,
  GatewayClass: () => undefined,
  Gateway: () => undefined,
  GatewayRoutes: () => undefined,
  ListenerSetRoutes: () => undefined,
  BackendTlsPolicies: () => undefined,
  ListenerSet: () => undefined,
  ListenerSets: () => undefined,
  ReferenceGrant: () => undefined,
  Namespace: () => undefined,
};

describe('a request that depends on another object', () => {
  const BACKEND = aService('shop/web');

  /** A site that leads to a Service only while there is one. */
  const dependent: RouteSource<Site> = {
    ...SITES,
    parse: (site, parsers, related) => {
      const request = SITES.parse(site, parsers, related);
      return related.get('Service', 'shop/web') === undefined ? { ...request, routes: [] } : request;
    },
  };

  function sourcesWith(related: { service: Service | undefined; isReadable?: boolean }): Sources {
    const finders: Finders = { ...FINDS_NOTHING, Service: () => related.service };
    const reader: RelatedObjects = {
      ...NOTHING_RELATED,
      get: (kind, key) => finders[kind](key),
      isReadable: () => related.isReadable ?? true,
    };
    return new Sources([observed(dependent, () => [SITE])], PARSERS, reader);
  }

  const SITE = aSite('shop/web', { host: 'a.example.com' });

  it('is known to depend on it before any table is built', () => {
    const optional: RouteSource<Site> = {
      ...SITES,
      requestsExposure: (_, related) => related.get('Service', 'shop/web') !== undefined,
    };
    const sources = new Sources([observed(optional, () => [SITE])], PARSERS, NOTHING_RELATED);

    expect(sources.dependentsOf('Service', 'shop/web')).toEqual([]);
    expect(sources.requestsExposure({ source: optional, object: SITE })).toBe(false);
    expect(sources.dependentsOf('Service', 'shop/web')).toEqual(['Site/shop/web']);
  });

  it('is parsed again when that object comes, changes or goes, and only then', () => {
    const related = { service: undefined as Service | undefined };
    const sources = sourcesWith(related);
    const [first] = sources.requests();
    related.service = BACKEND;
    const [second] = sources.requests();

    expect([first?.routes, second?.routes.length]).toEqual([[], 1]);
    expect(sources.requests()[0]).toBe(second);
    related.service = { ...BACKEND };
    expect(sources.requests()[0]).not.toBe(second);
  });

  it('names what it depends on, also if there is no such object', () => {
    const sources = sourcesWith({ service: undefined });
    sources.requests();

    expect(sources.dependentsOf('Service', 'shop/web')).toEqual(['Site/shop/web']);
    expect(sources.dependentsOf('Service', 'shop/other')).toEqual([]);
  });
});

describe('a condition that the status of an object cannot hold', () => {
  const mute: RouteSource<Site> = { ...SITES };
  delete mute.conditionOf;
  const CONDITION: Condition = {
    type: 'Exposed',
    status: 'True',
    reason: 'Exposed',
    message: '',
    lastTransitionTime: EPOCH,
  };

  it('is remembered until it is forgotten', () => {
    const sources = new Sources([observed(mute, () => [aSite('shop/web')])], PARSERS, NOTHING_RELATED);
    sources.remember('Site/shop/web', CONDITION);

    expect(sources.conditionOf('Site/shop/web')).toEqual(CONDITION);
    sources.forget('Site/shop/web');
    expect(sources.conditionOf('Site/shop/web')).toBeUndefined();
  });

  it('is not remembered where the status holds it', () => {
    const sources = aSources({ sites: [aSite('shop/web')] });
    sources.remember('Site/shop/web', CONDITION);

    expect(sources.conditionOf('Site/shop/web')).toBeUndefined();
  });
});
