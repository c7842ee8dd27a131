/** Gateways that another controller serves, and that are to be public through a Tunnel. */
import { describe, expect, it } from '@jest/globals';
import type { Condition, ConditionStatus } from '../../../../src/api/conditions.ts';
import {
  GATEWAY_GROUP,
  type Listener,
  type ListenerSet,
  type RouteParentStatus,
} from '../../../../src/api/gateway-objects.ts';
import type { HttpRoute } from '../../../../src/api/gateway-routes.ts';
import type { KubeObject } from '../../../../src/api/objects.ts';
import type { RouteRequest } from '../../../../src/core/model/route-request.ts';
import { GATEWAYS } from '../../../../src/core/sources/gateway/gateway-source.ts';
import { relatedAmong } from '../../../../src/core/sources/related.ts';
import { EPOCH, type Traits, aNamespace, aService, aTunnel } from '../../../support/builders.ts';
import {
  aGateway,
  aGatewayClass,
  aListener,
  aListenerSet,
  aTlsListener,
  anHttpRoute,
} from '../../../support/gateways.ts';
import { aWebService } from '../../../support/ingresses.ts';
import { PARSERS } from '../../../support/parsers.ts';

const ENVOY = 'gateway.envoyproxy.io/gatewayclass-controller';
const ASKS = { 'cftunnel.io/tunnel': 'home' };
const APP = 'app.example.com';
const DATA_PLANE = aWebService('envoy/proxy', '192.0.2.1');
const ODD = aService('shop/odd', {
  ports: [
    { name: 'http-8080', port: 8080 },
    { name: 'https-8443', port: 8443 },
    { name: 'http', port: 80 },
  ],
});
const ODD_PLANE = { ...ODD, metadata: { ...ODD.metadata, namespace: 'envoy' }, clusterAddress: '10.0.0.7' };

interface Case extends Traits {
  readonly listeners?: readonly Listener[];
  readonly routes?: readonly HttpRoute[];
  /** In the status. */
  readonly addresses?: readonly string[];
  /** In the spec. */
  readonly asked?: readonly string[];
  /** `spec.origin` of the Tunnel. */
  readonly lent?: string;
  /** From which namespaces it admits ListenerSets. */
  readonly admits?: string;
  readonly others?: readonly KubeObject[];
}

const CLASSES = [aGatewayClass(), aGatewayClass('eg', { controllerName: ENVOY })];

const TO_EDGE = { parentRefs: [{ name: 'edge', namespace: 'shop' }] };

