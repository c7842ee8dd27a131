import { describe, expect, it } from '@jest/globals';
import type { ConditionStatus } from '../../src/api/conditions.ts';
import type { ListenerSet } from '../../src/api/gateway-objects.ts';
import type { HttpRoute } from '../../src/api/gateway-routes.ts';
import { LABEL_TUNNEL } from '../../src/api/names.ts';
import type { Service } from '../../src/api/objects.ts';
import { INGRESSES } from '../../src/core/sources/ingress/ingress-source.ts';
import { HTTP_ROUTES } from '../../src/core/sources/http-route/http-route-source.ts';
import { SERVICES } from '../../src/core/sources/service/service-source.ts';
import { type Observed, WakeUps } from '../../src/wiring/wake-ups.ts';
import { aConfigMap, aNamespace, aService, aTunnel } from '../support/builders.ts';
import { aListener, aListenerSet, anHttpRoute } from '../support/gateways.ts';
import { aWebService, anIngress } from '../support/ingresses.ts';
import { NOTHING_RELATED, SITES, aSite } from '../support/sources.ts';

const HOME = aTunnel('shop/home', { generation: 1 });
const WEB = aService('shop/web', { hostname: 'app.example.com' });
const ASKS = { className: 'nginx', annotations: { 'cftunnel.io/tunnel': 'home' } };
const SITE = anIngress('shop/site', ASKS);
const OWNED = aConfigMap('shop/home-cloudflared', {});
const LABELLED = { ...OWNED, metadata: { ...OWNED.metadata, labels: { [LABEL_TUNNEL]: 'home' } } };

