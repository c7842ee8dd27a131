import { describe, expect, it } from '@jest/globals';
import { FINALIZER } from '../../../src/api/names.ts';
import type { KubeObject, Tunnel } from '../../../src/api/objects.ts';
import { TunnelMemories } from '../../../src/controllers/tunnel/pass/memory.ts';
import { type TunnelPorts, reconcileTunnel } from '../../../src/controllers/tunnel/reconcile.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { type TunnelTraits, aTunnel } from '../../support/builders.ts';

const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };
const PUBLISHED = { config: { hash: 'abc' } };

describe('a Tunnel', () => {
  it('that is gone is forgotten, and the Services that it held are released', async () => {
    const world = aWorld(undefined);
    world.memories.of(aTunnel('shop/home'));

    expect(await world.reconcile()).toEqual({});

    expect(world.memories.find(aTunnel('shop/home'))).toBeUndefined();
    expect(world.log).toEqual(['forget observation', 'wake services shop/web']);
  });

  it('that is new waits for Services that arrive with it', async () => {
    const world = aWorld({});
    world.areFinalizersPending = true;

    expect(await world.reconcile()).toEqual({ recheckAfterMs: 300 });
    expect(world.log).toEqual([]);
  });

  it('that has published before does not wait for them', async () => {
    const world = aWorld({ status: PUBLISHED });
    world.areFinalizersPending = true;

    expect((await world.reconcile()).recheckAfterMs).not.toBe(300);
  });

  it('gets its finalizer before anything else, and is left alone if it is gone by then', async () => {
    const world = aWorld({ status: PUBLISHED });
    world.isGone = true;

    expect(await world.reconcile()).toEqual({});
    expect(world.log).toEqual([`finalizers ${FINALIZER}`]);
  });

  it('reports why its steps fail, what is blocked, and comes again when a Secret may have changed', async () => {
    const world = aWorld({ status: PUBLISHED, finalized: true });

    const outcome = await world.reconcile();

    expect(outcome.recheckAfterMs).toBe(10_000);
    expect(outcome.failures?.map(({ reason }) => reason)).toEqual(['SecretNotFound']);
    expect(world.conditions()).toMatchObject({
      CredentialsReady: { status: 'False', reason: 'SecretNotFound' },
      TunnelReady: { status: 'Unknown', message: 'Waiting for CredentialsReady' },
      ConfigReady: { status: 'Unknown', message: 'Waiting for TunnelReady' },
      DNSReady: { status: 'Unknown', message: 'Waiting for CredentialsReady' },
    });
  });

  it('is not tried again before its back-off is over, unless there is something new to go by', async () => {
    const world = aWorld({ status: PUBLISHED, finalized: true });
    await world.reconcile();
    world.log.length = 0;

    const outcome = await world.reconcile({ failures: 1 });
    expect(outcome.failures?.map(({ reason }) => reason)).toEqual(['SecretNotFound']);
    expect(world.log).toEqual([]);
    world.tunnel = aTunnel('shop/home', { status: PUBLISHED, finalized: true, generation: 9 });
    await world.reconcile({ failures: 1 });

    expect(world.log).toContain('status');
  });

  it('that is suspended reports it once its objects are protected', async () => {
    const world = aWorld({ spec: { suspend: true }, finalized: true });

    expect(await world.reconcile()).toEqual({ failures: [] });

    expect(world.conditions()).toMatchObject({ Ready: { reason: 'Suspended' } });
    expect(world.log).toEqual(['find objects', 'status', 'observation']);
  });

  it('that is suspended says nothing while it is not known whether its objects are protected', async () => {
    const world = aWorld({ spec: { suspend: true }, finalized: true });
    world.failure = new OperatorError('KubernetesUnavailable', 'retry', 'away');

    expect((await world.reconcile()).failures).toEqual([world.failure]);
    expect(world.log).toEqual(['find objects']);
  });
});

function aWorld(traits: TunnelTraits | undefined) {
  const log: string[] = [];
  const memories = new TunnelMemories();
  const statuses: { readonly conditions: readonly { readonly type: string }[] }[] = [];
  const world = {
    log,
    memories,
    tunnel: traits && aTunnel('shop/home', traits),
    areFinalizersPending: false,
    isGone: false,
    failure: undefined as OperatorError | undefined,
    conditions: () => Object.fromEntries((statuses.at(-1)?.conditions ?? []).map((one) => [one.type, one])),
    reconcile: (pass = {}) => reconcileTunnel(ports, 'shop/home', { ...PASS, ...pass }),
  };
  const findOnce = async (): Promise<undefined> => {
    if (log.at(-1) !== 'find objects') log.push('find objects');
    if (world.failure !== undefined) throw world.failure;
  };
  const nothing = { get: () => undefined };
  const table = { published: new Map(), resultsByTunnel: new Map(), claims: new Map() };
  const shared = {
    tunnels: { get: (): Tunnel | undefined => world.tunnel },
    configMaps: nothing,
    deployments: nothing,
    sources: { ...nothing, conditionOf: () => undefined },
    routing: () => table,
    routesIn: () => undefined,
    cached: () => undefined,
    hash: String,
    now: () => '2026-01-01T00:00:00Z',
    record: async () => undefined,
    observationOf: () => undefined,
    postObservation: (_: string, observation: unknown) =>
      void log.push(observation === undefined ? 'forget observation' : 'observation'),
    wakeServices: (services: readonly string[]) =>
      void (services.length > 0 && log.push(`wake services ${services.join()}`)),
    releasable: () => ['shop/web'],
    objects: {
      find: findOnce,
      applyStatus: async (_: KubeObject, status: unknown) => {
        log.push('status');
        statuses.push(status as (typeof statuses)[number]);
      },
      setFinalizers: async (_: KubeObject, finalizers: readonly string[]) => {
        log.push(`finalizers ${finalizers.join()}`);
        return !world.isGone;
      },
    },
  };
  const orphans = { saw: () => undefined, lookAtTunnels: () => undefined, lookAtRecords: () => undefined };
  const secrets = { get: async () => undefined, forget: () => undefined };
  const own = {
    ...shared,
    memories,
    orphans,
    areFinalizersPending: () => world.areFinalizersPending,
    publishersOf: () => [],
    wakeTunnels: () => undefined,
  };
  const steps = {
    credentials: shared,
    remoteTunnel: shared,
    ingressConfig: shared,
    connectors: shared,
    dnsRecords: shared,
  };
  const ports = {
    pass: { cluster: 'test', driftIntervalMs: 60_000, hash: String, secrets, memories },
    steps: { ...steps, orphans },
    status: shared,
    lastPass: shared,
    cleanUp: shared,
    own,
  } as unknown as TunnelPorts;
  return world;
}
