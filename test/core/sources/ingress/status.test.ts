import { describe, expect, it } from '@jest/globals';
import { INGRESSES } from '../../../../src/core/sources/ingress/ingress-source.ts';
import { aRoute } from '../../../support/routes.ts';
import type { Ingress } from '../../../../src/api/objects.ts';
import { aTunnel } from '../../../support/builders.ts';
import { type IngressTraits, aCluster, aWebService, anIngress } from '../../../support/ingresses.ts';

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

  it.each<{ case: string; traits: IngressTraits; standing: object }>([
    { case: 'ours, with the tunnel', traits: { addresses: [TARGET] }, standing: { status: 'True', reason: 'Exposed' } },
    { case: 'ours, without', traits: {}, standing: { status: 'Unknown', reason: 'Unanswered' } },
    {
      case: 'of another controller, with our finalizer',
      traits: { className: 'nginx', finalized: true, addresses: ['lb.example.net'] },
      standing: { status: 'True', reason: 'Accepted', message: expect.stringContaining('lb.example.net') },
    },
    {
      case: 'of another controller, without',
      traits: { className: 'nginx', addresses: ['lb.example.net'] },
      standing: { status: 'Unknown', reason: 'Unanswered' },
    },
  ])('tells how the Ingress stands: $case', ({ traits, standing }) => {
    expect(INGRESSES.standingOf?.(anIngress('shop/web', traits), aCluster([]))).toMatchObject(standing);
  });

  it.each([
    { className: 'cftunnel', isOurs: true },
    { className: 'nginx', isOurs: false },
  ])('of the class $className is ours: $isOurs', ({ className, isOurs }) => {
    expect(INGRESSES.isStatusOurs?.(anIngress('shop/web', { className }), aCluster([]))).toBe(isOurs);
  });
});

// Invariant 16.
describe('an origin of an Ingress', () => {
  const PROXY = aWebService('ingress-nginx/proxy', '192.0.2.1');
  const CLUSTER = aCluster([PROXY, aWebService('infra/other', '192.0.2.2')]);
  const OWN = anIngress('shop/web');
  const OTHER = anIngress('shop/web', { className: 'nginx' });
  const LED = anIngress('shop/web', { className: 'nginx', addresses: ['192.0.2.1'] });

  it.each<{ origin: string; object?: Ingress; origins?: string; isOwn: boolean }>([
    { origin: 'http://web.shop.svc:80', object: OWN, isOwn: true },
    { origin: 'http://web.shop.svc:80', isOwn: true },
    { origin: 'http://192.0.2.1:80', object: OTHER, isOwn: false },
    { origin: 'http://proxy.ingress-nginx.svc:80', object: OWN, isOwn: false },
    { origin: 'http://proxy.ingress-nginx.svc:80', object: OWN, origins: 'ingress-nginx/proxy:80', isOwn: false },
    { origin: 'http://proxy.ingress-nginx.svc:80', object: OTHER, origins: 'ingress-nginx/proxy:80', isOwn: true },
    { origin: 'http://proxy.ingress-nginx.svc:80', object: OTHER, origins: 'infra/other:80', isOwn: false },
    { origin: 'http://proxy.ingress-nginx.svc:80', object: LED, origins: 'infra/other:80', isOwn: false },
    { origin: 'http://proxy.ingress-nginx.svc:80', object: LED, isOwn: true },
    { origin: 'http://other.infra.svc:80', object: LED, isOwn: false },
    // Its controller may be restarting.
    { origin: 'http://proxy.ingress-nginx.svc:80', object: OTHER, isOwn: true },
    { origin: 'http://proxy.ingress-nginx.svc:80', isOwn: false },
  ])('$origin is its own: $isOwn', ({ origin, object, origins, isOwn }) => {
    const tunnel = aTunnel('shop/home', { spec: origins === undefined ? {} : { origin: origins } });
    const route = { ...aRoute('a.example.com', 'Ingress/shop/web'), origin };

    expect(INGRESSES.isOwnOrigin(route, { object, tunnel, related: CLUSTER })).toBe(isOwn);
  });
});