describe('an event', () => {
  it.each<{ what: string; event: (wake: WakeUps) => void; woken: readonly string[] }>([
    {
      what: 'a new Tunnel',
      event: (wake) => wake.tunnelChanged(created(HOME)),
      woken: ['tunnels shop/home', 'routing'],
    },
    {
      what: 'a deleted Tunnel',
      event: (wake) => wake.tunnelChanged(deleted(HOME)),
      woken: ['tunnels shop/home', 'routing'],
    },
    {
      what: 'another spec of a Tunnel',
      event: (wake) => wake.tunnelChanged({ before: HOME, after: aTunnel('shop/home', { generation: 2 }) }),
      woken: ['tunnels shop/home', 'routing'],
    },
    {
      what: 'only a status of a Tunnel',
      event: (wake) => wake.tunnelChanged({ before: HOME, after: { ...HOME, status: {} } as typeof HOME }),
      woken: [],
    },
    {
      what: 'a new exposed Service',
      event: (wake) => wake.sourceChanged(SERVICES, created(WEB)),
      woken: ['services shop/web', 'routing'],
    },
    {
      what: 'a deleted exposed Service',
      event: (wake) => wake.sourceChanged(SERVICES, deleted(WEB)),
      woken: ['services shop/web', 'routing'],
    },
    {
      what: 'a Service that is no longer exposed',
      event: (wake) => wake.sourceChanged(SERVICES, { before: WEB, after: aService('shop/web') }),
      woken: ['services shop/web', 'routing'],
    },
    {
      what: 'only a status of a Service',
      event: (wake) =>
        wake.sourceChanged(SERVICES, { before: WEB, after: { ...WEB, status: { conditions: [] } } as typeof WEB }),
      woken: ['services shop/web'],
    },
    {
      what: 'other pods of a Service that a proxy leads to',
      event: (wake) => wake.endpointsChanged('shop/backend'),
      woken: ['tunnels shop/home'],
    },
    { what: 'other pods of another Service', event: (wake) => wake.endpointsChanged('shop/web'), woken: [] },
    {
      what: 'a Service that is not exposed',
      event: (wake) => wake.sourceChanged(SERVICES, created(aService('shop/db'))),
      woken: [],
    },
    {
      what: 'a Service that is not exposed, and that a request depends on',
      event: (wake) => wake.sourceChanged(SERVICES, created(aService('shop/backend'))),
      woken: ['routing'],
    },
    {
      what: 'nothing new of a Service that a request depends on',
      event: (wake) =>
        wake.sourceChanged(SERVICES, { before: aService('shop/backend'), after: aService('shop/backend') }),
      woken: [],
    },
    {
      what: 'a Service at an address that a request depends on',
      event: (wake) => wake.sourceChanged(SERVICES, created(at('192.0.2.1'))),
      woken: ['routing'],
    },
    {
      what: 'a Service that leaves such an address, although only its status changed',
      event: (wake) => wake.sourceChanged(SERVICES, { before: at('192.0.2.1'), after: at('192.0.2.9') }),
      woken: ['routing'],
    },
    {
      what: 'a Service at another address',
      event: (wake) => wake.sourceChanged(SERVICES, created(at('192.0.2.9'))),
      woken: [],
    },
    {
      what: 'another address in the status of an Ingress',
      event: (wake) =>
        wake.sourceChanged(INGRESSES, {
          before: SITE,
          after: anIngress('shop/site', { ...ASKS, addresses: ['192.0.2.1'] }),
        }),
      woken: ['services Ingress/shop/site', 'routing'],
    },
    {
      what: 'a route that is taken by the Gateway of another controller',
      event: (wake) => wake.sourceChanged(HTTP_ROUTES, { before: ROUTE, after: taken(ROUTE, 'True') }),
      woken: ['routing'],
    },
    {
      what: 'nothing new of a route that is taken',
      event: (wake) => wake.sourceChanged(HTTP_ROUTES, { before: taken(ROUTE, 'True'), after: taken(ROUTE, 'True') }),
      woken: [],
    },
    {
      what: 'a route that names a ListenerSet',
      event: (wake) =>
        wake.sourceChanged(
          HTTP_ROUTES,
          created(anHttpRoute('shop/page', { parentRefs: [{ kind: 'ListenerSet', name: 'set' }] })),
        ),
      woken: ['routing'],
    },
    {
      what: 'a ListenerSet that is taken by the controller of its Gateway',
      event: (wake) => wake.relatedChanged('ListenerSet', { before: SET, after: describedSet('Accepted', 'True') }),
      woken: ['routing'],
    },
    {
      what: 'a listener of a ListenerSet that is found in conflict',
      event: (wake) =>
        wake.relatedChanged('ListenerSet', {
          before: describedSet('Accepted', 'True'),
          after: describedSet('Accepted', 'True', 'True'),
        }),
      woken: ['routing'],
    },
    {
      what: 'a ListenerSet of which nothing that decides is told',
      event: (wake) => wake.relatedChanged('ListenerSet', { before: SET, after: describedSet('Programmed', 'True') }),
      woken: [],
    },
    {
      what: 'a route of a Gateway that no request depends on',
      event: (wake) =>
        wake.sourceChanged(HTTP_ROUTES, created(anHttpRoute('shop/page', { parentRefs: [{ name: 'other' }] }))),
      woken: [],
    },
    {
      what: 'a source of another kind, which needs no annotation',
      event: (wake) => wake.sourceChanged(SITES, created(aSite('shop/web'))),
      woken: ['services Site/shop/web', 'routing'],
    },
    {
      what: 'other labels of a Namespace',
      event: (wake) => wake.namespaceChanged({ before: aNamespace('shop'), after: aNamespace('shop', { team: 'a' }) }),
      woken: ['routing'],
    },
    {
      what: 'other hostnames of a Namespace',
      event: (wake) =>
        wake.namespaceChanged({
          before: aNamespace('shop'),
          after: aNamespace('shop', {}, { 'cftunnel.io/allowed-hostnames': '*.example.com' }),
        }),
      woken: ['routing'],
    },
    {
      what: 'the same labels of a Namespace',
      event: (wake) => wake.namespaceChanged({ before: aNamespace('shop'), after: aNamespace('shop') }),
      woken: [],
    },
    {
      what: 'a ConfigMap',
      event: (wake) => wake.configMapChanged(created(LABELLED), ['shop/web']),
      woken: ['services shop/web', 'tunnels shop/home'],
    },
    {
      what: 'a deleted object of a Tunnel',
      event: (wake) => wake.ownedChanged(deleted(LABELLED)),
      woken: ['tunnels shop/home'],
    },
  ])('about $what wakes $woken', ({ event, woken }) => {
    expect(listening(event)).toEqual(woken);
  });
});

it('results wake what they concern', () => {
  expect(listening(passResults)).toEqual([
    'tunnels shop/a',
    'tunnels shop/b',
    'services shop/web',
    'caPools shop/ca',
    'routing',
  ]);
});