describe('the hostnames of a Gateway', () => {
  const ANY = aListener('http');

  it.each<{ case: string; given: Case; hostnames: readonly string[] }>([
    {
      case: 'are those of its listeners for HTTP, HTTPS and TLS that ends there',
      given: {
        listeners: [
          aListener('a', { hostname: 'a.example.com' }),
          aTlsListener('b', { hostname: '*.b.example.com' }),
          aTlsListener('c', { hostname: 'c.example.com', protocol: 'TLS', tls: { mode: 'Terminate' } }),
          aTlsListener('d', { hostname: 'd.example.com', protocol: 'TLS', tls: { mode: 'Passthrough' } }),
          aListener('e', { hostname: 'e.example.com', protocol: 'TCP' }),
        ],
      },
      hostnames: ['a.example.com', '*.b.example.com', 'c.example.com'],
    },
    {
      case: 'are those of attached routes, each once',
      given: { listeners: [ANY], routes: [attached('shop/a', [APP, 'b.example.com']), attached('blog/b', [APP])] },
      hostnames: [APP, 'b.example.com'],
    },
    {
      case: 'of a route are limited by the listener',
      given: {
        listeners: [aListener('http', { hostname: '*.example.com' })],
        routes: [attached('shop/a', [APP, 'app.example.org'])],
      },
      hostnames: ['*.example.com', APP],
    },
    {
      case: 'of a route are limited by the listener that it names',
      given: {
        listeners: [aListener('one', { hostname: '*.example.com' }), aListener('two', { hostname: '*.example.org' })],
        routes: [attached('shop/a', [APP, 'app.example.org'], { sectionName: 'two' })],
      },
      hostnames: ['*.example.com', '*.example.org', 'app.example.org'],
    },
    {
      case: 'are not those of a route that its controller refuses',
      given: {
        listeners: [ANY],
        routes: [attached('shop/a', [APP]), attached('shop/b', ['b.example.com'], {}, 'False')],
      },
      hostnames: [APP],
    },
    {
      case: 'are not those of a route that only another controller accepts',
      given: {
        listeners: [aListener('http', { hostname: 'a.example.com' }), aListener('any', { port: 81 })],
        routes: [acceptedBy('example.com/other', anHttpRoute('shop/a', { hostnames: [APP], ...TO_EDGE }))],
      },
      hostnames: ['a.example.com', `${APP} (Progressing)`],
    },
    {
      case: 'of a route that is not answered yet are waited for, unless another names them too',
      given: {
        listeners: [aListener('http', { hostname: 'a.example.com' }), aListener('any', { port: 81 })],
        routes: [anHttpRoute('shop/a', { hostnames: ['a.example.com', APP], ...TO_EDGE })],
      },
      hostnames: ['a.example.com', `${APP} (Progressing)`],
    },
    {
      case: 'of a route are not those that its Namespace may not use',
      given: {
        listeners: [ANY],
        routes: [attached('blog/a', [APP, 'a.blog.example.com'])],
        others: [aNamespace('blog', {}, { 'cftunnel.io/allowed-hostnames': '*.blog.example.com' })],
      },
      hostnames: ['(NotAllowed)', 'a.blog.example.com'],
    },
    {
      case: 'do not exist: that is told, and nothing stays published',
      given: { listeners: [ANY], routes: [attached('shop/a', [])] },
      hostnames: ['(InvalidSpec)'],
    },
    {
      case: 'are those of the others, if one is invalid',
      given: { listeners: [aListener('bad', { hostname: 'localhost' }), aListener('ok', { hostname: APP })] },
      hostnames: ['(InvalidSpec)', APP],
    },
  ])('$case', ({ given, hostnames }) => {
    expect(parsed({ addresses: ['192.0.2.1'], ...given }).routes.map(summary)).toEqual(hostnames);
  });
});

