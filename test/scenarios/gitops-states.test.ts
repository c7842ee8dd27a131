import { beforeAll, expect, it } from '@jest/globals';
import type { Kind, KubeObject } from '../support/kube-client.ts';
import { type RecordedState, recordStates, recordedStates, withoutChance } from '../support/recorded-states.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { accessPolicy, accessServiceToken, service, tunnel, withPods } from '../support/world-objects.ts';
import { EXPOSED, type Expected, becomes, exposed, ready, refused } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const BROKEN = { cloudflared: { image: 'example.com/nowhere:1' } };
const READY = 'Ready';
const STAFF = { decision: 'Allow', include: [{ emailDomain: 'example.com' }] };

const world = useWorld({ isOperatorStarted: false });
const found = new Map<string, KubeObject>();

beforeAll(
  inSandbox(async () => {
    await world.addNamespace('states');
    await firstMoments();
    await world.operator.start();
    await tunnelStates();
    await serviceStates();
    await accessStates();
    await world.operator.stop();
    await afterTheOperator();
  }),
);

/** Objects that no operator has seen yet. */
async function firstMoments(): Promise<void> {
  await apply(tunnel('states/home', { allowedRoutes: { hostnames: ['*.example.com'] } }));
  await apply(service('states/web', { tunnel: 'home', hostname: 'web.example.com' }));
  await apply(accessPolicy('states/spare', STAFF));
  await apply(accessServiceToken('states/robot', { duration: 'forever' }));
  await keep('Tunnel just applied', 'Tunnel', 'states/home');
  await keep('Service just applied', 'Service', 'states/web');
  await keep('AccessPolicy just applied', 'AccessPolicy', 'states/spare');
  await keep('AccessServiceToken just applied', 'AccessServiceToken', 'states/robot');
}

async function tunnelStates(): Promise<void> {
  await apply(tunnel('states/lost', { credentialsRef: { name: 'nowhere' } }));
  await apply(tunnel('states/zero', { replicas: 0 }));
  await apply(tunnel('states/starting', { replicas: 1, ...BROKEN }));
  await apply(tunnel('states/rolling', { replicas: 1 }));
  await apply(tunnel('states/paused', { replicas: 1 }));
  await Promise.all(['home', 'rolling', 'paused'].map((name) => ready(world, `states/${name}`)));
  await world.kube.patch('Tunnel', 'states/rolling', { spec: BROKEN });
  await world.kube.patch('Tunnel', 'states/paused', { spec: { suspend: true } });
  await exposed(world, 'states/web', ['web.example.com']);

  await reach('Tunnel ready', ['Tunnel', 'states/home'], READY, { status: 'True' });
  await reach('Tunnel without its Secret', ['Tunnel', 'states/lost'], 'Stalled', { status: 'True' });
  await reach('Tunnel scaled to zero', ['Tunnel', 'states/zero'], READY, { status: 'False', reason: 'ScaledToZero' });
  const cannotStart = { status: 'True', reason: 'ConnectorsUnavailable', message: /ErrImagePull/ };
  await reach('Tunnel whose connectors cannot start', ['Tunnel', 'states/starting'], 'Reconciling', cannotStart);
  await reach('Tunnel ready while connectors roll', ['Tunnel', 'states/rolling'], 'Reconciling', cannotStart);
  await reach('Tunnel suspended', ['Tunnel', 'states/paused'], READY, { status: 'Unknown', reason: 'Suspended' });
}

async function serviceStates(): Promise<void> {
  await apply(service('states/guest', { tunnel: 'home', hostname: 'guest.example.org' }));
  await apply(service('states/waiting', { tunnel: 'paused', hostname: 'waiting.example.com' }));
  await apply(service('states/dark', { tunnel: 'zero', hostname: 'dark.example.com' }));
  await apply(withPods(service('states/empty', { tunnel: 'home', hostname: 'empty.example.com' })));
  await apply(service('states/plain'));
  await refused(world, 'states/guest', 'NotAllowed');

  await reach('Service exposed', ['Service', 'states/web'], EXPOSED, { status: 'True' });
  await reach('Service refused', ['Service', 'states/guest'], EXPOSED, { status: 'False', reason: 'NotAllowed' });
  const waiting = { status: 'False', reason: 'TunnelNotReady' };
  await reach('Service of a suspended Tunnel', ['Service', 'states/waiting'], EXPOSED, waiting);
  const dark = { status: 'False', reason: 'NoConnectors' };
  await reach('Service without connectors', ['Service', 'states/dark'], EXPOSED, dark);
  const empty = { status: 'False', reason: 'NoReadyEndpoints' };
  await reach('Service without pods', ['Service', 'states/empty'], EXPOSED, empty);
  await keep('Service that asks for nothing', 'Service', 'states/plain');
}

async function accessStates(): Promise<void> {
  await apply(accessPolicy('states/staff', STAFF));
  await apply(accessPolicy('states/broken', { decision: 'Bypass', include: [{ email: 'ann@example.com' }] }));
  await apply(accessServiceToken('states/lost-robot', { tunnelRef: { name: 'nowhere' } }));
  await apply(tunnel('states/closed', { replicas: 0, access: { policies: ['staff', 'broken'] } }));

  await reach('AccessPolicy at Cloudflare', ['AccessPolicy', 'states/staff'], READY, {
    status: 'True',
    reason: 'PolicySynced',
  });
  await reach('AccessPolicy that nobody uses', ['AccessPolicy', 'states/spare'], READY, {
    status: 'True',
    reason: 'Unused',
  });
  await reach('AccessPolicy with a rule that cannot be met', ['AccessPolicy', 'states/broken'], 'Stalled', {
    status: 'True',
    reason: 'PolicyInvalid',
  });
  await reach('AccessServiceToken in its Secret', ['AccessServiceToken', 'states/robot'], READY, { status: 'True' });
  await reach('AccessServiceToken without its Tunnel', ['AccessServiceToken', 'states/lost-robot'], 'Reconciling', {
    status: 'True',
  });
}

async function afterTheOperator(): Promise<void> {
  await world.kube.patch('Tunnel', 'states/home', { spec: { replicas: 1 } });
  await keep('Tunnel changed since', 'Tunnel', 'states/home');
  await world.kube.delete('Tunnel', 'states/rolling');
  await keep('Tunnel being deleted', 'Tunnel', 'states/rolling');
  await world.kube.patch('AccessPolicy', 'states/spare', { spec: { decision: 'Deny' } });
  await keep('AccessPolicy changed since', 'AccessPolicy', 'states/spare');
  await world.kube.delete('AccessServiceToken', 'states/robot');
  await keep('AccessServiceToken being deleted', 'AccessServiceToken', 'states/robot');
}

async function apply(object: KubeObject): Promise<void> {
  await world.kube.apply(object, 'kustomize-controller');
}

async function reach(name: string, object: readonly [Kind, string], type: string, expected: Expected): Promise<void> {
  found.set(name, await becomes(world, object, type, expected));
}

async function keep(name: string, kind: Kind, key: string): Promise<void> {
  found.set(name, await world.kube.get(kind, key));
}

it(
  `the recorded states are what the operator writes${NEEDS_SANDBOX}`,
  inSandbox(async () => {
    const before = recordedStates();
    const states: readonly RecordedState[] = [...found].map(([name, object]) => {
      const kstatus = before.find((state) => state.name === name)?.kstatus ?? 'unknown';
      return { name, kstatus, object: withoutChance(object) };
    });

    if (process.env['RECORD_STATES'] === 'true') recordStates(states);
    expect(recordedStates()).toEqual(states);
  }),
);
