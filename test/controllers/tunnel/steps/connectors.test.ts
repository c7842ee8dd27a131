import { describe, expect, it } from '@jest/globals';
import { CONFIG_HASH_ANNOTATION } from '../../../../src/api/names.ts';
import type { Deployment, EventObject, KubeObject, Pod } from '../../../../src/api/objects.ts';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import {
  type ConnectorsPort,
  runConnectors,
  runningImage,
} from '../../../../src/controllers/tunnel/steps/connectors.ts';
import { deploymentFor } from '../../../../src/core/manifests/deployment.ts';
import { ownerReferenceOf } from '../../../../src/core/owned.ts';
import { type TunnelTraits, aDeployment, aTunnel } from '../../../support/builders.ts';
import { aClock, aPass } from '../../../support/tunnel-pass.ts';

const HASHES = { config: 'rules', credentials: 'secret' };
const ALWAYS = ['ServiceAccount', 'Deployment'];

const UNSCHEDULABLE: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'home-cloudflared-1' },
  status: {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' }],
  },
};

describe('the objects of the connectors', () => {
  it.each<{ case: string; spec: NonNullable<TunnelTraits['spec']>; kinds: readonly string[] }>([
    { case: 'two connectors', spec: {}, kinds: [...ALWAYS, 'PodDisruptionBudget'] },
    { case: 'one connector, which nothing can keep available', spec: { replicas: 1 }, kinds: ALWAYS },
    { case: 'no disruption budget', spec: { cloudflared: { podDisruptionBudget: false } }, kinds: ALWAYS },
    {
      case: 'a network policy',
      spec: { cloudflared: { networkPolicy: true } },
      kinds: ['ServiceAccount', 'NetworkPolicy', 'Deployment', 'PodDisruptionBudget'],
    },
  ])('are $kinds for $case', async ({ spec, kinds }) => {
    const world = aWorld({ spec });

    await world.run();

    expect(world.applied.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('are left as they are when a patch names an image that is not pinned', async () => {
    const world = aWorld({});
    world.port.patchManifest = (manifest) => withImage(manifest, 'cloudflare/cloudflared');

    await expect(world.run()).rejects.toMatchObject({
      reason: 'InvalidSpec',
      disposition: 'stall',
      message: expect.stringMatching(/^spec\.cloudflared: the image cloudflare\/cloudflared does .* are not changed$/),
    });
    expect(world.applied).toEqual([]);
  });

  it('are changed by the patches of the spec', async () => {
    const patched: unknown[] = [];
    for (const patches of [undefined, [{ op: 'remove' as const, path: '/spec' }]]) {
      const world = aWorld({ spec: patches === undefined ? {} : { cloudflared: { patches } } });
      world.port.patchManifest = (manifest, ...given) => (patched.push(...given), manifest);
      await world.run();
    }

    expect(patched).toEqual([[], [{ op: 'remove', path: '/spec' }]]);
  });

  it.each([
    { spec: { cloudflared: { networkPolicy: true } }, removed: [] },
    { spec: {}, removed: ['NetworkPolicy'] },
    { spec: { replicas: 1 }, removed: ['NetworkPolicy', 'PodDisruptionBudget'] },
  ])('are removed once they are not wanted: $removed', async ({ spec, removed }) => {
    const world = aWorld({ spec });
    world.port.cached = owned;

    await world.run();

    expect(world.removed).toEqual(removed);
  });
});

describe('connectors that are missing', () => {
  it('are explained by their pods once nothing has changed for five seconds', async () => {
    const world = aWorld({ deployment: rolling() });

    expect(await world.run()).toMatchObject({ isSettled: false, trouble: undefined });
    world.clock.nowMs = 4_999;
    expect(await world.run()).toMatchObject({ isSettled: false });
    expect(world.listed).toEqual([]);
    world.clock.nowMs = 5_000;
    expect(await world.run()).toMatchObject({
      isSettled: true,
      trouble: { kind: 'broken', why: 'Unschedulable: no room' },
    });
    expect(world.listed).toEqual(['shop app.kubernetes.io/name=cloudflared,app.kubernetes.io/instance=home']);
  });

  it.each<{ case: string; pods: readonly Pod[] | undefined; why: string | undefined; asked: readonly string[] }>([
    {
      case: 'events, of the first that waits',
      pods: [waiting('a'), waiting('b')],
      why: 'FailedMount: a',
      asked: ['a'],
    },
    { case: 'nothing if they may not be listed', pods: undefined, why: undefined, asked: [] },
  ])('are explained by $case', async ({ pods, why, asked }) => {
    const world = aWorld({ deployment: rolling(), pods });
    await world.run();
    world.clock.nowMs = 5_000;

    const { trouble } = await world.run();

    expect(trouble).toEqual(why && { kind: 'broken', why });
    expect(world.listed.slice(1)).toEqual(asked);
  });

  it('are waited for anew when they come a step further', async () => {
    const world = aWorld({ deployment: rolling() });
    await world.run();
    world.clock.nowMs = 5_000;
    world.deployment = rolling(1);

    expect(await world.run()).toMatchObject({ isSettled: false, hasAdvanced: true });
  });

  it('are remembered while they run without being connected, because their credentials may be outdated', async () => {
    const world = aWorld({ deployment: rolling(), pods: [UNCONNECTED] });
    await world.run();
    world.clock.nowMs = 5_000;

    await world.run();
    expect(world.memory().areUnconnected).toBe(true);

    world.deployment = rolling(1);
    await world.run();
    expect(world.memory().areUnconnected).toBe(false);
  });

  it('do not exist for a Tunnel that is scaled to zero: no pod is listed', async () => {
    const world = aWorld({ spec: { replicas: 0 }, deployment: rolling() });
    await world.run();
    world.clock.nowMs = 60_000;

    expect(await world.run()).toMatchObject({ isSettled: true, hasAdvanced: false });
    expect(world.listed).toEqual([]);
  });

  it('are waited for anew after all of them were there', async () => {
    const world = aWorld({ deployment: rolling() });
    await world.run();
    world.deployment = deployed({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
    expect(await world.run()).toMatchObject({ rollout: { kind: 'complete' }, isSettled: true, hasAdvanced: false });
    world.deployment = rolling();
    world.clock.nowMs = 5_000;

    expect(await world.run()).toMatchObject({ isSettled: false, hasAdvanced: false });
  });
});

it.each([
  { case: 'its own Deployment', owners: undefined, image: 'cloudflare/cloudflared:2026.8.2' },
  { case: 'a Deployment of somebody else', owners: [], image: undefined },
])('the image that runs is read from $case', ({ owners, image }) => {
  const tunnel = aTunnel('shop/home');
  const own = deploymentFor(tunnel, HASHES);
  const stored = { ...own, metadata: { ...own.metadata, ...(owners && { ownerReferences: owners }) } };

  expect(runningImage({ deployments: { get: () => stored as unknown as Deployment } }, aPass(tunnel))).toBe(image);
});

interface Given extends TunnelTraits {
  readonly deployment?: Deployment;
  readonly pods?: readonly Pod[] | undefined;
}

function aWorld({ deployment, ...traits }: Given) {
  const pods = 'pods' in traits ? traits.pods : [UNSCHEDULABLE];
  const clock = aClock();
  const memories = new TunnelMemories(clock);
  const applied: KubeObject[] = [];
  const removed: string[] = [];
  const listed: string[] = [];
  const port: { -readonly [Name in keyof ConnectorsPort]: ConnectorsPort[Name] } = {
    cached: () => undefined,
    objects: {
      find: async () => undefined,
      apply: async (object) => (applied.push(object), object),
      dryRun: async () => undefined,
      setOwners: async (object) => object,
      delete: async ({ kind }) => void removed.push(kind),
    },
    hash: String,
    changed: () => undefined,
    driftRepaired: () => undefined,
    deployments: { get: () => world.deployment },
    lists: {
      pods: async (namespace, labels) => {
        listed.push(`${namespace} ${labels}`);
        return pods;
      },
      warnings: async ({ metadata: { name } }) => {
        listed.push(name);
        return [failedMount(name)];
      },
    },
    patchManifest: (manifest) => manifest,
    now: () => '2026-01-01T00:00:00Z',
  };
  const world = {
    clock,
    port,
    applied,
    removed,
    listed,
    deployment,
    memory: () => memories.of(aTunnel('shop/home', traits)),
    run: () => runConnectors(port, aPass(aTunnel('shop/home', traits), { memories }), HASHES),
  };
  return world;
}

/** A pod that waits for something that only its events name. */
function waiting(name: string): Pod {
  const state = { waiting: { reason: 'ContainerCreating' } };
  return { ...UNSCHEDULABLE, metadata: { name }, status: { containerStatuses: [{ name: 'cloudflared', state }] } };
}

function failedMount(pod: string): EventObject {
  const metadata = { name: 'event' };
  const involvedObject = { kind: 'Pod', name: pod };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    type: 'Warning',
    reason: 'FailedMount',
    message: pod,
    involvedObject,
  };
}

const UNCONNECTED: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'home-cloudflared-2' },
  status: {
    phase: 'Running',
    containerStatuses: [
      { name: 'cloudflared', ready: false, started: true, state: { running: { startedAt: '2025-12-31T23:59:00Z' } } },
    ],
  },
};

/** A Deployment on its way to the rules, with so many connectors ready. */
function rolling(readyReplicas = 0): Deployment {
  return deployed({ replicas: 2, updatedReplicas: 2, readyReplicas });
}

function deployed(status: NonNullable<Deployment['status']>): Deployment {
  return aDeployment('shop/home-cloudflared', { podAnnotations: { [CONFIG_HASH_ANNOTATION]: HASHES.config }, status });
}

/** The object as its Tunnel owns it. */
function owned(manifest: KubeObject): KubeObject {
  return { ...manifest, metadata: { ...manifest.metadata, ownerReferences: [ownerReferenceOf(aTunnel('shop/home'))] } };
}

function withImage(manifest: KubeObject, image: string): KubeObject {
  return JSON.parse(JSON.stringify(manifest).replace(/"image":"[^"]*"/, `"image":"${image}"`)) as KubeObject;
}
