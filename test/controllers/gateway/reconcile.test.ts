import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import type { Gateway } from '../../../src/api/gateway-objects.ts';
import type { Tunnel } from '../../../src/api/objects.ts';
import { aSecret, aTunnel } from '../../support/builders.ts';
import { aGateway, aGatewayClass, aTlsListener } from '../../support/gateways.ts';
import { type Setting, TARGET, aWorld, owned } from './a-gateway-world.ts';

const LEAVING: Tunnel = { ...owned(), metadata: { ...owned().metadata, deletionTimestamp: '2026-02-01T00:00:00Z' } };
const WITH_TEMPLATE = aGatewayClass('cftunnel', {
  parametersRef: { group: 'cftunnel.io', kind: 'Tunnel', name: 'template', namespace: 'infra' },
});

function naming(name: string, kind = 'Tunnel'): Gateway {
  return aGateway('shop/edge', { infrastructure: { parametersRef: { group: 'cftunnel.io', kind, name } } });
}

/** The reason and the message of the first condition. */
function acceptedIn(status: unknown): string {
  const { conditions } = status as { readonly conditions: readonly Condition[] };
  return `${conditions[0]?.reason}: ${conditions[0]?.message}`;
}

describe('a Gateway', () => {
  it.each<{
    readonly case: string;
    readonly setting: Setting;
    readonly log: readonly string[];
    readonly accepted?: string;
  }>([
    {
      case: 'that names no Tunnel gets one',
      setting: {},
      log: ['apply Tunnel shop/edge', 'told of shop/edge, new', 'status Gateway'],
      accepted: 'Accepted: Every listener is accepted',
    },
    {
      case: 'keeps the Tunnel that was made for it',
      setting: { tunnels: [owned({ replicas: 3 })] },
      log: ['status Gateway'],
      accepted: 'Accepted: Every listener is accepted',
    },
    {
      case: 'restores what its class says',
      setting: { tunnels: [owned({ credentialsRef: { name: 'other' } })] },
      log: ['apply Tunnel shop/edge', 'told of shop/edge, known', 'status Gateway'],
      accepted: 'Accepted: Every listener is accepted',
    },
    {
      case: 'uses a Tunnel of its name that somebody else made, as it is',
      setting: { tunnels: [aTunnel('shop/edge')] },
      log: ['status Gateway'],
      accepted: 'Accepted: Every listener is accepted',
    },
    {
      case: 'uses the Tunnel that it names',
      setting: { gateway: naming('home'), tunnels: [aTunnel('shop/home')] },
      log: ['status Gateway'],
      accepted: 'Accepted: Every listener is accepted',
    },
    {
      case: 'lets go of its own Tunnel when it names another',
      setting: { gateway: naming('home'), tunnels: [aTunnel('shop/home'), owned()] },
      log: ['delete Tunnel shop/edge in the Background', 'status Gateway'],
      accepted: 'Accepted: Every listener is accepted',
    },
    {
      case: 'uses its own Tunnel as it is, if it names that',
      setting: { gateway: naming('edge'), tunnels: [owned({ credentialsRef: { name: 'other' } })] },
      log: ['status Gateway'],
      accepted: 'Accepted: Every listener is accepted',
    },
    {
      case: 'waits for its own Tunnel to be gone when it names another',
      setting: { gateway: naming('home'), tunnels: [aTunnel('shop/home'), LEAVING] },
      log: ['status Gateway'],
      accepted: 'Accepted: Every listener is accepted',
    },
    {
      case: 'gets what the template of its class says',
      setting: { gatewayClass: WITH_TEMPLATE, tunnels: [aTunnel('infra/template')] },
      log: ['apply Tunnel shop/edge', 'told of shop/edge, new', 'status Gateway'],
      accepted: 'Accepted: Every listener is accepted',
    },
    {
      case: 'does not get a Tunnel that it names',
      setting: { gateway: naming('home') },
      log: ['status Gateway'],
      accepted: 'InvalidParameters: Tunnel shop/home does not exist',
    },
    {
      case: 'that names something else gets none',
      setting: { gateway: naming('home', 'ConfigMap') },
      log: ['status Gateway'],
      accepted:
        'InvalidParameters: spec.infrastructure.parametersRef must name a Tunnel of cftunnel.io, and "cftunnel.io/ConfigMap" is none',
    },
    {
      case: 'of a class without parameters gets none',
      setting: { gatewayClass: aGatewayClass() },
      log: ['status Gateway'],
      accepted:
        'InvalidParameters: GatewayClass cftunnel has no spec.parametersRef, so its Gateways need a Tunnel of their own name, or name one in spec.infrastructure.parametersRef',
    },
    {
      case: 'keeps its Tunnel when its class loses its parameters',
      setting: { gatewayClass: aGatewayClass(), tunnels: [owned()] },
      log: ['status Gateway'],
      accepted: 'Accepted: Every listener is accepted',
    },
    {
      case: 'of another controller is left alone',
      setting: { gatewayClass: aGatewayClass('cftunnel', { controllerName: 'x.io/y' }) },
      log: [],
    },
    {
      case: 'of another controller loses its Tunnel',
      setting: { gatewayClass: aGatewayClass('cftunnel', { controllerName: 'x.io/y' }), tunnels: [owned()] },
      log: ['delete Tunnel shop/edge in the Background'],
    },
    {
      case: 'of another controller does not take along the Tunnel of somebody else',
      setting: {
        gatewayClass: aGatewayClass('cftunnel', { controllerName: 'x.io/y' }),
        tunnels: [aTunnel('shop/edge')],
      },
      log: [],
    },
    {
      case: 'whose class is gone keeps everything',
      setting: {
        gatewayClass: aGatewayClass('other'),
        gateway: aGateway('shop/edge', { gatewayClassName: 'gone' }),
        tunnels: [owned()],
      },
      log: [],
    },
    {
      case: 'that is being deleted is left to the garbage collector',
      setting: { gateway: aGateway('shop/edge', { deleting: true }), tunnels: [owned()] },
      log: [],
    },
  ])('$case', async ({ setting, log, accepted }) => {
    const world = aWorld(setting);

    expect(await world.pass()).toStrictEqual({});
    expect(world.log).toEqual(log);
    expect(world.statuses.map(acceptedIn)).toEqual(accepted === undefined ? [] : [accepted]);
  });

  it('that is gone is nothing to do about', async () => {
    const world = aWorld({});

    expect(await world.pass('shop/gone')).toStrictEqual({});
    expect(world.log).toEqual([]);
  });

  it.each([
    { case: 'a new Tunnel', tunnels: [] },
    { case: 'a known one', tunnels: [{ ...owned(), status: { target: TARGET } }] },
    { case: 'one that somebody else made', tunnels: [aTunnel('shop/edge', { status: { target: TARGET } })] },
  ])('is reached at the name of $case', async ({ tunnels }) => {
    const world = aWorld({ tunnels });
    await world.pass();

    expect(world.statuses).toMatchObject([{ addresses: [{ value: TARGET }] }]);
  });

  it('is reached at its Tunnel also when its class has lost its parameters', async () => {
    const world = aWorld({ gatewayClass: aGatewayClass(), tunnels: [{ ...owned(), status: { target: TARGET } }] });
    await world.pass();

    expect(world.statuses).toMatchObject([{ addresses: [{ value: TARGET }] }]);
  });

  // Invariant 3.
  it('is not written to when its status says it all', async () => {
    const first = aWorld({ tunnels: [owned()] });
    await first.pass();
    const status = first.statuses[0] as NonNullable<Gateway['status']>;
    const second = aWorld({ gateway: aGateway('shop/edge', { status }), tunnels: [owned()] });
    await second.pass();

    expect(second.log).toEqual([]);
    expect(status.listeners).toMatchObject([{ name: 'http', attachedRoutes: 2 }]);
  });

  it.each([
    {
      secrets: [aSecret('shop/tls', { 'tls.crt': 'good', 'tls.key': '-----BEGIN PRIVATE KEY-----' })],
      reason: 'ResolvedRefs',
    },
    { secrets: [], reason: 'InvalidCertificateRef' },
  ])('reads the certificates that it names again and again, and reports $reason', async ({ secrets, reason }) => {
    const listeners = [aTlsListener('https', { tls: { certificateRefs: [{ name: 'tls' }] } })];
    const world = aWorld({ gateway: aGateway('shop/edge', { listeners }), tunnels: [owned()], secrets });

    expect(await world.pass()).toEqual({ recheckAfterMs: 600_000 });
    expect(world.statuses).toMatchObject([
      {
        listeners: [
          { conditions: expect.arrayContaining([expect.objectContaining({ type: 'ResolvedRefs', reason })]) },
        ],
      },
    ]);
  });
});
