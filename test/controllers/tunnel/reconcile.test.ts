import { describe, expect, it } from '@jest/globals';
import { FINALIZER } from '../../../src/api/names.ts';
import type { Pass } from '../../../src/runtime/controller.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { EPOCH, aTunnel } from '../../support/builders.ts';
import { aRecord } from '../../support/dns.ts';
import { TunnelWorld, tableOf } from '../../support/tunnel-world.ts';

const HOME = aTunnel('shop/home');
const OTHERS = 'cftunnel.io owner=test/shop/other';

describe('a Tunnel', () => {
  it('that is gone is forgotten, and the Services that it held are released', async () => {
    const world = await TunnelWorld.settled();
    const { tunnel } = world;
    world.tunnel = undefined;
    world.held = ['shop/web'];

    expect(await world.pass()).toEqual({});

    expect(tunnel && world.memories.find(tunnel)).toBeUndefined();
    expect(world.observation).toBeUndefined();
    expect(world.log).toEqual(['wake services shop/web']);
  });

  it('that is reconciled without a failure remembers when, and one that is put off or fails does not', async () => {
    const [settled, fresh, failing] = [await TunnelWorld.settled(), new TunnelWorld({ status: {} }), new TunnelWorld()];
    fresh.areFinalizersPending = true;
    failing.token = undefined;
    for (const world of [fresh, failing]) await world.pass();

    expect(settled.memories.of(settled.tunnel ?? HOME).succeededAt).toBe(EPOCH);
    expect(fresh.memories.of(fresh.tunnel ?? HOME).succeededAt).toBeUndefined();
    expect(failing.memories.of(failing.tunnel ?? HOME).succeededAt).toBeUndefined();
  });

  it('that is new waits for Services that arrive with it; one that has published before does not', async () => {
    const [fresh, settled] = [new TunnelWorld({ status: {} }), await TunnelWorld.settled()];
    for (const world of [fresh, settled]) world.areFinalizersPending = true;

    expect(await fresh.pass()).toEqual({ recheckAfterMs: 300 });
    expect(fresh.log).toEqual([]);
    expect((await settled.pass()).recheckAfterMs).toBe(10_000);
  });

  it('gets its finalizer next to those of others, and is left alone if it is gone by then', async () => {
    const world = new TunnelWorld();
    world.edit({ metadata: { finalizers: ['example.com/other'] } });
    world.isGone = true;

    expect(await world.pass()).toEqual({});
    expect(world.log).toEqual([`finalizers example.com/other,${FINALIZER}`]);
  });

  it('is looked at again when a Secret may have changed, sooner while connectors start, and in every drift interval', async () => {
    const world = new TunnelWorld();

    expect(await world.pass()).toEqual({ recheckAfterMs: 5_000, failures: [] });
    world.isRolledOut = true;
    expect(await world.pass()).toEqual({ recheckAfterMs: 10_000, failures: [] });
    world.driftIntervalMs = 3_000;
    expect(await world.pass()).toEqual({ recheckAfterMs: 3_000, failures: [] });
  });

  it('is looked at again at once when records were deleted, to remove their rules', async () => {
    const world = await TunnelWorld.settled();
    world.table = tableOf();

    expect(await world.pass()).toEqual({ recheckAfterMs: 0, failures: [] });
    expect(world.log).toContain('delete record app.example.com');
    expect(world.rules()).toEqual(['app.example.com']);
    expect(await world.pass()).toEqual({ recheckAfterMs: 10_000, failures: [] });
    expect(world.rules()).toEqual([]);
  });

  it('wakes the other Tunnels that publish a name whose record it has taken over', async () => {
    const world = new TunnelWorld();
    world.isRolledOut = true;
    world.cloud.records = [aRecord('app.example.com', { comment: OTHERS })];

    await world.pass();
    await world.pass();

    expect(world.log.filter((entry) => /^update|^wake tunnels/.test(entry))).toEqual([
      'update record app.example.com',
      'wake tunnels shop/other',
    ]);
  });
});

