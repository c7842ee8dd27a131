import { describe, expect, it } from '@jest/globals';
import type { Deployment, KubeObject, Pod } from '../../../../src/api/objects.ts';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import {
  type ConnectorsPort,
  runConnectors,
  runningImage,
} from '../../../../src/controllers/tunnel/steps/connectors.ts';
import { deploymentFor } from '../../../../src/core/manifests/deployment.ts';
import { type TunnelTraits, aDeployment, aTunnel } from '../../../support/builders.ts';
import { aClock, aPass } from '../../../support/tunnel-pass.ts';

const HASHES = { config: 'rules', credentials: 'secret' };
const ALWAYS = ['ServiceAccount', 'Deployment'];

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

    await expect(world.run()).rejects.toMatchObject({ reason: 'InvalidSpec', disposition: 'stall' });
    expect(world.applied).toEqual([]);
  });
});

describe('connectors that are missing', () => {
  it('are explained by their pods once nothing has changed for five seconds', async () => {
    const world = aWorld({ deployment: rolling() });

    expect(await world.run()).toMatchObject({ isSettled: false, trouble: undefined });
    world.clock.nowMs = 4_999;
    expect(await world.run()).toMatchObject({ isSettled: false });
    expect(world.lists).toBe(0);
    world.clock.nowMs = 5_000;
    expect(await world.run()).toMatchObject({
      isSettled: true,
      trouble: { kind: 'broken', why: 'Unschedulable: no room' },
    });
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

    expect(await world.run()).toMatchObject({ isSettled: true });
    expect(world.lists).toBe(0);
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
  readonly pods?: readonly Pod[];
}

function aWorld({ deployment, pods = [UNSCHEDULABLE], ...traits }: Given) {
  const clock = aClock();
  const memories = new TunnelMemories(clock);
  const applied: KubeObject[] = [];
  const port: { -readonly [Name in keyof ConnectorsPort]: ConnectorsPort[Name] } = {
    cached: () => undefined,
    objects: {
      find: async () => undefined,
      apply: async (object) => (applied.push(object), object),
      dryRun: async () => undefined,
      setOwners: async (object) => object,
      delete: async () => undefined,
    },
    hash: String,
    changed: () => undefined,
    driftRepaired: () => undefined,
    deployments: { get: () => world.deployment },
    lists: {
      pods: async () => {
        world.lists += 1;
        return pods;
      },
      warnings: async () => [],
    },
    patchManifest: (manifest) => manifest,
    now: () => '2026-01-01T00:00:00Z',
  };
  const world = {
    clock,
    port,
    applied,
    lists: 0,
    deployment,
    memory: () => memories.of(aTunnel('shop/home', traits)),
    run: () => runConnectors(port, aPass(aTunnel('shop/home', traits), { memories }), HASHES),
  };
  return world;
}

const UNSCHEDULABLE: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'home-cloudflared-1' },
  status: {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' }],
  },
};

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
  const deployment = aDeployment('shop/home-cloudflared');
  return { ...deployment, status: { replicas: 2, updatedReplicas: 2, readyReplicas } };
}

function withImage(manifest: KubeObject, image: string): KubeObject {
  return JSON.parse(JSON.stringify(manifest).replace(/"image":"[^"]*"/, `"image":"${image}"`)) as KubeObject;
}
