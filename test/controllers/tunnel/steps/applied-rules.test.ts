import { expect, it } from '@jest/globals';
import type { Deployment, Pod } from '../../../../src/api/objects.ts';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import type { Access, Cloudflare } from '../../../../src/controllers/tunnel/pass/ports.ts';
import { observeApplied } from '../../../../src/controllers/tunnel/steps/applied-rules.ts';
import { aDeployment, aTunnel } from '../../../support/builders.ts';
import { aClock, aPass } from '../../../support/tunnel-pass.ts';

const HOME = aTunnel('shop/home');

it('rules are applied once every ready pod runs them, and then no pod is asked again', async () => {
  const world = aWorld({ a: 2, b: 3 });
  expect(await world.observe()).toEqual({ isApplied: false, behind: ['a'], isLate: false });

  world.versions = { a: 3, b: 3 };
  expect(await world.observe()).toEqual({ isApplied: true, behind: [], isLate: false });
  expect(await world.observe()).toEqual({ isApplied: true, behind: [], isLate: false });
  expect(world.log).toEqual([
    'list shop app.kubernetes.io/name=cloudflared,app.kubernetes.io/instance=home',
    'list shop app.kubernetes.io/name=cloudflared,app.kubernetes.io/instance=home',
  ]);
});

it.each([
  { what: 'another version of the rules', change: (world: World) => (world.version = 4), applied: false },
  { what: 'another state of the rollout', change: (world: World) => (world.ready = 1), applied: true },
])('pods are asked again for $what', async ({ change, applied }) => {
  const world = aWorld({ a: 3 });
  await world.observe();
  world.log.length = 0;
  change(world);

  expect(await world.observe()).toMatchObject({ isApplied: applied });
  expect(world.log).toHaveLength(1);
});

it('pods that lag are late after ten seconds, counted anew for the next time', async () => {
  const world = aWorld({ a: 2 });
  await world.observe();
  world.clock.nowMs = 9_999;
  expect(await world.observe()).toMatchObject({ isLate: false });
  world.clock.nowMs = 10_000;
  expect(await world.observe()).toMatchObject({ isLate: true, behind: ['a'] });

  world.versions = { a: 3 };
  expect(await world.observe()).toMatchObject({ isApplied: true, isLate: false });
  world.version = 4;
  expect(await world.observe()).toMatchObject({ isApplied: false, isLate: false });
});

it.each<{ what: string; versions: Versions; connected: readonly number[] | undefined; isApplied: boolean }>([
  { what: 'a pod cannot be asked', versions: { a: undefined, b: 3 }, connected: [3, 3], isApplied: true },
  { what: 'a pod cannot be asked', versions: { a: undefined, b: 3 }, connected: [3, 2], isApplied: false },
  { what: 'a pod cannot be asked', versions: { a: undefined, b: 3 }, connected: [3], isApplied: false },
  { what: 'nobody can be asked', versions: { a: undefined }, connected: undefined, isApplied: false },
  { what: 'pods cannot be listed', versions: 'forbidden', connected: [3, 3], isApplied: true },
])("Cloudflare's list of connectors counts while $what: $connected", async ({ versions, connected, isApplied }) => {
  const world = aWorld(versions);
  world.connected = connected;

  expect(await world.observe()).toMatchObject({ isApplied });
  expect(world.log.at(-1)).toBe('connectors of t, 2000 ms old');
});

it('nobody is asked about connectors while none is ready', async () => {
  const world = aWorld({});
  world.ready = 0;

  expect(await world.observe()).toMatchObject({ isApplied: false });
  expect(world.log).toHaveLength(1);
});

it('without access to Cloudflare, pods that cannot be asked count as behind', async () => {
  expect(await aWorld({ a: undefined }).observe({ hasAccess: false })).toMatchObject({
    isApplied: false,
    behind: ['a'],
  });
});

/** Version of each ready pod. */
type Versions = Readonly<Record<string, number | undefined>> | 'forbidden';
type World = ReturnType<typeof aWorld>;

function aWorld(versions: Versions) {
  const clock = aClock();
  const memories = new TunnelMemories(clock);
  const world = {
    clock,
    versions,
    version: 3,
    ready: 2,
    connected: [] as readonly number[] | undefined,
    log: [] as string[],
    observe: ({ hasAccess = true } = {}) =>
      observeApplied(
        {
          deployments: {
            get: (): Deployment =>
              aDeployment('shop/home-cloudflared', { status: { replicas: 2, readyReplicas: world.ready } }),
          },
          lists: {
            pods: async (namespace, selector) => {
              world.log.push(`list ${namespace} ${selector}`);
              return world.versions === 'forbidden' ? undefined : Object.keys(world.versions).map(aPod);
            },
          },
          ruleVersion: async ({ metadata }) =>
            world.versions === 'forbidden' ? undefined : world.versions[metadata.name],
        },
        aPass(HOME, { memories }),
        { version: world.version, tunnelId: 't', readyReplicas: world.ready, access: hasAccess ? access : undefined },
      ),
  };
  const cloudflare: Partial<Cloudflare> = {
    connectors: async (_, tunnelId, maxAgeMs) => {
      world.log.push(`connectors of ${tunnelId}, ${maxAgeMs} ms old`);
      return world.connected?.map((configVersion, index) => ({ id: String(index), configVersion }));
    },
  };
  const access: Access = { cloudflare: cloudflare as Cloudflare, accountId: 'a', tunnels: [] };
  return world;
}

function aPod(name: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
}
