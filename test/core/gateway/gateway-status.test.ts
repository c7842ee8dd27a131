import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import type { Gateway, Listener } from '../../../src/api/gateway-objects.ts';
import type { Tunnel } from '../../../src/api/objects.ts';
import { type GatewayFacts, gatewayStatus } from '../../../src/core/gateway/gateway-status.ts';
import { statedListeners } from '../../../src/core/gateway/stated-listeners.ts';
import { EPOCH, aTunnel } from '../../support/builders.ts';
import { aGateway, aListener, aTlsListener } from '../../support/gateways.ts';

const LATER = '2026-02-02T00:00:00Z';
const TARGET = 'id-1.cfargotunnel.com';
const READY: Condition = { type: 'Ready', status: 'True', reason: 'Ready', message: 'All', lastTransitionTime: EPOCH };

function aServedTunnel(ready: Partial<Condition> = {}): Tunnel {
  return aTunnel('shop/edge', { status: { target: TARGET, conditions: [{ ...READY, ...ready }] } });
}

/** Of another part of the Tunnel. */
const OTHER: Condition = { ...READY, type: 'DNSReady', message: 'no zone' };

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
  const ACCEPTED = 'True (Accepted): Every listener is accepted';
  const PROGRAMMED = 'True (Programmed): Tunnel shop/edge is ready';

  it.each<{ case: string; facts: Facts; accepted?: string; programmed: string }>([
    { case: 'with a ready Tunnel', facts: {}, programmed: PROGRAMMED },
    {
      case: 'that can have no Tunnel',
      facts: { tunnel: undefined, problem: 'none' },
      accepted: 'False (InvalidParameters): none',
      programmed: 'False (Invalid): none',
    },
    {
      case: 'whose Tunnel is not there yet',
      facts: { tunnel: undefined },
      programmed: 'False (Pending): Its Tunnel is being created',
    },
    {
      case: 'whose Tunnel is new',
      facts: { tunnel: aTunnel('shop/edge') },
      programmed: 'False (AddressNotAssigned): Tunnel shop/edge has no name at Cloudflare yet',
    },
    {
      case: 'whose Tunnel has no name yet',
      facts: { tunnel: aTunnel('shop/edge', { status: { conditions: [OTHER, { ...READY, message: 'no token' }] } }) },
      programmed: 'False (AddressNotAssigned): Tunnel shop/edge has no name at Cloudflare yet: no token',
    },
    {
      case: 'whose Tunnel is not ready',
      facts: { tunnel: aServedTunnel({ status: 'False', message: 'no token' }) },
      programmed: 'False (Pending): Tunnel shop/edge is not ready: no token',
    },
    {
      case: 'whose Tunnel says nothing',
      facts: { tunnel: aTunnel('shop/edge', { status: { target: TARGET } }) },
      programmed: 'False (Pending): Tunnel shop/edge is not ready',
    },
    {
      case: 'for an address of its own',
      facts: { gateway: withAddress('IPAddress', '192.0.2.1') },
      accepted: 'False (UnsupportedAddress): A tunnel has no address of type IPAddress; leave out spec.addresses',
      programmed: 'False (Invalid): A tunnel has no address of type IPAddress; leave out spec.addresses',
    },
    { case: 'for any address', facts: { gateway: withAddress('IPAddress') }, programmed: PROGRAMMED },
    {
      case: 'for the name of the tunnel',
      facts: { gateway: withAddress('Hostname', TARGET) },
      programmed: PROGRAMMED,
    },
    {
      case: 'for another name',
      facts: { gateway: withAddress('Hostname', 'x.example.com') },
      programmed: `False (AddressNotUsable): Tunnel shop/edge is reached as ${TARGET}, not as x.example.com`,
    },
    {
      case: 'with a listener that cannot be served',
      facts: { listeners: [aListener('a'), aListener('b', { protocol: 'TCP', port: 22 })] },
      accepted: 'True (ListenersNotValid): Not accepted: b. The conditions of each say why',
      programmed: PROGRAMMED,
    },
    {
      case: 'with no other listener',
      facts: { listeners: [aListener('b', { protocol: 'TCP', port: 22 })] },
      accepted: 'False (ListenersNotValid): Not accepted: b. The conditions of each say why',
      programmed: 'False (Invalid): Not accepted: b. The conditions of each say why',
    },
  ])('$case is $accepted, and programmed $programmed', ({ facts, accepted = ACCEPTED, programmed }) => {
    const said = statusOf(facts).conditions.map((one) => `${brief([one])[0]}: ${one.message}`);

    expect(said).toEqual([`Accepted=${accepted}`, `Programmed=${programmed}`]);
  });

  it('is reached at the name of its tunnel', () => {
    expect(statusOf().addresses).toEqual([{ type: 'Hostname', value: TARGET }]);
    expect(statusOf({ tunnel: undefined }).addresses).toEqual([]);
  });

  it.each([
    { case: 'none', allowedListeners: undefined, count: {} },
    { case: 'any', allowedListeners: { namespaces: { from: 'All' } }, count: { attachedListenerSets: 0 } },
  ])('that admits ListenerSets of $case tells their number: $count', ({ allowedListeners, count }) => {
    const gateway = aGateway('shop/edge', allowedListeners === undefined ? {} : { allowedListeners });
    const { addresses, conditions, listeners, ...more } = statusOf({ gateway });

    expect([addresses.length, conditions.length, listeners.length]).toEqual([1, 2, 1]);
    expect(more).toStrictEqual(count);
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
        message: expect.stringMatching(/^spec\.tls\.frontend of the Gateway asks visitors .* an AccessPolicy that/),
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
    expect(conditions[2]?.message).toBe(
      'spec.tls.backend.clientCertificateRef is not supported: Services are reached without a certificate of the Gateway. Remove it',
    );
  });
});

describe('the listeners of a Gateway', () => {
  it('are told with their routes and certificates', () => {
    const listeners = [aListener('a'), aTlsListener('b')];
    const certificates = new Map([['b', { reason: 'InvalidCertificateRef', message: 'none' } as const]]);
    const told = statusOf({ listeners, certificates, attachedRoutes: new Map([['b', 3]]) }).listeners;

    expect(
      told.map(({ name, attachedRoutes, conditions }) => [name, attachedRoutes, brief(conditions).at(-1)]),
    ).toEqual([
      ['a', 0, 'Programmed=True (Programmed)'],
      ['b', 3, 'Programmed=False (Invalid)'],
    ]);
  });

  it('wait for the Tunnel', () => {
    expect(statusOf({ tunnel: undefined }).listeners[0]?.conditions.at(-1)).toMatchObject({
      reason: 'Pending',
      message: 'Its Tunnel is being created',
    });
  });
});
