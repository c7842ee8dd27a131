import { describe, expect, it } from '@jest/globals';
import { Sources } from '../../../src/controllers/source/sources.ts';
import { SERVICES } from '../../../src/core/sources/service/service-source.ts';
import { EPOCH, aService } from '../../support/builders.ts';
import { PARSERS } from '../../support/parsers.ts';
import { aRoute } from '../../support/routes.ts';
import { aSite, aSources, observed } from '../../support/sources.ts';

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
    expect(sources.isOwnOrigin(aRoute('a.example.com', source, origin))).toBe(allowed);
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
  const sources = new Sources([observed(counting, () => [service])], PARSERS);

  expect(sources.requests()).toEqual(sources.requests());
  expect(parsed).toBe(1);
  service = aService('shop/web', { hostname: 'b.example.com' });
  expect(sources.requests()).toMatchObject([{ routes: [{ hostnames: ['b.example.com'] }] }]);
});
