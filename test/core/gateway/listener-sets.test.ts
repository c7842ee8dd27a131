/** ListenerSets: which are attached, and what becomes of their listeners. */
import { describe, expect, it } from '@jest/globals';
import type { AdmittedNamespaces, Gateway, Listener, ListenerSet } from '../../../src/api/gateway-objects.ts';
import { attachTo } from '../../../src/core/gateway/attach.ts';
import { admitsSet, listenersOf } from '../../../src/core/gateway/listener-sets.ts';
import { ANY_HOST, type Hostname } from '../../../src/core/model/hostname.ts';
import { aNamespace } from '../../support/builders.ts';
import { aGateway, aGatewayCluster, aListener, aListenerSet, aTlsListener } from '../../support/gateways.ts';

const ALL = { namespaces: { from: 'All' } };
const SAME = { allowedRoutes: { namespaces: { from: 'Same' } } };

function host(name: string, traits: Partial<Listener> = {}): Listener {
  return aListener(name, { hostname: `${name}.example.com`, ...traits });
}

function edge(listeners: readonly Listener[] = [host('own')]): Gateway {
  return aGateway('shop/edge', { listeners, allowedListeners: ALL });
}

describe('a Gateway admits a ListenerSet', () => {
  const BLOG = { from: 'Selector', selector: { matchLabels: { team: 'blog' } } };

  it.each<{ case: string; namespaces?: AdmittedNamespaces; namespace?: string; isAdmitted: boolean }>([
    { case: 'if it does not say', isAdmitted: false },
    { case: 'if it says none', namespaces: { from: 'None' }, isAdmitted: false },
    { case: 'if it does not say which', namespaces: {}, isAdmitted: false },
    { case: 'of any namespace', namespaces: { from: 'All' }, namespace: 'blog', isAdmitted: true },
    { case: 'of its own namespace', namespaces: { from: 'Same' }, isAdmitted: true },
    { case: 'of another namespace', namespaces: { from: 'Same' }, namespace: 'blog', isAdmitted: false },
    { case: 'of a namespace with the labels', namespaces: BLOG, namespace: 'blog', isAdmitted: true },
    { case: 'of a namespace without the labels', namespaces: BLOG, isAdmitted: false },
    {
      case: 'with a selector that it does not use',
      namespaces: { ...BLOG, from: 'None' },
      namespace: 'blog',
      isAdmitted: false,
    },
    { case: 'without a selector', namespaces: { from: 'Selector' }, namespace: 'blog', isAdmitted: false },
  ])('$case: $isAdmitted', ({ namespaces, namespace = 'shop', isAdmitted }) => {
    const gateway = aGateway('shop/edge', namespaces === undefined ? {} : { allowedListeners: { namespaces } });
    const set = aListenerSet(`${namespace}/set`, [host('a')]);
    const related = aGatewayCluster(gateway, set, aNamespace('blog', { team: 'blog' }), aNamespace('shop'));

    expect(admitsSet(gateway, set, related)).toBe(isAdmitted);
    expect(listenersOf(gateway, related).length).toBe(isAdmitted ? 2 : 1);
  });
});

describe('the listeners of a Gateway', () => {
  it('are its own, then those of its ListenerSets, the oldest first', () => {
    const sets = [
      aListenerSet('shop/young', [host('c')], { createdAt: '2026-03-01T00:00:00Z' }),
      aListenerSet('shop/b', [host('b')], { createdAt: '2026-02-01T00:00:00Z' }),
      aListenerSet('shop/a', [host('a')], { createdAt: '2026-02-01T00:00:00Z' }),
      aListenerSet('shop/far', [host('far')], { gateway: 'shop/other' }),
      aListenerSet('shop/gone', [host('gone')], { deleting: true }),
    ];

    expect(listenersOf(edge(), aGatewayCluster(...sets)).map(({ id }) => id)).toEqual([
      'own',
      'shop/a/a',
      'shop/b/b',
      'shop/young/c',
    ]);
  });

  it.each<{ case: string; entry: Listener; reason: string | undefined }>([
    { case: 'another hostname', entry: host('a'), reason: undefined },
    { case: 'the hostname of the Gateway', entry: host('own'), reason: 'HostnameConflict' },
    { case: 'that hostname at another port', entry: host('own', { port: 8080 }), reason: undefined },
    { case: 'the port of the Gateway for TLS', entry: aTlsListener('a', { port: 80 }), reason: 'ProtocolConflict' },
    { case: 'its port for another protocol', entry: aListener('a', { protocol: 'TCP' }), reason: 'ProtocolConflict' },
    { case: 'another protocol', entry: aListener('a', { protocol: 'TCP', port: 22 }), reason: 'UnsupportedProtocol' },
    { case: 'an invalid hostname', entry: aListener('a', { hostname: 'x' }), reason: 'UnsupportedValue' },
  ])('of a ListenerSet with $case: $reason', ({ entry, reason }) => {
    const [own, added] = listenersOf(edge(), aGatewayCluster(aListenerSet('blog/set', [entry])));

    expect([own?.problem, added?.problem?.reason]).toEqual([undefined, reason]);
  });

  it('of a Gateway that are in conflict hold nothing', () => {
    const gateway = edge([host('own'), { ...host('own'), name: 'again' }]);
    const [, , added] = listenersOf(gateway, aGatewayCluster(aListenerSet('blog/set', [host('own')])));

    expect(added).toMatchObject({ id: 'blog/set/own', problem: undefined });
  });

  it('of a ListenerSet are for TLS only where the Gateway asks visitors for no certificate', () => {
    const gateway = aGateway('shop/edge', {
      allowedListeners: ALL,
      tls: { frontend: { default: { validation: {} } } },
    });
    const [, secured, plain] = listenersOf(
      gateway,
      aGatewayCluster(aListenerSet('blog/set', [aTlsListener('a'), host('b', { port: 8080 })])),
    );

    expect([secured?.problem?.reason, plain?.problem]).toEqual(['UnsupportedValue', undefined]);
  });

  it('of a younger ListenerSet give way, and none gives way to one that cannot be used', () => {
    const sets = [
      aListenerSet('blog/a', [aListener('x', { protocol: 'TCP', port: 81 }), host('a')]),
      aListenerSet('blog/b', [host('a'), host('b', { port: 81 })]),
    ];

    expect(listenersOf(edge(), aGatewayCluster(...sets)).map(({ id, problem }) => `${id} ${problem?.reason}`)).toEqual([
      'own undefined',
      'blog/a/x UnsupportedProtocol',
      'blog/a/a undefined',
      'blog/b/a HostnameConflict',
      'blog/b/b undefined',
    ]);
  });
});

