import { describe, expect, it } from '@jest/globals';
import type { Listener, ParentReference } from '../../../src/api/gateway-objects.ts';
import { type Attachment, type AttachingRoute, attachTo } from '../../../src/core/gateway/attach.ts';
import { ANY_HOST, type Hostname } from '../../../src/core/model/hostname.ts';
import { aNamespace } from '../../support/builders.ts';
import { aGateway, aGatewayCluster, aListener, aTlsListener } from '../../support/gateways.ts';

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

/** Admits nobody. */
const CLOSED = { allowedRoutes: { namespaces: { from: 'None' } } };
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
  readonly message: string;
}

const CASES: readonly Case[] = [
  { case: 'any listener', listeners: [aListener('a')], reason: 'Accepted', message: 'Attached to Gateway shop/edge' },
  {
    case: 'the port of a listener',
    listeners: [aListener('a')],
    reference: { ...EDGE, port: 80 },
    reason: 'Accepted',
    message: 'Attached to Gateway shop/edge',
  },
  {
    case: 'no listener of that name',
    listeners: [aListener('a')],
    reference: { ...EDGE, sectionName: 'b' },
    reason: 'NoMatchingParent',
    message: 'Gateway shop/edge has no such listener',
  },
  {
    case: 'no listener with that port',
    listeners: [aListener('a')],
    reference: { ...EDGE, port: 81 },
    reason: 'NoMatchingParent',
    message: 'Gateway shop/edge has no such listener',
  },
  {
    case: 'a name and a port of different listeners',
    listeners: [aListener('a'), aListener('b', { port: 81 })],
    reference: { ...EDGE, sectionName: 'a', port: 81 },
    reason: 'NoMatchingParent',
    message: 'Gateway shop/edge has no such listener',
  },
  {
    case: 'another namespace',
    listeners: [aListener('a', SAME)],
    route: IN_BLOG,
    reference: FROM_BLOG,
    reason: 'NotAllowedByListeners',
    message: 'No listener of Gateway shop/edge admits a HTTPRoute of namespace blog',
  },
  {
    case: 'a namespace with the labels',
    listeners: [aListener('a', { allowedRoutes: { namespaces: BLOG } })],
    route: IN_BLOG,
    reference: FROM_BLOG,
    reason: 'Accepted',
    message: 'Attached to Gateway shop/edge',
  },
  {
    case: 'a namespace without the labels',
    listeners: [aListener('a', { allowedRoutes: { namespaces: BLOG } })],
    reason: 'NotAllowedByListeners',
    message: 'No listener of Gateway shop/edge admits a HTTPRoute of namespace shop',
  },
  {
    case: 'a listener without namespaces',
    listeners: [{ name: 'a', port: 80, protocol: 'HTTP' }],
    route: IN_BLOG,
    reference: FROM_BLOG,
    reason: 'NotAllowedByListeners',
    message: 'No listener of Gateway shop/edge admits a HTTPRoute of namespace blog',
  },
  {
    case: 'a kind that is not admitted',
    listeners: [aListener('a', { allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } })],
    reason: 'NotAllowedByListeners',
    message: 'No listener of Gateway shop/edge admits a HTTPRoute of namespace shop',
  },
  {
    case: 'a listener for TLS streams',
    listeners: [aListener('a', { protocol: 'TLS' })],
    reason: 'NotAllowedByListeners',
    message: 'No listener of Gateway shop/edge admits a HTTPRoute of namespace shop',
  },
  {
    case: 'listeners in conflict',
    listeners: [aListener('a'), aListener('b')],
    reason: 'NotAllowedByListeners',
    message: 'No listener of Gateway shop/edge admits a HTTPRoute of namespace shop',
  },
  {
    case: 'another hostname',
    listeners: [aListener('a', { hostname: 'a.example.com' })],
    route: { hostnames: hostnames('b.example.com') },
    reason: 'NoMatchingListenerHostname',
    message: 'No listener of Gateway shop/edge has a hostname of this HTTPRoute',
  },
  {
    case: 'the parent of a wildcard',
    listeners: [aListener('a', { hostname: '*.example.com' })],
    route: { hostnames: hostnames('example.com') },
    reason: 'NoMatchingListenerHostname',
    message: 'No listener of Gateway shop/edge has a hostname of this HTTPRoute',
  },
];

describe('a route', () => {
  it.each(CASES)('with $case is told $reason', ({ listeners, route, reference, reason, message }) => {
    const status = reason === 'Accepted' ? 'True' : 'False';

    expect(attached(listeners, route, reference)?.accepted).toStrictEqual({
      type: 'Accepted',
      status,
      reason,
      message,
    });
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

  it('that no listener takes is served at no hostname', () => {
    expect(attached([aListener('a')], {}, { ...EDGE, sectionName: 'b' })).toStrictEqual({
      reference: { ...EDGE, sectionName: 'b' },
      gateway: 'shop/edge',
      tunnel: 'shop/edge',
      accepted: expect.objectContaining({ status: 'False' }),
      listeners: [],
      hostnames: [],
      owners: new Map(),
      withoutTls: [],
    });
  });

  it('shares a hostname that a listener of another namespace names, and never any host', () => {
    const listeners = [aListener('a'), aListener('b', { hostname: 'b.example.com' })];
    const names = hostnames(ANY_HOST, 'b.example.com', 'c.example.com');

    expect([...(attached(listeners, { ...IN_BLOG, hostnames: names }, FROM_BLOG)?.owners ?? [])]).toEqual([
      ['b.example.com', 'shop'],
    ]);
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

  it.each([
    { case: 'another hostname', listener: aTlsListener('https', { hostname: 'other.example.com' }) },
    { case: 'no usable hostname', listener: aTlsListener('https', { hostname: 'localhost' }) },
    { case: 'a conflict', listener: aTlsListener('https', { port: 80 }) },
  ])('is meant in any way where the listener for TLS has $case', ({ listener }) => {
    const plain = aListener('http', { port: 8080 });
    const listeners = [plain, listener, aListener('other', { hostname: 'other.example.net' })];
    const reference = { ...EDGE, sectionName: 'http' };

    expect(attached(listeners, { hostnames: hostnames('a.example.com') }, reference)?.withoutTls).toEqual([]);
  });

  it('is meant without TLS by the listener that brings it, whatever others bring with TLS', () => {
    const listeners = [
      aListener('http', { hostname: 'a.example.com' }),
      aTlsListener('https', { hostname: 'a.example.com' }),
      aTlsListener('other', { hostname: 'b.example.com', port: 8443 }),
    ];
    const only = { hostnames: hostnames('a.example.com', 'b.example.com') };
    const plain = listeners.map((one) => (one.name === 'https' ? { ...one, ...CLOSED } : one));

    expect(attached(plain, only)?.withoutTls).toEqual(['a.example.com']);
  });
});
