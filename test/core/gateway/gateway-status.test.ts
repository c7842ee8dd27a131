import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import type { Gateway, Listener } from '../../../src/api/gateway-objects.ts';
import type { Tunnel } from '../../../src/api/objects.ts';
import { type GatewayFacts, gatewayStatus } from '../../../src/core/gateway/gateway-status.ts';
import { statedListeners } from '../../../src/core/gateway/stated-listeners.ts';
import { isGatewayTold } from '../../../src/core/gateway/told.ts';
import { EPOCH, aTunnel } from '../../support/builders.ts';
import { aGateway, aListener, aTlsListener } from '../../support/gateways.ts';

const LATER = '2026-02-02T00:00:00Z';
const TARGET = 'id-1.cfargotunnel.com';
const READY: Condition = { type: 'Ready', status: 'True', reason: 'Ready', message: 'All', lastTransitionTime: EPOCH };

function aServedTunnel(ready: Partial<Condition> = {}): Tunnel {
  return aTunnel('shop/edge', { status: { target: TARGET, conditions: [{ ...READY, ...ready }] } });
}

type Facts = Partial<Omit<GatewayFacts, 'listeners'>> & { readonly listeners?: readonly Listener[] };

function statusOf({ listeners, gateway: given, ...facts }: Facts = {}) {
  const gateway = given ?? aGateway('shop/edge', listeners === undefined ? {} : { listeners });
  return gatewayStatus({
    gateway,
    listeners: statedListeners(gateway, []),
    tunnel: aServedTunnel(),
    problem: undefined,
    certificates: new Map(),
    attachedRoutes: new Map(),
    now: EPOCH,
    ...facts,
  });
}

/** The status of the first listener. */
function listenerOf(listeners: readonly Listener[], facts: Facts = {}) {
  return statusOf({ listeners, ...facts }).listeners[0];
}

/** As `type=status (reason)`. */
function brief(conditions: readonly Condition[] | undefined): readonly string[] {
  return (conditions ?? []).map(({ type, status, reason }) => `${type}=${status} (${reason})`);
}

function withAddress(type: string | undefined, value?: string): Gateway {
  const address = { ...(type === undefined ? {} : { type }), ...(value === undefined ? {} : { value }) };
  return aGateway('shop/edge', { addresses: [address] });
}

describe('a Gateway', () => {
  it.each([
    { case: 'with a ready Tunnel', facts: {}, accepted: 'True (Accepted)', programmed: 'True (Programmed)' },
    {
      case: 'without a Tunnel',
      facts: { tunnel: undefined, problem: 'none' },
      accepted: 'False (InvalidParameters)',
      programmed: 'False (Invalid)',
    },
    {
      case: 'whose Tunnel is new',
      facts: { tunnel: aTunnel('shop/edge') },
      accepted: 'True (Accepted)',
      programmed: 'False (AddressNotAssigned)',
    },
    {
      case: 'whose Tunnel is not ready',
      facts: { tunnel: aServedTunnel({ status: 'False' }) },
      accepted: 'True (Accepted)',
      programmed: 'False (Pending)',
    },
    {
      case: 'for an address of its own',
      facts: { gateway: withAddress('IPAddress', '192.0.2.1') },
      accepted: 'False (UnsupportedAddress)',
      programmed: 'False (Invalid)',
    },
    {
      case: 'for any address',
      facts: { gateway: withAddress('IPAddress') },
      accepted: 'True (Accepted)',
      programmed: 'True (Programmed)',
    },
    {
      case: 'for the name of the tunnel',
      facts: { gateway: withAddress('Hostname', TARGET) },
      accepted: 'True (Accepted)',
      programmed: 'True (Programmed)',
    },
    {
      case: 'for another name',
      facts: { gateway: withAddress('Hostname', 'x.example.com') },
      accepted: 'True (Accepted)',
      programmed: 'False (AddressNotUsable)',
    },
    {
      case: 'with a listener that cannot be served',
      facts: { listeners: [aListener('a'), aListener('b', { protocol: 'TCP', port: 22 })] },
      accepted: 'True (ListenersNotValid)',
      programmed: 'True (Programmed)',
    },
    {
      case: 'with no other listener',
      facts: { listeners: [aListener('b', { protocol: 'TCP', port: 22 })] },
      accepted: 'False (ListenersNotValid)',
      programmed: 'False (Invalid)',
    },
  ])('$case is $accepted, and programmed $programmed', ({ facts, accepted, programmed }) => {
    expect(brief(statusOf(facts).conditions)).toEqual([`Accepted=${accepted}`, `Programmed=${programmed}`]);
  });

  it('is reached at the name of its tunnel, and repeats why that is not ready', () => {
    const tunnel = aServedTunnel({ status: 'False', message: 'no token' });

    expect(statusOf({ tunnel }).addresses).toEqual([{ type: 'Hostname', value: TARGET }]);
    expect(statusOf({ tunnel }).conditions[1]?.message).toBe('Tunnel shop/edge is not ready: no token');
  });

  it('keeps the time of a condition whose status is the same, and tells the generation', () => {
    const [before] = statusOf().conditions;
    const told = { conditions: before === undefined ? [] : [before] };
    const gateway = aGateway('shop/edge', { generation: 7, status: told });
    const { conditions } = statusOf({ gateway, now: LATER });

    expect(conditions.map((one) => one.lastTransitionTime)).toEqual([EPOCH, LATER]);
    expect(conditions.map((one) => one.observedGeneration)).toEqual([7, 7]);
  });
});