describe('a route that names a ListenerSet', () => {
  const SET = aListenerSet('blog/set', [host('a', SAME), host('b')]);
  const TO_SET = { kind: 'ListenerSet', namespace: 'blog', name: 'set' };

  it.each([
    { case: 'its listeners', namespace: 'blog', reference: TO_SET, listeners: ['blog/set/a', 'blog/set/b'] },
    {
      case: 'the one that it names',
      namespace: 'blog',
      reference: { ...TO_SET, sectionName: 'a' },
      listeners: ['blog/set/a'],
    },
    { case: 'those that admit its namespace', namespace: 'shop', reference: TO_SET, listeners: ['blog/set/b'] },
    { case: 'none of the Gateway', namespace: 'blog', reference: { ...TO_SET, sectionName: 'own' }, listeners: [] },
    {
      case: 'only those of the Gateway, if it names that',
      namespace: 'shop',
      reference: { name: 'edge' },
      listeners: ['own'],
    },
    {
      case: 'none of a ListenerSet by way of the Gateway',
      namespace: 'shop',
      reference: { name: 'edge', sectionName: 'a' },
      listeners: [],
    },
  ])('attaches to $case', ({ namespace, reference, listeners }) => {
    const route = { kind: 'HTTPRoute', namespace, hostnames: [ANY_HOST], wasOurs: false };
    const attachment = attachTo(reference, route, aGatewayCluster(edge(), SET));

    expect(attachment?.gateway).toBe('shop/edge');
    expect(attachment?.listeners).toEqual(listeners);
    expect(attachment?.accepted.reason).toBe(listeners.length === 0 ? 'NoMatchingParent' : 'Accepted');
  });

  it('shares the hostname that a listener names, and not one that only the route names', () => {
    const set = aListenerSet('blog/set', [host('a'), aListener('any', { hostname: '*.example.org' })]);
    const hostnames = ['a.example.com', 'x.example.org'] as Hostname[];
    const route = { kind: 'HTTPRoute', namespace: 'shop', hostnames, wasOurs: false };
    const attachment = attachTo(TO_SET, route, aGatewayCluster(edge(), set));

    expect([...(attachment?.owners ?? [])]).toEqual([['a.example.com', 'blog']]);
  });

  const FROM_BLOG = { kind: 'HTTPRoute', namespace: 'blog', hostnames: [ANY_HOST], wasOurs: false };

  it.each([
    {
      case: 'its Gateway does not admit',
      gateway: aGateway('shop/edge'),
      message: 'Gateway shop/edge does not admit ListenerSet blog/set (spec.allowedListeners)',
    },
    {
      case: 'has no listener for it',
      gateway: edge(),
      reference: { ...TO_SET, sectionName: 'none' },
      message: 'ListenerSet blog/set has no such listener',
    },
  ])('that $case is told so', ({ gateway, reference = TO_SET, message }) => {
    expect(attachTo(reference, FROM_BLOG, aGatewayCluster(gateway, SET))?.accepted).toStrictEqual({
      type: 'Accepted',
      status: 'False',
      reason: 'NoMatchingParent',
      message,
    });
  });

  it.each<{ case: string; gateway?: Gateway; set?: ListenerSet; reference?: object }>([
    { case: 'a Gateway of others has', gateway: aGateway('shop/edge', { gatewayClassName: 'eg' }) },
    { case: 'is being deleted', set: aListenerSet('blog/set', [host('a')], { deleting: true }) },
    { case: 'does not exist', reference: { name: 'none' } },
    {
      case: 'belongs to something else',
      set: { ...SET, spec: { ...SET.spec, parentRef: { kind: 'Service', name: 'edge', namespace: 'shop' } } },
    },
  ])('that $case is not ours to answer', ({ gateway = edge(), set = SET, reference = {} }) => {
    expect(attachTo({ ...TO_SET, ...reference }, FROM_BLOG, aGatewayCluster(gateway, set))).toBeUndefined();
  });
});
