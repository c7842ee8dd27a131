import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import type { Listener } from '../../../src/api/gateway-objects.ts';
import { type ListenerFacts, isUsable, listenerStatus } from '../../../src/core/gateway/listener-status.ts';
import { type StatedListener, statedListeners } from '../../../src/core/gateway/stated-listeners.ts';
import { EPOCH } from '../../support/builders.ts';
import { aGateway, aListener, aListenerSet, aTlsListener } from '../../support/gateways.ts';

const LATER = '2026-02-02T00:00:00Z';
const FACTS: ListenerFacts = { certificate: undefined, attachedRoutes: 0, pending: undefined, now: EPOCH };
const NO_CERTIFICATE = { reason: 'InvalidCertificateRef', message: 'no key' } as const;

/** The first of some listeners of a Gateway. */
function first(listeners: readonly Listener[]): StatedListener {
  const [stated] = statedListeners(aGateway('shop/edge', { listeners }), []);
  if (stated === undefined) throw new Error('There is no listener');
  return stated;
}

/** As `type=status (reason): message`. */
function said(conditions: readonly Condition[]): readonly string[] {
  return conditions.map(({ type, status, reason, message }) => `${type}=${status} (${reason}): ${message}`);
}

const GOOD = [
  'Accepted=True (Accepted): The edge brings its requests; it ends TLS',
  'Conflicted=False (NoConflicts): No other listener has the same port and hostname',
  'ResolvedRefs=True (ResolvedRefs): Every reference is valid',
  'Programmed=True (Programmed): Its Tunnel is ready',
];
const NO_KIND = 'Programmed=False (Invalid): It admits no kind of route that is supported';
const BOTH = ['GRPCRoute', 'HTTPRoute'];

interface Row {
  readonly case: string;
  readonly listeners: readonly Listener[];
  readonly kinds: readonly string[];
  readonly usable: boolean;
  /** Where it differs from the status of a good one. */
  readonly differs?: readonly string[];
}

function kinds(...allowed: readonly { readonly group?: string; readonly kind: string }[]): Listener {
  return aListener('a', { allowedRoutes: { kinds: allowed } });
}

function typeOf(text: string): string {
  return text.slice(0, text.indexOf('='));
}

