import { describe, expect, it } from '@jest/globals';
import type { Gateway, Listener, ParentReference } from '../../../src/api/gateway-objects.ts';
import { type Attachment, type AttachingRoute, attachTo } from '../../../src/core/gateway/attach.ts';
import { ANY_HOST, type Hostname } from '../../../src/core/model/hostname.ts';
import { aNamespace } from '../../support/builders.ts';
import { aGateway, aGatewayClass, aGatewayCluster, aListener, aTlsListener } from '../../support/gateways.ts';

const EDGE: ParentReference = { name: 'edge' };

function aRoute(traits: Partial<AttachingRoute> = {}): AttachingRoute {
  return { kind: 'HTTPRoute', namespace: 'shop', hostnames: [ANY_HOST], wasOurs: false, ...traits };
}

function attached(
  listeners: readonly Listener[],
  route: Partial<AttachingRoute> = {},
  reference: ParentReference = EDGE,
): Attachment | undefined {
  const labelled = aNamespace('blog', { team: 'blog' });
  return attachTo(reference, aRoute(route), aGatewayCluster(aGateway('shop/edge', { listeners }), labelled));
}

function hostnames(...names: readonly string[]): readonly Hostname[] {
  return names as readonly Hostname[];
}

const SAME = { allowedRoutes: { namespaces: { from: 'Same' } } };
const BLOG = { from: 'Selector', selector: { matchLabels: { team: 'blog' } } };
const IN_BLOG = { namespace: 'blog' };
const FROM_BLOG = { namespace: 'shop', name: 'edge' };

interface Case {
  readonly case: string;
  readonly listeners: readonly Listener[];
  readonly route?: Partial<AttachingRoute>;
  readonly reference?: ParentReference;
  readonly reason: string;
}

const CASES: readonly Case[] = [
  { case: 'any listener', listeners: [aListener('a')], reason: 'Accepted' },
  {
    case: 'no listener of that name',
    listeners: [aListener('a')],
    reference: { ...EDGE, sectionName: 'b' },
    reason: 'NoMatchingParent',
  },
  {
    case: 'no listener with that port',
    listeners: [aListener('a')],
    reference: { ...EDGE, port: 81 },
    reason: 'NoMatchingParent',
  },
  {
    case: 'a name and a port of different listeners',
    listeners: [aListener('a'), aListener('b', { port: 81 })],
    reference: { ...EDGE, sectionName: 'a', port: 81 },
    reason: 'NoMatchingParent',
  },
  {
    case: 'another namespace',
    listeners: [aListener('a', SAME)],
    route: IN_BLOG,
    reference: FROM_BLOG,
    reason: 'NotAllowedByListeners',
  },
  {
    case: 'a namespace with the labels',
    listeners: [aListener('a', { allowedRoutes: { namespaces: BLOG } })],
    route: IN_BLOG,
    reference: FROM_BLOG,
    reason: 'Accepted',
  },
  {
    case: 'a namespace without the labels',
    listeners: [aListener('a', { allowedRoutes: { namespaces: BLOG } })],
    reason: 'NotAllowedByListeners',
  },
  {
    case: 'a listener without namespaces',
    listeners: [{ name: 'a', port: 80, protocol: 'HTTP' }],
    route: IN_BLOG,
    reference: FROM_BLOG,
    reason: 'NotAllowedByListeners',
  },
  {
    case: 'a kind that is not admitted',
    listeners: [aListener('a', { allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } })],
    reason: 'NotAllowedByListeners',
  },
  {
    case: 'a listener for TLS streams',
    listeners: [aListener('a', { protocol: 'TLS' })],
    reason: 'NotAllowedByListeners',
  },
  { case: 'listeners in conflict', listeners: [aListener('a'), aListener('b')], reason: 'NotAllowedByListeners' },
  {
    case: 'another hostname',
    listeners: [aListener('a', { hostname: 'a.example.com' })],
    route: { hostnames: hostnames('b.example.com') },
    reason: 'NoMatchingListenerHostname',
  },
  {
    case: 'the parent of a wildcard',
    listeners: [aListener('a', { hostname: '*.example.com' })],
    route: { hostnames: hostnames('example.com') },
    reason: 'NoMatchingListenerHostname',
  },
];