describe('a Gateway that asks visitors for certificates', () => {
  const ASKS = { validation: {} };

  it.each<{
    readonly case: string;
    readonly tls: NonNullable<Gateway['spec']['tls']>;
    readonly refused: readonly string[];
  }>([
    { case: 'everywhere', tls: { frontend: { default: ASKS } }, refused: ['a', 'b'] },
    { case: 'at one port', tls: { frontend: { default: {}, perPort: [{ port: 443, tls: ASKS }] } }, refused: ['a'] },
    {
      case: 'but at one port',
      tls: { frontend: { default: ASKS, perPort: [{ port: 443, tls: {} }] } },
      refused: ['b'],
    },
    { case: 'nowhere', tls: { frontend: { default: {} } }, refused: [] },
  ])('$case has no listener for TLS there: $refused', ({ tls, refused }) => {
    const listeners = [aTlsListener('a'), aTlsListener('b', { port: 8443 }), aListener('c')];
    const gateway = aGateway('shop/edge', { listeners, tls });
    const told = statusOf({ gateway }).listeners.filter(
      ({ conditions }) => brief(conditions)[0] !== 'Accepted=True (Accepted)',
    );

    expect(told.map(({ name }) => name)).toEqual(refused);
    for (const { conditions } of told)
      expect(conditions[0]).toMatchObject({
        reason: 'UnsupportedValue',
        message: expect.stringContaining('AccessPolicy'),
      });
  });
});

describe('a listener that asks visitors for certificates, as before v1.4', () => {
  it('is not accepted', () => {
    const told = listenerOf([aTlsListener('a', { tls: { frontendValidation: {} } })]);

    expect(told?.conditions[0]).toMatchObject({
      reason: 'UnsupportedValue',
      message: expect.stringMatching(/^tls\.frontendValidation asks visitors for certificates/),
    });
  });
});

describe('a Gateway with a certificate for Services', () => {
  it('is told that it is not shown', () => {
    const tls = { backend: { clientCertificateRef: { name: 'client' } } };
    const { conditions } = statusOf({ gateway: aGateway('shop/edge', { tls }) });

    expect(brief(conditions)).toEqual([
      'Accepted=True (Accepted)',
      'Programmed=True (Programmed)',
      'ResolvedRefs=False (InvalidClientCertificateRef)',
    ]);
  });
});

