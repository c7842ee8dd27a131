/** Reports while nobody, or not everybody, can be served. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useLocalWorld } from '../support/shared.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { Kind, KubeObject } from '../support/kube-client.ts';
import { service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { EXPOSED, type Expected, conditionOf, eventsAbout } from '../support/world-views.ts';

/** Ten seconds take one. */
const SPEED = 10;

const NOBODY = 'visitors get HTTP 530 (error 1033)';
const BROKEN = { image: 'example.com/nowhere:1' };

interface Trouble {
  readonly name: string;
  readonly cloudflared: Readonly<Record<string, unknown>>;
  readonly says: string;
}

const addVolume = { name: 'extra', secret: { secretName: 'nowhere' } };
const addVariable = { name: 'X', valueFrom: { secretKeyRef: { name: 'nowhere', key: 'x' } } };
const CONTAINER = '/spec/template/spec/containers/0';

const TROUBLES: readonly Trouble[] = [
  { name: 'image', cloudflared: BROKEN, says: 'ErrImagePull: failed to pull image "example.com/nowhere:1"' },
  {
    name: 'variable',
    cloudflared: { extraEnv: [addVariable] },
    says: 'CreateContainerConfigError: secret "nowhere" not found',
  },
  {
    name: 'volume',
    cloudflared: { patches: [{ op: 'add', path: '/spec/template/spec/volumes/-', value: addVolume }] },
    says: 'FailedMount: MountVolume.SetUp failed: secret "nowhere" not found',
  },
  { name: 'node', cloudflared: { nodeSelector: { disk: 'ssd' } }, says: 'Unschedulable: 0/1 nodes are available' },
  {
    name: 'admission',
    cloudflared: { patches: [{ op: 'add', path: '/spec/template/spec/hostNetwork', value: true }] },
    says: 'violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)',
  },
  {
    name: 'flag',
    cloudflared: { patches: [{ op: 'replace', path: `${CONTAINER}/args`, value: ['tunnel', '--no-such-flag'] }] },
    says: 'CrashLoopBackOff: container cloudflared exits with code',
  },
];

/** In accelerated time, because a problem that may pass within a moment is not reported at once. */
const world = useLocalWorld({ sandbox: { events: true }, operator: { speed: SPEED } });

beforeAll(async () => {
  await world.addNamespace('sick', { 'pod-security.kubernetes.io/enforce': 'restricted' });
  await Promise.all(TROUBLES.map(({ name, cloudflared }) => make(`sick/${name}`, { replicas: 1, cloudflared })));
  await make('shop/home', { replicas: 2 });
  await says(['Service', 'shop/home'], EXPOSED, { status: 'True' });
});

describe('connectors that cannot start', () => {
  it.each(TROUBLES)('are reported with the message of the cluster: $name', async ({ name, says: words }) => {
    const told = { status: 'False', message: containing(words) };

    const home = await says(['Tunnel', `sick/${name}`], 'ConnectorsReady', {
      ...told,
      reason: 'ConnectorsUnavailable',
    });
    expect(conditionOf(home, 'Ready')).toMatchObject({ status: 'False', reason: 'ConnectorsUnavailable' });
    expect(conditionOf(home, 'Ready')?.message).toContain(NOBODY);
    await says(['Service', `sick/${name}`], EXPOSED, { ...told, reason: 'NoConnectors' });
  });

  // On a slow machine the operator may not find the cause at first, and reports another message before.
  it.each(TROUBLES)(
    'are reported in a Warning event, with the same message in every pass: $name',
    async ({ name, says: words }) => {
      await eventually(async () => {
        const warnings = (await warningsAbout(`sick/${name}`)).filter((message) => message.includes(words));
        expect(new Set(warnings).size).toBe(1);
      });
    },
  );
});

