import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { anAccessPolicy } from '../../support/access-world.ts';
import { type ServiceTraits, aNamespace, aService, aTunnel } from '../../support/builders.ts';
import { aGateway, aGatewayClass, aListener, anHttpRoute } from '../../support/gateways.ts';
import { NGINX, aRule, aWebService, anIngress } from '../../support/ingresses.ts';
import { type Known, publishedRoutes, routed, unreadableRoutes } from '../../support/routed.ts';
import { aRoute } from '../../support/routes.ts';

const HOME = aTunnel('shop/home');
const PUBLISHED = aTunnel('shop/home', { status: { config: { hash: 'h' } } });
const APP = aRoute('app.example.com');
const STAFF = ['shop/staff'];

function web(traits: ServiceTraits = {}) {
  return aService('shop/web', { hostname: 'app.example.com', tunnel: 'home', ...traits });
}

function asking(access: string) {
  return web({ annotations: { 'cftunnel.io/access': access } });
}

function aGatewayFor(name: string) {
  return aGateway(`shop/${name}`, { listeners: [aListener('http', { hostname: `${name}.a.com` })] });
}

/** An Ingress of another controller that is to be public through shop/home. */
function ofNginx(annotations: Readonly<Record<string, string>> = {}) {
  const rules = [aRule('app.example.com', { '/': 'web' })];
  const asks = { 'cftunnel.io/tunnel': 'home', ...annotations };
  return anIngress('shop/site', { rules, className: 'nginx', annotations: asks });
}

/** A Tunnel that leads to that controller. */
function leadingTo(origin: string) {
  return aTunnel('shop/home', { spec: { origin } });
}

/** The rules of shop/home, and why what its sources ask for is not done. */
function decided(objects: readonly KubeObject[], known: Known = {}) {
  const { rules, problems } = routed(objects, known);
  return { rules: rules.get('shop/home'), problems: [...problems.values()].flat().map(({ reason }) => reason) };
}

describe('the rules of a Tunnel', () => {
  it('are those of its sources, whether they have their finalizer or not', () => {
    const { rules, problems } = routed([HOME, aTunnel('shop/idle'), web()]);

    expect([...rules]).toStrictEqual([
      ['shop/home', [APP]],
      ['shop/idle', []],
    ]);
    expect([...problems]).toStrictEqual([['shop/web', []]]);
  });

  it('are also those of an object that several Tunnels serve', () => {
    const route = anHttpRoute('shop/web', {
      parentRefs: [{ name: 'one' }, { name: 'two' }],
      rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
    });
    const tunnels = ['one', 'two'].map((name) => aTunnel(`shop/${name}`));
    const objects = [
      aNamespace('shop'),
      aGatewayClass(),
      aGatewayFor('one'),
      aGatewayFor('two'),
      route,
      aService('shop/web'),
    ];

    expect([...routed([...tunnels, ...objects]).rules.values()].flat().map(({ hostname }) => hostname)).toStrictEqual([
      'one.a.com',
      'two.a.com',
    ]);
  });

  it('may lead to the controller that the Tunnel names, or that the status of an object does', () => {
    const named = leadingTo('ingress/nginx:80');
    const controller = aWebService('ingress/nginx', '192.0.2.1');
    const told = ofNginx();
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };

    for (const objects of [
      [named, told],
      [HOME, { ...told, status }],
    ])
      expect(decided([aTunnel('shop/first'), NGINX, controller, ...objects])).toMatchObject({
        rules: [{ source: 'Ingress/shop/site', hostname: 'app.example.com' }],
        problems: [],
      });
  });
});