describe('the hostnames of ListenerSets', () => {
  const OWN = { listeners: [aListener('http')], admits: 'All' };
  const TO_SET = { kind: 'ListenerSet', name: 'set', namespace: 'blog' };

  it.each<{ case: string; given: Case; hostnames: readonly string[] }>([
    {
      case: 'are published once its controller accepts them, for the namespace of each',
      given: {
        ...OWN,
        others: [
          accepted('blog/a', [named('a')]),
          accepted('shop/b', [named('b')]),
          accepted('blog/c', [named('c')], { status: 'False' }),
          aListenerSet('blog/d', [named('d')]),
        ],
      },
      hostnames: ['a.example.com @blog', 'd.example.com (Progressing)', 'b.example.com'],
    },
    {
      case: 'are not published if the Gateway does not admit them, whatever their status says',
      given: { ...OWN, admits: 'Same', others: [accepted('blog/a', [named('a')]), accepted('shop/b', [named('b')])] },
      hostnames: ['b.example.com'],
    },
    {
      case: 'are not those of a listener that its controller refuses or finds in conflict',
      given: {
        ...OWN,
        others: [
          accepted('blog/set', [named('a'), named('b'), named('c')], {
            listeners: { a: [condition('Accepted', 'False')], b: [condition('Conflicted', 'True')] },
          }),
        ],
      },
      hostnames: ['c.example.com @blog'],
    },
    {
      case: 'are those of attached routes, as far as the listener has them',
      given: {
        ...OWN,
        others: [accepted('blog/set', [aListener('all', { hostname: '*.example.com' })])],
        routes: [acceptedBy(ENVOY, anHttpRoute('shop/a', { hostnames: [APP, 'b.example.org'], parentRefs: [TO_SET] }))],
      },
      hostnames: ['*.example.com @blog', `${APP} @blog`],
    },
    {
      case: 'are not those of a route at a Gateway of the same name',
      given: {
        ...OWN,
        others: [accepted('blog/edge', [aListener('all', { hostname: '*.example.org' })])],
        routes: [
          anHttpRoute('shop/a', {
            hostnames: ['a.example.org'],
            parentRefs: [{ ...TO_SET, name: 'edge' }],
            parents:
              acceptedBy(ENVOY, anHttpRoute('shop/a', { parentRefs: [{ name: 'edge', namespace: 'blog' }] })).status
                ?.parents ?? [],
          }),
        ],
      },
      hostnames: ['*.example.org @blog', 'a.example.org (Progressing)'],
    },
    {
      case: 'are not those that the Namespace of the ListenerSet may not use',
      given: {
        ...OWN,
        others: [
          accepted('blog/set', [named('a'), aListener('all', { hostname: '*.blog.example.com' })]),
          aNamespace('blog', {}, { 'cftunnel.io/allowed-hostnames': '*.blog.example.com' }),
        ],
        routes: [acceptedBy(ENVOY, anHttpRoute('shop/a', { hostnames: ['x.blog.example.com'], parentRefs: [TO_SET] }))],
      },
      hostnames: ['(NotAllowed)', '*.blog.example.com @blog', 'x.blog.example.com @blog'],
    },
    {
      case: 'are told if they are invalid',
      given: { ...OWN, others: [accepted('blog/set', [aListener('bad', { hostname: 'localhost' }), named('a')])] },
      hostnames: ['(InvalidSpec)', 'a.example.com @blog'],
    },
  ])('$case', ({ given, hostnames }) => {
    expect(parsed({ addresses: ['192.0.2.1'], ...given }).routes.map(summary)).toEqual(hostnames);
  });

  it('belong to the Gateway that has them too, whose listener says how they are reached', () => {
    const set = accepted('blog/set', [aTlsListener('https', { hostname: APP })]);
    const listeners = [aListener('http', { hostname: APP })];
    const { routes } = parsed({ addresses: ['192.0.2.1'], listeners, admits: 'All', others: [set] });

    expect(routes.map(({ target }) => target)).toEqual([{ origin: 'http://proxy.envoy.svc:80' }]);
  });

  it('are reached at the port of the listener', () => {
    const set = accepted('blog/set', [aTlsListener('https', { hostname: APP, port: 8443 })]);
    const { routes } = parsed({ ...OWN, addresses: ['10.0.0.7'], others: [set] });

    expect(routes.map(({ target }) => target?.origin)).toEqual(['https://odd.envoy.svc:8443']);
  });
});