describe('a route', () => {
  it.each(CASES)('with $case is told $reason', ({ listeners, route, reference, reason }) => {
    const { accepted } = attached(listeners, route, reference) ?? {};

    expect(accepted).toMatchObject({ reason, status: reason === 'Accepted' ? 'True' : 'False' });
  });

  it.each([
    { listener: undefined, names: ['*'], common: ['*'] },
    { listener: undefined, names: ['a.example.com'], common: ['a.example.com'] },
    { listener: 'a.example.com', names: ['*'], common: ['a.example.com'] },
    { listener: '*.example.com', names: ['a.example.com', 'b.example.org'], common: ['a.example.com'] },
    { listener: '*.example.com', names: ['x.a.example.com'], common: ['x.a.example.com'] },
    { listener: 'a.example.com', names: ['*.example.com'], common: ['a.example.com'] },
    { listener: '*.example.com', names: ['*.a.example.com'], common: ['*.a.example.com'] },
    { listener: 'A.Example.com', names: ['a.example.com'], common: ['a.example.com'] },
  ])('of $names at a listener of $listener is served at $common', ({ listener, names, common }) => {
    const traits = listener === undefined ? {} : { hostname: listener };

    expect(attached([aListener('a', traits)], { hostnames: hostnames(...names) })?.hostnames).toEqual(common);
  });

  it('is attached to each listener that takes it, and served at the hostnames of all', () => {
    const listeners = [
      aListener('a', { hostname: 'a.example.com' }),
      aListener('b', { hostname: 'b.example.com' }),
      aListener('c', { hostname: 'c.example.com', ...SAME }),
    ];
    const taken = attached(listeners, IN_BLOG, FROM_BLOG);

    expect(taken).toMatchObject({ listeners: ['a', 'b'], hostnames: ['a.example.com', 'b.example.com'] });
  });
});

describe('a hostname that is also brought with TLS', () => {
  const both = [aListener('http'), aTlsListener('https')];

  it.each([
    { section: 'http', withoutTls: ['*'] },
    { section: 'https', withoutTls: [] },
    { section: undefined, withoutTls: [] },
  ])('is meant without TLS where only the listener $section is named: $withoutTls', ({ section, withoutTls }) => {
    const reference = section === undefined ? EDGE : { ...EDGE, sectionName: section };

    expect(attached(both, {}, reference)?.withoutTls).toEqual(withoutTls);
  });

  it('is meant in any way where no listener for TLS has it', () => {
    const listeners = [aListener('http'), aTlsListener('https', { hostname: 'other.example.com' })];

    expect(attached(listeners, { hostnames: hostnames('a.example.com') })?.withoutTls).toEqual([]);
  });
});

describe('a reference', () => {
  const found = (gateway: Gateway, reference: ParentReference = EDGE, wasOurs = false): Attachment | undefined =>
    attachTo(reference, aRoute({ wasOurs }), aGatewayCluster(gateway));

  it.each([
    { case: 'of another class', gateway: aGateway('shop/edge', { gatewayClassName: 'other' }), reference: EDGE },
    { case: 'that is being deleted', gateway: aGateway('shop/edge', { deleting: true }), reference: EDGE },
    { case: 'that does not exist', gateway: aGateway('shop/edge'), reference: { name: 'none' } },
    { case: 'of another kind', gateway: aGateway('shop/edge'), reference: { ...EDGE, kind: 'Service', group: '' } },
  ])('to a Gateway $case is not ours to answer', ({ gateway, reference }) => {
    const other = aGatewayClass('other', { controllerName: 'example.com/other' });

    expect(attachTo(reference, aRoute(), aGatewayCluster(gateway, other))).toBeUndefined();
  });

  it('stays ours while the class of its Gateway does not exist', () => {
    const gateway = aGateway('shop/edge', { gatewayClassName: 'missing' });

    expect(found(gateway)).toBeUndefined();
    expect(found(gateway, EDGE, true)?.accepted.status).toBe('True');
  });

  it.each([
    { case: 'of the name of the Gateway', gateway: aGateway('shop/edge'), tunnel: 'shop/edge' },
    {
      case: 'that the Gateway names',
      gateway: aGateway('shop/edge', {
        infrastructure: { parametersRef: { group: 'cftunnel.io', kind: 'Tunnel', name: 'home' } },
      }),
      tunnel: 'shop/home',
    },
  ])('leads to the Tunnel $case', ({ gateway, tunnel }) => {
    expect(found(gateway)?.tunnel).toBe(tunnel);
  });

  it.each([
    {
      case: 'names something else',
      gateway: aGateway('shop/edge', {
        infrastructure: { parametersRef: { group: '', kind: 'ConfigMap', name: 'x' } },
      }),
    },
  ])('to a Gateway that $case is not accepted', ({ gateway }) => {
    const { accepted } = found(gateway, { name: gateway.metadata.name }) ?? {};

    expect(accepted).toMatchObject({ status: 'False', reason: 'NoMatchingParent' });
  });
});
