import { describe, expect, it } from '@jest/globals';
import type { Route } from '../../../src/core/model/route.ts';
import { anAccessPolicy } from '../../support/access-world.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { aRule, anIngress, anIngressClass } from '../../support/ingresses.ts';
import { publishedRoutes } from '../../support/routed.ts';
import { aRoute } from '../../support/routes.ts';
import { ACCESS, HOME, NAS, OBJECTS, STATUS, WEB, about, service } from './a-cluster.ts';

function published(hostname: string, source: string, parts: Partial<Route> = {}) {
  return publishedRoutes(HOME, [{ ...aRoute(hostname, source), ...parts }, aRoute('b.example.com')]);
}

describe('the holder of a hostname', () => {
  it.each([
    { name: 'its rule', configMap: published('app.example.com', 'shop/web'), isPublished: true },
    { name: 'a rule that it will lose', configMap: published('app.example.com', 'shop/web', { isLeaving: true }) },
    { name: 'the rule of another source', configMap: published('app.example.com', 'shop/web-2') },
    { name: 'a rule for another hostname', configMap: published('app.example.net', 'shop/web') },
  ])('is told whether $name is published', ({ configMap, isPublished = false }) => {
    expect(about('app.example.com', [...OBJECTS, configMap]).holder?.isPublished).toBe(isPublished);
  });

  it('may wait for a Tunnel that is suspended, and of which nothing is known', () => {
    const suspended = aTunnel('shop/home', { spec: { suspend: true }, status: {} });

    expect(about('app.example.com', [suspended, WEB]).holder).toStrictEqual({
      claim: 'app.example.com',
      source: 'shop/web',
      origin: 'http://web.shop.svc:80',
      tunnel: 'shop/home',
      claimants: 1,
      isPublished: undefined,
      condition: undefined,
      ready: undefined,
      isSuspended: true,
    });
  });

  it('has the hostname that the domain of its Tunnel gives it', () => {
    expect(about('web.example.com', [HOME, service('shop/web', {})]).holder).toMatchObject({
      source: 'shop/web',
      claimants: 1,
    });
  });

  it('may be of a kind whose status has no conditions', () => {
    const rules = [aRule('app.example.com', { '/': 'web' })];
    const ingress = anIngress('shop/site', { rules, annotations: { 'cftunnel.io/tunnel': 'home' } });

    expect(
      about('app.example.com', [HOME, aService('shop/web'), anIngressClass('cftunnel'), ingress]).holder,
    ).toMatchObject({ source: 'Ingress/shop/site', condition: { status: 'Unknown', reason: 'Unanswered' } });
  });

  it.each([
    { name: 'its own', access: 'staff', policies: ['shop/staff'], application: 'app.example.com' },
    { name: 'those of the application above it', policies: [], application: '*.example.com' },
  ])('is protected by $name', ({ access, policies, application }) => {
    const annotations = access === undefined ? {} : { [ACCESS]: access };
    const web = service('shop/web', { hostname: 'app.example.com', annotations });
    const any = service('shop/any', { hostname: '*.example.com', annotations: { [ACCESS]: 'staff' } });

    expect(
      about('app.example.com', [HOME, anAccessPolicy({ decision: 'Allow' }), web, any]).holder?.access,
    ).toStrictEqual({ application, policies });
  });

  it('is not protected if it lets everyone in, or is not reached through Cloudflare', () => {
    const web = service('shop/web', { hostname: 'app.example.com', annotations: { [ACCESS]: 'none' } });
    const any = service('shop/any', { hostname: '*.example.com', annotations: { [ACCESS]: 'staff' } });
    const objects = [HOME, anAccessPolicy({ decision: 'Allow' }), web, NAS, any];

    expect(about('app.example.com', objects).holder).not.toHaveProperty('access');
    expect(about('nas.example.com', objects).holder).toStrictEqual({
      claim: 'nas.example.com',
      source: 'shop/nas',
      origin: '192.168.1.10',
      isLocal: true,
      tunnel: 'shop/home',
      claimants: 2,
      isPublished: undefined,
      condition: undefined,
      ready: STATUS.conditions[1],
      isSuspended: false,
    });
  });
});