describe('a hostname leads to', () => {
  const BOTH = [aListener('http', { hostname: APP }), aTlsListener('https', { hostname: APP })];

  it.each<{ case: string; given: Case; origin: string }>([
    { case: 'the Service in its status', given: { addresses: ['192.0.2.1'] }, origin: 'http://proxy.envoy.svc:80' },
    {
      case: 'the port with TLS, if its controller ends it there',
      given: { addresses: ['192.0.2.1'], listeners: BOTH },
      origin: 'https://proxy.envoy.svc:443',
    },
    {
      case: 'the port of the listener that its route is attached to',
      given: {
        addresses: ['192.0.2.1'],
        listeners: [aListener('http'), aTlsListener('https')],
        routes: [attached('shop/a', [APP], { sectionName: 'http' })],
      },
      origin: 'http://proxy.envoy.svc:80',
    },
    {
      case: 'the port of the listener, whatever its number',
      given: { addresses: ['10.0.0.7'], listeners: [aTlsListener('https', { hostname: APP, port: 8443 })] },
      origin: 'https://odd.envoy.svc:8443',
    },
    {
      case: 'the port for the web, if the Service has not that of the listener',
      given: { addresses: ['192.0.2.1'], listeners: [aTlsListener('https', { hostname: APP, port: 8443 })] },
      origin: 'https://proxy.envoy.svc:443',
    },
    {
      case: 'the Service that the status names',
      given: { addresses: ['proxy.envoy.svc.cluster.local'] },
      origin: 'http://proxy.envoy.svc:80',
    },
    {
      case: 'the Service that the Tunnel names, in the protocol of the listener',
      given: { lent: 'envoy/odd:8443', listeners: [aTlsListener('https', { hostname: APP, port: 8443 })] },
      origin: 'https://odd.envoy.svc:8443',
    },
    {
      case: 'the protocol in the annotation',
      given: { lent: 'envoy/odd:8443', annotations: { 'cftunnel.io/protocol': 'https' } },
      origin: 'https://odd.envoy.svc:8443',
    },
  ])('$case', ({ given, origin }) => {
    const { routes, problems } = parsed({ listeners: [aListener('http', { hostname: APP })], ...given });

    expect(problems).toEqual([]);
    expect(routes.map(({ target }) => target?.origin)).toEqual([origin]);
  });

  it.each<{ case: string; given: Case; says: RegExp }>([
    { case: 'a status without an address', given: {}, says: /names no address yet/ },
    {
      case: 'an address that only its author has asked for',
      given: { addresses: ['192.0.2.1'], asked: ['192.0.2.1'] },
      says: /names no address yet/,
    },
    {
      case: 'the name of a Service without a port for the web',
      given: { addresses: ['dns.kube-system.svc.cluster.local'] },
      says: /leads to dns\.kube-system\.svc\.cluster\.local, which is no address of a Service/,
    },
    {
      case: 'an annotation of Services',
      given: { addresses: ['192.0.2.1'], annotations: { 'cftunnel.io/hostname': APP } },
      says: /has no meaning on a Gateway/,
    },
    {
      case: 'a misspelt annotation',
      given: { addresses: ['192.0.2.1'], annotations: { 'cftunnel.io/origim': 'shop/proxy:80' } },
      says: /did you mean cftunnel\.io\/origin/,
    },
  ])('nothing new, and that is told: $case', ({ given, says }) => {
    const { problems } = parsed({ listeners: [aListener('http', { hostname: APP })], ...given });

    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(says)]);
  });
});

describe('a Gateway', () => {
  it.each<{ case: string; className?: string; traits: Traits; isRequested: boolean }>([
    { case: 'of another class with the annotation', traits: { annotations: ASKS }, isRequested: true },
    { case: 'of another class without it', traits: {}, isRequested: false },
    {
      case: 'of another class with a misspelt one',
      traits: { annotations: { 'cftunnel.io/tunel': 'a' } },
      isRequested: true,
    },
    { case: 'of our class', className: 'cftunnel', traits: { annotations: ASKS }, isRequested: false },
    { case: 'of a class that does not exist', className: 'gone', traits: { annotations: ASKS }, isRequested: false },
    {
      case: 'that is published, while its class does not exist',
      className: 'gone',
      traits: { annotations: ASKS, finalized: true },
      isRequested: true,
    },
    {
      case: 'that is being deleted',
      traits: { annotations: ASKS, deleting: true, finalized: true },
      isRequested: false,
    },
  ])('$case is published: $isRequested', ({ className = 'eg', traits, isRequested }) => {
    const gateway = aGateway('shop/edge', { gatewayClassName: className, ...traits });

    expect(GATEWAYS.requestsExposure(gateway, relatedAmong(CLASSES))).toBe(isRequested);
  });

  it.each([
    { case: 'the Service in its status', origin: 'http://proxy.envoy.svc:80', isOwn: true },
    { case: 'a Service of its namespace', origin: 'http://web.shop.svc:80', isOwn: true },
    { case: 'a Service of another namespace', origin: 'http://metrics.kube-system.svc:80', isOwn: false },
  ])('may lead to $case: $isOwn', ({ origin, isOwn }) => {
    const object = aGateway('shop/edge', { gatewayClassName: 'eg', status: { addresses: [{ value: '192.0.2.1' }] } });
    const route = { source: 'Gateway/shop/edge', hostname: APP, origin };
    const related = relatedAmong([...CLASSES, DATA_PLANE]);

    expect(GATEWAYS.isOwnOrigin(route as never, { object, tunnel: aTunnel('shop/home'), related })).toBe(isOwn);
  });
});