describe('a listener', () => {
  it.each<Row>([
    { case: 'for HTTP', listeners: [aListener('a')], kinds: BOTH, usable: true },
    { case: 'for HTTPS', listeners: [aTlsListener('a')], kinds: BOTH, usable: true },
    {
      case: 'on the port of one for TCP',
      listeners: [aListener('a'), aListener('b', { protocol: 'TCP' })],
      kinds: BOTH,
      usable: true,
    },
    {
      case: 'for TCP',
      listeners: [aListener('a', { protocol: 'TCP' }), aListener('z')],
      kinds: [],
      usable: false,
      differs: [
        'Accepted=False (UnsupportedProtocol): Protocol TCP cannot reach visitors through a tunnel; use HTTP or HTTPS',
        'Programmed=False (Invalid): Protocol TCP cannot reach visitors through a tunnel; use HTTP or HTTPS',
      ],
    },
    {
      case: 'with an invalid hostname',
      listeners: [aListener('a', { hostname: 'localhost' }), aListener('z')],
      kinds: BOTH,
      usable: false,
      differs: [
        'Accepted=False (UnsupportedValue): hostname: "localhost" must have at least two labels, such as app.example.com',
        'Programmed=False (Invalid): hostname: "localhost" must have at least two labels, such as app.example.com',
      ],
    },
    {
      case: 'like another one',
      listeners: [aListener('a'), aListener('b'), aListener('z', { port: 8080 })],
      kinds: BOTH,
      usable: false,
      differs: [
        'Accepted=False (HostnameConflict): Listener b has the same port and hostname',
        'Conflicted=True (HostnameConflict): Listener b has the same port and hostname',
        'Programmed=False (Invalid): Listener b has the same port and hostname',
      ],
    },
    {
      case: 'on a port for HTTPS',
      listeners: [aListener('a'), aTlsListener('b', { port: 80 }), aListener('z', { port: 8080 })],
      kinds: BOTH,
      usable: false,
      differs: [
        'Accepted=False (ProtocolConflict): Listener b uses port 80 for HTTPS',
        'Conflicted=True (ProtocolConflict): Listener b uses port 80 for HTTPS',
        'Programmed=False (Invalid): Listener b uses port 80 for HTTPS',
      ],
    },
    { case: 'for one kind', listeners: [kinds({ kind: 'HTTPRoute' })], kinds: ['HTTPRoute'], usable: true },
    {
      case: 'for an unknown kind too',
      listeners: [kinds({ kind: 'HTTPRoute' }, { kind: 'X' })],
      kinds: ['HTTPRoute'],
      usable: true,
      differs: ['ResolvedRefs=False (InvalidRouteKinds): Not supported by this listener: X'],
    },
    {
      case: 'for unknown kinds only',
      listeners: [kinds({ kind: 'X' }, { kind: 'Y' })],
      kinds: [],
      usable: false,
      differs: ['ResolvedRefs=False (InvalidRouteKinds): Not supported by this listener: X, Y', NO_KIND],
    },
    {
      case: 'for a kind of another group',
      listeners: [kinds({ group: 'x.io', kind: 'HTTPRoute' })],
      kinds: [],
      usable: false,
      differs: ['ResolvedRefs=False (InvalidRouteKinds): Not supported by this listener: HTTPRoute', NO_KIND],
    },
  ])('$case supports $kinds, with $differs', ({ listeners, kinds: supported, usable, differs = [] }) => {
    const stated = first(listeners);
    const { supportedKinds, conditions } = listenerStatus(stated, FACTS);
    const expected = GOOD.map((text) => differs.find((other) => typeOf(other) === typeOf(text)) ?? text);

    expect(supportedKinds).toStrictEqual(supported.map((kind) => ({ group: 'gateway.networking.k8s.io', kind })));
    expect(said(conditions)).toEqual(expected);
    expect(isUsable(stated, undefined)).toBe(usable);
  });

  it('with a certificate that cannot be used is not programmed, and keeps its routes', () => {
    const stated = first([aTlsListener('a')]);
    const status = listenerStatus(stated, { ...FACTS, certificate: NO_CERTIFICATE, attachedRoutes: 3 });

    expect(said(status.conditions)).toEqual([
      ...GOOD.slice(0, 2),
      'ResolvedRefs=False (InvalidCertificateRef): no key',
      'Programmed=False (Invalid): no key',
    ]);
    expect([status.name, status.attachedRoutes]).toEqual(['a', 3]);
    expect(isUsable(stated, NO_CERTIFICATE)).toBe(false);
  });

  it('waits for the Tunnel', () => {
    const { conditions } = listenerStatus(first([aListener('a')]), { ...FACTS, pending: 'no token' });

    expect(said(conditions)).toEqual([...GOOD.slice(0, 3), 'Programmed=False (Pending): no token']);
  });

  it.each([
    { case: 'a conflict', entry: aListener('b'), reason: 'HostnameConflict' },
    { case: 'anything else', entry: aListener('b', { protocol: 'TCP', port: 22 }), reason: 'Invalid' },
  ])('of a ListenerSet is not programmed because of $case: $reason', ({ entry, reason }) => {
    const [, stated] = statedListeners(aGateway('shop/edge'), [aListenerSet('blog/set', [entry])]);

    expect(stated && listenerStatus(stated, FACTS).conditions.at(-1)).toMatchObject({ status: 'False', reason });
  });

  it('keeps the times of its own conditions whose status is the same, and tells the generation', () => {
    const listeners = [aListener('a'), aListener('b', { port: 81 })];
    const entry = (name: string, time: string) => ({
      ...listenerStatus(first(listeners), { ...FACTS, now: time }),
      name,
    });
    const status = { listeners: [entry('b', LATER), entry('a', EPOCH)] };
    const gateway = aGateway('shop/edge', { listeners, generation: 7, status });
    const [stated] = statedListeners(gateway, []);
    const { conditions = [] } =
      stated === undefined ? {} : listenerStatus(stated, { ...FACTS, pending: 'x', now: LATER });

    expect(conditions.map((one) => one.lastTransitionTime)).toEqual([EPOCH, EPOCH, EPOCH, LATER]);
    expect(new Set(conditions.map((one) => one.observedGeneration))).toEqual(new Set([7]));
  });
});