describe('a Tunnel whose last pass failed', () => {
  it('is left alone until its back-off is over', async () => {
    const world = await aFailedWorld();

    expect(await world.pass({ failures: 1 })).toMatchObject({
      recheckAfterMs: 10_000,
      failures: [{ reason: 'SecretNotFound' }],
    });
    expect(world.observation).toBeUndefined();
  });

  it.each<{ what: string; change?: (world: TunnelWorld) => void; pass?: Partial<Pass> }>([
    { what: 'its back-off is over', pass: { isRetry: true } },
    { what: 'the failure was one of long ago', pass: { failures: 0 } },
    { what: 'its spec changes', change: (world) => world.edit({ metadata: { generation: 2 } }) },
    { what: 'its annotations change', change: (world) => world.edit({ metadata: { annotations: { key: 'value' } } }) },
    { what: 'its finalizers change', change: (world) => world.edit({ metadata: { finalizers: [FINALIZER, 'x/y'] } }) },
    {
      what: 'it has another route',
      change: (world) => (world.table = { ...world.table, published: tableOf('new.example.com').published }),
    },
    {
      what: 'it has another request',
      change: (world) => (world.table = { ...world.table, resultsByTunnel: tableOf().resultsByTunnel }),
    },
    { what: 'its ConfigMap changes', change: (world) => world.alter('ConfigMap', { resourceVersion: '2' }) },
    { what: 'its Deployment changes', change: (world) => world.alter('Deployment', { resourceVersion: '2' }) },
    { what: 'its credentials change', change: (world) => world.alter('Secret', { resourceVersion: '2' }) },
    { what: 'its token arrives', change: (world) => (world.token = new TunnelWorld().token) },
    { what: 'it is another one of its name', change: (world) => world.memories.forget('shop/home') },
    { what: 'its connectors stand still', change: (world) => (world.clock.nowMs += 5_000) },
  ])('is tried again when $what', async ({ change, pass }) => {
    const world = await aFailedWorld();
    change?.(world);

    await world.pass({ failures: 1, ...pass });

    expect(world.observation).toBeDefined();
  });
});

describe('a Tunnel that is suspended', () => {
  it('is reported as such once its objects are protected', async () => {
    const world = await TunnelWorld.settled();
    world.edit({ spec: { suspend: true } });

    expect(await world.pass()).toEqual({ failures: [] });

    expect(world.condition('Ready')?.reason).toBe('Suspended');
    const kinds = ['Secret', 'ConfigMap', 'ServiceAccount', 'Deployment', 'PodDisruptionBudget'];
    expect(world.log).toEqual([...kinds.map((kind) => `own ${kind}`), 'write status']);
  });

  it.each([
    { disposition: 'retry' as const, ready: { reason: 'Ready' } },
    {
      disposition: 'wait' as const,
      ready: { reason: 'Suspended', message: expect.stringMatching(/foreground.*refused$/) },
    },
  ])(
    'says if its objects cannot be protected, unless that may change: $disposition',
    async ({ disposition, ready }) => {
      const world = await TunnelWorld.settled();
      const failure = new OperatorError('KubernetesRefused', disposition, 'refused');
      world.objects.delete('Namespace');
      world.failures.set('find Namespace', failure);
      world.edit({ spec: { suspend: true } });

      expect(await world.pass()).toEqual({ failures: [failure] });

      expect(world.condition('Ready')).toMatchObject(ready);
    },
  );
});

// Invariant 36.
it.each<{ case: string; change: (world: TunnelWorld) => void }>([
  {
    case: 'is suspended and deleted',
    change: (world) => {
      world.edit({ spec: { suspend: true } });
      world.delete();
    },
  },
  {
    case: 'is gone',
    change: (world) => {
      world.tunnel = undefined;
    },
  },
  { case: 'was made anew', change: (world) => world.edit({ metadata: { uid: 'another' } }) },
])('a Tunnel that $case during a pass keeps its rules and records in it', async ({ change }) => {
  const world = await TunnelWorld.settled();
  const rules = world.rules();

  const pass = world.pass({ isRetry: true });
  change(world);
  world.table = tableOf();
  await pass;

  expect(world.log.filter((entry) => /record|apply ConfigMap/.test(entry))).toEqual([]);
  expect(world.rules()).toEqual(rules);
});

/** Its connectors are starting, and its token is missing. */
async function aFailedWorld(): Promise<TunnelWorld> {
  const world = new TunnelWorld();
  await world.pass();
  world.token = undefined;
  await world.pass();
  world.observation = undefined;
  return world;
}
