import { describe, expect, it } from '@jest/globals';
import { INGRESSES } from '../../../../src/core/sources/ingress/ingress-source.ts';
import { aRoute } from '../../../support/routes.ts';
import { anIngress } from '../../../support/ingresses.ts';
import { NOTHING_RELATED } from '../../../support/sources.ts';

const TARGET = 'id-1.cfargotunnel.com';

describe('the status of an Ingress', () => {
  it('names the tunnel while routes of it are published, and nothing else', () => {
    expect(INGRESSES.statusWith(anIngress('shop/web'), { target: TARGET })).toEqual({
      loadBalancer: { ingress: [{ hostname: TARGET }] },
    });
    expect(INGRESSES.statusWith(anIngress('shop/web'), {})).toEqual({});
  });

  it.each([
    { addresses: [TARGET], target: TARGET, isReported: true },
    { addresses: ['id-0.cfargotunnel.com'], target: TARGET, isReported: false },
    { addresses: undefined, target: TARGET, isReported: false },
    { addresses: undefined, target: undefined, isReported: true },
    { addresses: [TARGET], target: undefined, isReported: false },
    { addresses: ['lb.example.net'], target: undefined, isReported: true },
  ])('with $addresses is right for $target: $isReported', ({ addresses, target, isReported }) => {
    const ingress = anIngress('shop/web', addresses === undefined ? {} : { addresses });

    expect(INGRESSES.isReported(ingress, target === undefined ? {} : { target })).toBe(isReported);
  });

  it.each([
    { addresses: [TARGET], standing: { status: 'True', reason: 'Exposed' } },
    { addresses: [], standing: { status: 'Unknown', reason: 'Unanswered' } },
  ])('with $addresses tells how the Ingress stands', ({ addresses, standing }) => {
    expect(INGRESSES.standingOf?.(anIngress('shop/web', { addresses }))).toMatchObject(standing);
  });
});

describe('an origin of an Ingress', () => {
  it.each([
    { origin: 'http://web.shop.svc:80', isOwn: true },
    { origin: 'http://web.blog.svc:80', isOwn: false },
    { origin: 'http://192.0.2.1:80', isOwn: false },
  ])('$origin is its own: $isOwn', ({ origin, isOwn }) => {
    const route = { ...aRoute('a.example.com', 'Ingress/shop/web'), origin };

    expect(INGRESSES.isOwnOrigin(route, NOTHING_RELATED)).toBe(isOwn);
  });
});