function passResults(wake: WakeUps): void {
  wake.tunnels(['shop/a']);
  wake.tunnelsSoon(['shop/b']);
  wake.services(['shop/web']);
  wake.caPools(['shop/ca']);
  wake.routingNow();
}

describe('the time to serve', () => {
  it.each<{ what: string; event: Observed; told: readonly string[] }>([
    { what: 'a new exposed Service', event: created(WEB), told: ['requested shop/web'] },
    { what: 'a changed one', event: { before: aService('shop/web'), after: WEB }, told: ['requested shop/web'] },
    {
      what: 'one that is no longer exposed',
      event: { before: WEB, after: aService('shop/web') },
      told: ['withdrawn shop/web'],
    },
    { what: 'a deleted one', event: deleted(WEB), told: ['withdrawn shop/web'] },
    {
      what: 'one of which only the status changed',
      event: { before: WEB, after: { ...WEB, status: {} } as typeof WEB },
      told: [],
    },
  ])('is told of $what', ({ event, told }) => {
    const heard: string[] = [];
    listening((wake) => wake.sourceChanged(SERVICES, event), {
      requested: (source) => void heard.push(`requested ${source}`),
      withdrawn: (source) => void heard.push(`withdrawn ${source}`),
    });

    expect(heard).toEqual(told);
  });
});

/** What a request depends on. */
const READ = new Set([
  'Service shop/backend',
  'Address 192.0.2.1',
  'GatewayRoutes shop/public',
  'ListenerSets shop/public',
  'ListenerSetRoutes shop/set',
]);

const ROUTE = anHttpRoute('shop/page', { parentRefs: [{ name: 'public' }] });

/** As the controller of its Gateway answers. */
function taken(route: HttpRoute, status: ConditionStatus): HttpRoute {
  const accepted = { type: 'Accepted', status, reason: 'Accepted', message: '', lastTransitionTime: '' };
  const parent = { parentRef: { name: 'public' }, controllerName: 'example.com/other', conditions: [accepted] };
  return { ...route, status: { parents: [parent] } };
}

const SET = aListenerSet('shop/set', [aListener('http')], { gateway: 'shop/public' });

/** As the controller of its Gateway describes it. */
function describedSet(type: string, status: ConditionStatus, conflicted: ConditionStatus = 'False'): ListenerSet {
  const condition = { type, status, reason: type, message: '', lastTransitionTime: '' };
  const conditions = [{ ...condition, type: 'Conflicted', status: conflicted }];
  const listeners = [{ name: 'http', supportedKinds: [], attachedRoutes: 0, conditions }];
  return {
    ...SET,
    status: { conditions: [condition], listeners: conflicted === 'True' || type === 'Accepted' ? listeners : [] },
  };
}

/** A Service at an address of a load balancer. */
function at(address: string): Service {
  return aWebService('shop/proxy', address);
}

function created(after: Observed['after']): Observed {
  return { before: undefined, after };
}

function deleted(before: Observed['before']): Observed {
  return { before, after: undefined };
}

const DEAF = {
  requested: (_source: string): void => undefined,
  withdrawn: (_source: string): void => undefined,
};

/** What is woken, in order. */
function listening(work: (wake: WakeUps) => void, serveTimes = DEAF): readonly string[] {
  const woken: string[] = [];
  const queue = (name: string) => {
    const add = (key: string): void => void woken.push(name === 'routing' ? name : `${name} ${key}`);
    return { add, addSettled: add };
  };
  work(
    new WakeUps(
      {
        routing: queue('routing'),
        tunnels: queue('tunnels'),
        services: queue('services'),
        caPools: queue('caPools'),
      },
      {
        sources: {
          requestsExposure: ({ source, object }) => source.requestsExposure(object, NOTHING_RELATED),
          dependentsOf: (kind, key) => (READ.has(`${kind} ${key}`) ? ['Site/shop/web'] : []),
        },
        serveTimes,
        tunnelsUsing: (policy) => [`infra/uses-${policy.replace('/', '-')}`],
        memories: { endpointsChanged: (service) => (service === 'shop/backend' ? ['shop/home'] : []) },
      },
    ),
  );
  return woken;
}
