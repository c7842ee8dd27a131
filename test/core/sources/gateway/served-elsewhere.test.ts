/** Gateways that another controller serves, and that are to be public through a Tunnel. */
import { describe, expect, it } from '@jest/globals';
import { GATEWAYS } from '../../../../src/core/sources/gateway/gateway-source.ts';
import { relatedAmong } from '../../../../src/core/sources/related.ts';
import { type Traits, aNamespace, aTunnel } from '../../../support/builders.ts';
import { aGateway, aListener, aListenerSet, aTlsListener, anHttpRoute } from '../../../support/gateways.ts';
import {
  APP,
  CLASSES,
  type Case,
  DATA_PLANE,
  ASKS,
  TO_EDGE,
  accepted,
  acceptedBy,
  attached,
  named,
  parsed,
  summary,
} from '../../../support/gateways-elsewhere.ts';

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
      case: 'of a route are not those at a listener whose own is invalid',
      given: {
        listeners: [aListener('bad', { hostname: 'localhost' }), aListener('any', { port: 81 })],
        routes: [attached('shop/a', [APP, 'also bad'], { sectionName: 'bad' }), attached('shop/b', ['b.example.com'])],
      },
      hostnames: ['(InvalidSpec)', 'b.example.com'],
    },
    {
      case: 'of a route count, although its controller adds the namespace to the reference',
      given: {
        listeners: [ANY],
        routes: [
          anHttpRoute('shop/a', {
            hostnames: [APP],
            parentRefs: [{ name: 'edge' }],
            parents: attached('shop/a', [APP]).status?.parents ?? [],
          }),
        ],
      },
      hostnames: [APP],
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

describe('what is told of a hostname', () => {
  const SET = [aListener('bad', { hostname: 'localhost' }), named('a')];
  const LIMITED = aNamespace('blog', {}, { 'cftunnel.io/allowed-hostnames': 'blog.example.com' });

  it.each<{ case: string; given: Case; says: readonly RegExp[] }>([
    {
      case: 'that a listener of the Gateway cannot have',
      given: { listeners: [aListener('bad', { hostname: 'localhost' }), named('a')] },
      says: [/^spec\.listeners: the hostname of listener bad: /],
    },
    {
      case: 'that a listener of a ListenerSet cannot have',
      given: { admits: 'All', others: [accepted('blog/set', SET)] },
      says: [/^ListenerSet blog\/set: the hostname of listener bad: /],
    },
    {
      case: 'of a ListenerSet that waits for the controller',
      given: { admits: 'All', others: [aListenerSet('blog/set', [named('a')])] },
      says: [/^Waiting for the controller of the Gateway to accept ListenerSet blog\/set$/],
    },
    {
      case: 'of a route that waits for it',
      given: { listeners: [aListener('http')], routes: [anHttpRoute('blog/a', { hostnames: [APP], ...TO_EDGE })] },
      says: [/^Waiting for the controller of the Gateway to accept HTTPRoute blog\/a$/],
    },
    {
      case: 'that the Namespace of a ListenerSet may not use',
      given: { admits: 'All', others: [accepted('blog/set', [named('a')]), LIMITED] },
      says: [/^ListenerSet blog\/set: Namespace blog may not use a\.example\.com/],
    },
    {
      case: 'that the Namespace of a route may not use',
      given: { listeners: [aListener('http')], routes: [attached('blog/a', [APP])], others: [LIMITED] },
      says: [/^HTTPRoute blog\/a: Namespace blog may not use app\.example\.com/],
    },
    {
      case: 'that the Namespace of the Gateway may not use: nothing, since the Tunnel is asked for that',
      given: {
        listeners: [named('a')],
        others: [aNamespace('shop', {}, { 'cftunnel.io/allowed-hostnames': 'shop.example.com' })],
      },
      says: [],
    },
  ])('$case', ({ given, says }) => {
    const { routes } = parsed({ addresses: ['192.0.2.1'], listeners: [aListener('http')], ...given });
    const messages = routes.flatMap(({ problems }) => problems.map(({ message }) => message));

    expect(messages).toEqual(says.map((text) => expect.stringMatching(text)));
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
    ...[
      { port: 80, origin: 'http://proxy.envoy.svc:80' },
      { port: 443, origin: 'https://proxy.envoy.svc:443' },
    ].map(({ port, origin }) => ({
      case: `the port ${port} of a listener that its route names`,
      given: {
        addresses: ['192.0.2.1'],
        listeners: [aListener('http'), aTlsListener('https')],
        routes: [attached('shop/a', [APP], { port })],
      },
      origin,
    })),
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
    {
      traits: {},
      addresses: [],
      standing: { status: 'Unknown', reason: 'Unanswered', message: /Its events say why.* describe gateway edge$/ },
    },
    {
      traits: { finalized: true },
      addresses: ['192.0.2.1', '192.0.2.2'],
      standing: { status: 'True', reason: 'Accepted', message: /names 192\.0\.2\.1, 192\.0\.2\.2$/ },
    },
    {
      traits: { finalized: true },
      addresses: [],
      standing: { status: 'True', reason: 'Accepted', message: /names no address$/ },
    },
  ])('stands as $standing with $traits and $addresses', ({ traits, addresses, standing }) => {
    const status = { addresses: addresses.map((value) => ({ value })) };

    expect(GATEWAYS.standingOf?.(aGateway('shop/edge', { ...traits, status }), relatedAmong([]))).toEqual({
      ...standing,
      message: expect.stringMatching(standing.message),
    });
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