/** A route of the Gateway `shop/edge`, which its controller takes or not. */
function attached(key: string, hostnames: readonly string[], more: object = {}, status = 'True'): HttpRoute {
  const parentRefs = [{ ...TO_EDGE.parentRefs[0], name: 'edge', ...more }];
  return acceptedBy(ENVOY, anHttpRoute(key, { hostnames, parentRefs }), status);
}

function acceptedBy(controllerName: string, route: HttpRoute, status = 'True'): HttpRoute {
  const conditions = [{ type: 'Accepted', status, reason: 'Accepted', message: '', lastTransitionTime: '' }];
  const parents = (route.spec.parentRefs ?? []).map((parentRef) => ({
    // As its controller writes it: with the defaults of the reference.
    parentRef: { group: GATEWAY_GROUP, kind: 'Gateway', ...parentRef },
    controllerName,
    conditions,
  }));
  return { ...route, status: { parents: parents as readonly RouteParentStatus[] } };
}

/** A ListenerSet as the controller of its Gateway describes it. */
function accepted(
  key: string,
  listeners: readonly Listener[],
  told: { readonly status?: ConditionStatus; readonly listeners?: Readonly<Record<string, readonly Condition[]>> } = {},
): ListenerSet {
  const entries = Object.entries(told.listeners ?? {}).map(([name, conditions]) => ({
    name,
    conditions,
    supportedKinds: [],
    attachedRoutes: 0,
  }));
  const status = { conditions: [condition('Accepted', told.status ?? 'True')], listeners: entries };
  return aListenerSet(key, listeners, { status });
}

function condition(type: string, status: ConditionStatus): Condition {
  return { type, status, reason: type, message: '', lastTransitionTime: EPOCH };
}

function named(name: string): Listener {
  return aListener(name, { hostname: `${name}.example.com` });
}

function parsed({ listeners, routes = [], addresses = [], others = [], ...traits }: Case): RouteRequest {
  const { asked, lent, admits } = traits;
  const annotations = { ...ASKS, ...traits.annotations };
  const gateway = aGateway('shop/edge', {
    ...traits,
    annotations,
    gatewayClassName: 'eg',
    ...(listeners === undefined ? {} : { listeners }),
    ...(asked === undefined ? {} : { addresses: asked.map((value) => ({ value })) }),
    ...(admits === undefined ? {} : { allowedListeners: { namespaces: { from: admits } } }),
    status: { addresses: addresses.map((value) => ({ type: 'IPAddress', value })) },
  });
  const tunnel = aTunnel('shop/home', { spec: lent === undefined ? {} : { origin: lent } });
  const dns = aService('kube-system/dns', { ports: [{ port: 53 }] });
  const related = relatedAmong([...CLASSES, gateway, tunnel, DATA_PLANE, ODD_PLANE, dns, ...routes, ...others]);
  return GATEWAYS.parse(gateway, PARSERS, related);
}

function summary({ hostnames, target, problems }: RouteRequest['routes'][number]): string {
  const owner = target?.hostnameOwner === undefined ? [] : [`@${target.hostnameOwner}`];
  return [...hostnames, ...owner, ...problems.map(({ reason }) => `(${reason})`)].join(' ');
}