describe('a listener', () => {
  const good = [
    'Accepted=True (Accepted)',
    'Conflicted=False (NoConflicts)',
    'ResolvedRefs=True (ResolvedRefs)',
    'Programmed=True (Programmed)',
  ];

  it.each([
    { case: 'for HTTP', listeners: [aListener('a')], kinds: ['GRPCRoute', 'HTTPRoute'], differs: [] },
    { case: 'for HTTPS', listeners: [aTlsListener('a')], kinds: ['GRPCRoute', 'HTTPRoute'], differs: [] },
    {
      case: 'for TCP',
      listeners: [aListener('a', { protocol: 'TCP' }), aListener('z')],
      kinds: [],
      differs: ['Accepted=False (UnsupportedProtocol)', 'Programmed=False (Invalid)'],
    },
    {
      case: 'with an invalid hostname',
      listeners: [aListener('a', { hostname: 'localhost' }), aListener('z')],
      kinds: ['GRPCRoute', 'HTTPRoute'],
      differs: ['Accepted=False (UnsupportedValue)', 'Programmed=False (Invalid)'],
    },
    {
      case: 'like another one',
      listeners: [aListener('a'), aListener('b'), aListener('z', { port: 8080 })],
      kinds: ['GRPCRoute', 'HTTPRoute'],
      differs: [
        'Accepted=False (HostnameConflict)',
        'Conflicted=True (HostnameConflict)',
        'Programmed=False (Invalid)',
      ],
    },
    {
      case: 'on a port for HTTPS',
      listeners: [aListener('a'), aTlsListener('b', { port: 80 }), aListener('z', { port: 8080 })],
      kinds: ['GRPCRoute', 'HTTPRoute'],
      differs: [
        'Accepted=False (ProtocolConflict)',
        'Conflicted=True (ProtocolConflict)',
        'Programmed=False (Invalid)',
      ],
    },
    {
      case: 'for one kind',
      listeners: [aListener('a', { allowedRoutes: { kinds: [{ kind: 'HTTPRoute' }] } })],
      kinds: ['HTTPRoute'],
      differs: [],
    },
    {
      case: 'for an unknown kind too',
      listeners: [aListener('a', { allowedRoutes: { kinds: [{ kind: 'HTTPRoute' }, { kind: 'X' }] } })],
      kinds: ['HTTPRoute'],
      differs: ['ResolvedRefs=False (InvalidRouteKinds)'],
    },
    {
      case: 'for an unknown kind only',
      listeners: [aListener('a', { allowedRoutes: { kinds: [{ kind: 'X' }] } })],
      kinds: [],
      differs: ['ResolvedRefs=False (InvalidRouteKinds)', 'Programmed=False (Invalid)'],
    },
    {
      case: 'for a kind of another group',
      listeners: [aListener('a', { allowedRoutes: { kinds: [{ group: 'x.io', kind: 'HTTPRoute' }] } })],
      kinds: [],
      differs: ['ResolvedRefs=False (InvalidRouteKinds)', 'Programmed=False (Invalid)'],
    },
  ])('$case supports $kinds, with $differs', ({ listeners, kinds, differs }) => {
    const listener = listenerOf(listeners);
    const types = new Set(differs.map((one) => one.split('=')[0]));
    const expected = good.map((one) => differs.find((other) => other.split('=')[0] === one.split('=')[0]) ?? one);

    expect(listener?.supportedKinds.map(({ kind }) => kind)).toEqual(kinds);
    expect(types.size).toBe(differs.length);
    expect(brief(listener?.conditions)).toEqual(expected);
  });

  it('with a certificate that cannot be used is not programmed, and keeps its routes', () => {
    const certificates = new Map([['a', { reason: 'InvalidCertificateRef', message: 'none' } as const]]);
    const listener = listenerOf([aTlsListener('a')], { certificates, attachedRoutes: new Map([['a', 3]]) });

    expect(brief(listener?.conditions)).toContain('ResolvedRefs=False (InvalidCertificateRef)');
    expect(brief(listener?.conditions)).toContain('Programmed=False (Invalid)');
    expect(listener?.attachedRoutes).toBe(3);
  });

  it('waits for the Tunnel', () => {
    const listener = listenerOf([aListener('a')], { tunnel: aTunnel('shop/edge') });

    expect(brief(listener?.conditions)).toContain('Programmed=False (Pending)');
  });
});

describe('a status', () => {
  const wanted = statusOf();
  const told = (status: Gateway['status']): boolean =>
    isGatewayTold(aGateway('shop/edge', status === undefined ? {} : { status }), wanted);

  it('is told already when it says the same, whatever others add', () => {
    const foreign: Condition = { ...READY, type: 'example.com/Other' };

    expect(told(wanted)).toBe(true);
    expect(told({ ...wanted, conditions: [foreign, ...wanted.conditions] })).toBe(true);
  });

  it.each([
    { case: 'nothing', status: undefined },
    { case: 'another address', status: { ...wanted, addresses: [] } },
    { case: 'another condition', status: { ...wanted, conditions: wanted.conditions.slice(1) } },
    { case: 'a listener that is gone', status: { ...wanted, listeners: [...wanted.listeners, ...wanted.listeners] } },
    {
      case: 'another number of routes',
      status: { ...wanted, listeners: wanted.listeners.map((one) => ({ ...one, attachedRoutes: 9 })) },
    },
    {
      case: 'another condition of a listener',
      status: { ...wanted, listeners: wanted.listeners.map((one) => ({ ...one, conditions: [] })) },
    },
  ])('is written when it says $case', ({ status }) => {
    expect(told(status)).toBe(false);
  });
});