describe('a Tunnel whose new connectors cannot start', () => {
  it('stays ready, and reports the problem, also to a new Service that is not served yet', async () => {
    await world.kube.patch('Tunnel', 'shop/home', { spec: { cloudflared: BROKEN } });
    const told = { reason: 'ConnectorsUnavailable', message: /ErrImagePull/ };

    const home = await says(['Tunnel', 'shop/home'], 'ConnectorsReady', { status: 'True', ...told });

    expect(conditionOf(home, 'Ready')?.status).toBe('True');
    expect(home.status?.['conditions']).toContainEqual(
      expect.objectContaining({ type: 'Reconciling', status: 'True', reason: 'ConnectorsUnavailable' }),
    );
    await world.kube.create(service('shop/late', { tunnel: 'home', hostname: 'late.example.com' }));
    await says(['Service', 'shop/late'], EXPOSED, {
      status: 'False',
      reason: 'TunnelNotReady',
      message: /ErrImagePull/,
    });
    await says(['Service', 'shop/home'], EXPOSED, { status: 'True', reason: 'Exposed' });
    await eventually(async () => expect(new Set(await warningsAbout('shop/home')).size).toBe(1));
  });

  it('serves it once the rollout is repaired', async () => {
    await world.kube.patch('Tunnel', 'shop/home', { spec: { cloudflared: { image: null } } });

    await says(['Service', 'shop/late'], EXPOSED, { status: 'True' });
    const home = await says(['Tunnel', 'shop/home'], 'ConnectorsReady', {
      status: 'True',
      reason: 'ConnectorsAvailable',
    });
    expect(conditionOf(home, 'Reconciling')).toBeUndefined();
  });
});

describe('a Tunnel that is scaled to zero', () => {
  it('is not ready, and its Services are not exposed, until it is scaled up again', async () => {
    await world.kube.scale('Tunnel', 'shop/home', 0);

    const home = await says(['Tunnel', 'shop/home'], 'Ready', { status: 'False', reason: 'ScaledToZero' });
    expect(conditionOf(home, 'Ready')?.message).toContain(NOBODY);
    await says(['Service', 'shop/home'], EXPOSED, {
      status: 'False',
      reason: 'NoConnectors',
      message: containing(NOBODY),
    });

    await world.kube.scale('Tunnel', 'shop/home', 2);
    await says(['Service', 'shop/home'], EXPOSED, { status: 'True', reason: 'Exposed' });
    await says(['Tunnel', 'shop/home'], 'Ready', { status: 'True' });
  });
});

// Invariant 32.
describe('a Service without a ready pod', () => {
  it('is not exposed until it has one, and wakes only itself', async () => {
    const asks = { tunnel: 'home', hostname: 'pods.example.com' };
    await world.kube.create(withPods(service('shop/pods', asks)));
    const told = { status: 'False', reason: 'NoReadyEndpoints', message: /^https:\/\/pods\.example\.com: .*HTTP 502/ };
    await says(['Service', 'shop/pods'], EXPOSED, told);

    await world.kube.create(whoami('shop/pods'));
    await says(['Service', 'shop/pods'], EXPOSED, { status: 'True', reason: 'Exposed' });

    await world.kube.patch('Deployment', 'shop/pods', { spec: { replicas: 0 } });
    await says(['Service', 'shop/pods'], EXPOSED, told);
    await eventually(async () =>
      expect(await eventsAbout(world, 'Service', 'shop/pods')).toContainEqual(
        expect.objectContaining({ type: 'Warning', reason: 'NoReadyEndpoints' }),
      ),
    );
  });
});

describe('an unreachable edge', () => {
  it('is reported with what a visitor gets, as soon as no connector is connected', async () => {
    await world.sandbox.edge.stop();

    const message = containing(`No connector is connected to Cloudflare's edge, so ${NOBODY}`);
    const home = await says(['Tunnel', 'shop/home'], 'Ready', {
      status: 'False',
      reason: 'ConnectorsUnavailable',
      message,
    });
    expect(conditionOf(home, 'Reconciling')).toMatchObject({ reason: 'ConnectorsUnavailable' });
    await says(['Service', 'shop/home'], EXPOSED, { status: 'False', reason: 'NoConnectors', message });
  });
});

/** A Tunnel and a Service of one name, which is also the hostname. */
async function make(key: string, spec: Readonly<Record<string, unknown>>): Promise<void> {
  const name = key.slice(key.indexOf('/') + 1);
  await world.kube.create(tunnel(key, spec));
  await world.kube.create(service(key, { tunnel: name, hostname: `${name}.example.com` }));
}

function says([kind, key]: readonly [Kind, string], type: string, expected: Expected): Promise<KubeObject> {
  const { message = /./, ...rest } = expected;
  return eventually(async () => {
    const object = await world.kube.get(kind, key);
    const condition = conditionOf(object, type);
    expect(condition).toMatchObject(rest);
    expect(condition?.message).toMatch(message);
    return object;
  });
}

function containing(words: string): RegExp {
  return new RegExp(words.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
}

/** The messages of Warning events about the connectors of a Tunnel. */
async function warningsAbout(key: string): Promise<readonly string[]> {
  const events = await eventsAbout(world, 'Tunnel', key);
  return events.filter(({ reason }) => reason === 'ConnectorsUnavailable').map(({ message }) => String(message));
}