describe('a request that is invalid', () => {
  const BROKEN = web({ port: 'x' });
  const foreign = aRoute('app.example.com', 'shop/web', 'http://db.shop.svc:80');

  it.each<{ name: string; objects: readonly KubeObject[]; before?: readonly KubeObject[]; rules: readonly Route[] }>([
    { name: 'what its ConfigMap publishes', objects: [HOME, publishedRoutes(HOME, [APP])], rules: [APP] },
    { name: 'what a person has not edited there', objects: [HOME, publishedRoutes(HOME, [foreign])], rules: [] },
    { name: 'what it had before', objects: [HOME], before: [HOME, web()], rules: [APP] },
    {
      name: 'what is published, rather than what it had',
      objects: [HOME, publishedRoutes(HOME, [aRoute('old.example.com')])],
      before: [HOME, web()],
      rules: [aRoute('old.example.com')],
    },
    {
      name: 'what it had, if nobody can read what is published',
      objects: [HOME, unreadableRoutes(HOME)],
      before: [HOME, web()],
      rules: [APP],
    },
    { name: 'nothing if it had nothing', objects: [HOME], before: [HOME, BROKEN], rules: [] },
    { name: 'nothing if it was not there', objects: [HOME], before: [HOME], rules: [] },
  ])('keeps $name', ({ objects, before, rules }) => {
    const known = before === undefined ? {} : { before: routed(before) };

    expect(decided([...objects, BROKEN], known)).toStrictEqual({ rules, problems: ['PortNotFound'] });
  });

  it('keeps no rule that leads where its Tunnel does not lead any more', () => {
    const services = [NGINX, aWebService('ingress/nginx'), aWebService('ingress/other')];
    const before = routed([leadingTo('ingress/nginx:80'), ofNginx({}), ...services]);
    const after = routed([leadingTo('ingress/other:80'), ofNginx({ 'cftunnel.io/typo': '' }), ...services], { before });

    expect(before.rules.get('shop/home')).toHaveLength(1);
    expect(after.rules.get('shop/home')).toStrictEqual([]);
    expect(after.problems.get('Ingress/shop/site')).toStrictEqual([
      expect.objectContaining({ message: expect.stringContaining('cftunnel.io/typo') }),
      {
        reason: 'InvalidAnnotation',
        message: expect.stringMatching(
          /^app\.example\.com is not published: its origin .* is not an address of its Ingress$/,
        ),
      },
    ]);
  });
});

describe('a route behind Access', () => {
  const POLICY = anAccessPolicy({ decision: 'Allow' });
  const protection = { team: 'team', audience: '0'.repeat(64) };
  const guarded = { ...APP, access: STAFF, protection };
  const message = 'app.example.com: AccessPolicy shop/staf does not exist, did you mean staff?';

  it('is published if its policies exist', () => {
    expect(decided([HOME, POLICY, asking('staff')])).toStrictEqual({ rules: [guarded], problems: [] });
  });

  it.each<{ name: string; objects: readonly KubeObject[]; before?: readonly KubeObject[]; rules: readonly Route[] }>([
    { name: 'not published', objects: [HOME], rules: [] },
    { name: 'published as it was', objects: [PUBLISHED, publishedRoutes(HOME, [guarded])], rules: [guarded] },
    {
      name: 'published as before the change',
      objects: [PUBLISHED],
      before: [PUBLISHED, POLICY, asking('staff')],
      rules: [guarded],
    },
    { name: 'not published if it was not', objects: [HOME], before: [HOME, POLICY, asking('staff')], rules: [] },
  ])('is $name if they do not', ({ objects, before, rules }) => {
    const known = before === undefined ? {} : { before: routed(before) };
    const state = routed([aTunnel('shop/first'), ...objects, POLICY, asking('staf')], known);

    expect(state.rules.get('shop/home')).toStrictEqual(rules);
    expect([...state.problems]).toStrictEqual([['shop/web', [{ reason: 'AccessNotReady', message }]]]);
  });
});

it('a route that needs the proxy is refused if the Tunnel has none', () => {
  const balanced = web({ annotations: { 'cftunnel.io/session': 'cookie' } });
  const off = aTunnel('shop/home', { spec: { proxy: { mode: 'Off' } } });

  expect(decided([HOME, balanced])).toMatchObject({ rules: [{ hostname: 'app.example.com' }], problems: [] });
  expect(decided([off, balanced])).toStrictEqual({ rules: [], problems: ['ProxyUnavailable'] });
});
