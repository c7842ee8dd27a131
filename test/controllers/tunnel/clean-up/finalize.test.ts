import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../../src/api/conditions.ts';
import { FINALIZER } from '../../../../src/api/names.ts';
import type { Deployment, Secret } from '../../../../src/api/objects.ts';
import { type FinalizePort, finalizeTunnel } from '../../../../src/controllers/tunnel/clean-up/finalize.ts';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import type { Cloudflare } from '../../../../src/controllers/tunnel/pass/ports.ts';
import { deploymentFor } from '../../../../src/core/manifests/deployment.ts';
import { credentialsSecretFor } from '../../../../src/core/manifests/secret.ts';
import { connectorToken } from '../../../../src/core/tunnel/credentials.ts';
import type { RemoteTunnel } from '../../../../src/core/tunnel/remote.ts';
import { OperatorError } from '../../../../src/runtime/errors.ts';
import { type TunnelTraits, aSecret, aTunnel } from '../../../support/builders.ts';
import { aRecord } from '../../../support/dns.ts';
import { MARK, RecordsWorld, TARGET } from '../../../support/records-world.ts';
import { aRoute } from '../../../support/routes.ts';
import { aPass } from '../../../support/tunnel-pass.ts';

const CREDENTIALS = { accountId: 'a'.repeat(32), tunnelSecret: 'c2VjcmV0', tunnelId: 't' };
const STATUS = { config: { hash: 'abc' }, accountId: CREDENTIALS.accountId, tunnelId: 't' };

// Invariant 18.
describe('a Tunnel that is deleted', () => {
  it('takes its records, then its tunnel, and then its finalizer with it', async () => {
    const world = aWorld({});

    expect(await world.pass()).toEqual({ failures: [] });

    expect(world.log).toEqual(['record deleted', 'drop t', 'delete t', 'TunnelDeleted', 'finalizer removed']);
  });

  it('without our finalizer is left alone', async () => {
    const world = aWorld({ tunnel: { finalized: false } });

    expect(await world.pass()).toEqual({});
    expect(world.log).toEqual([]);
  });

  it.each([
    { case: 'is to be retained', spec: { deletionPolicy: 'Retain' as const } },
    { case: 'is suspended', spec: { suspend: true } },
  ])('loses only its finalizer when it $case', async ({ spec }) => {
    const world = aWorld({ tunnel: { spec } });

    await world.pass();

    expect(world.log).toEqual(['finalizer removed']);
  });

  it('never had a tunnel if no secret was ever stored', async () => {
    const world = aWorld({ secret: undefined, tunnel: { status: {} } });

    await world.pass();

    expect(world.log).toEqual(['finalizer removed']);
  });

  it('is cleaned up by its status when our Secret was deleted first', async () => {
    const world = aWorld({ secret: undefined });

    await world.pass();

    expect(world.log).toContain('delete t');
  });

  it('finds the tunnel that a crash kept from being recorded, and deletes only that', async () => {
    const pending = credentialsSecretFor(HOME, { ...CREDENTIALS, tunnelId: undefined }, String);
    const traits = { secret: pending, tunnel: { status: { config: { hash: 'abc' } } } };
    const [found, none] = [aWorld({ ...traits, tunnels: [NAMESAKE] }), aWorld({ ...traits, tunnels: [] })];

    await found.pass();
    await none.pass();

    expect(found.log).toContain('delete t');
    expect(none.log).toEqual(['finalizer removed']);
  });

  it('waits while a tunnel may have been created without an answer', async () => {
    const pending = credentialsSecretFor(HOME, { ...CREDENTIALS, tunnelId: undefined }, String);
    const world = aWorld({ secret: pending, tunnel: { status: {} }, hasAllTunnels: false });

    expect((await world.pass()).failures?.map(({ reason }) => reason)).toEqual(['Deleting']);
    expect(world.log).toEqual([]);
  });

  it('is reported as held up, and looked at again soon, while its connectors stop', async () => {
    const world = aWorld({});
    world.isRunning = true;

    expect(await world.pass()).toEqual({ recheckAfterMs: 2_000 });

    expect(world.log).toEqual(['record deleted', 'connectors stopped', 'ConnectorsStopped']);
    expect(world.condition('ConnectorsReady')).toMatchObject({ status: 'Unknown', reason: 'Deleting' });
  });
});

describe('a Tunnel that is deleted without usable credentials', () => {
  it('uses those of its last pass if the Secret was deleted first', async () => {
    const world = aWorld({});
    world.rememberAccess();
    world.token = undefined;

    await world.pass();

    expect(world.log).toContain('delete t');
  });

  it('waits for them for five minutes, and then names what it leaves behind', async () => {
    const world = aWorld({});
    world.token = undefined;

    expect((await world.pass()).failures?.map(({ reason }) => reason)).toEqual(['SecretNotFound']);
    expect(world.condition('CredentialsReady')).toMatchObject({ status: 'False', reason: 'SecretNotFound' });
    world.clock.nowMs = 300_000;
    const outcome = await world.pass();

    expect(outcome.failures?.map(({ reason }) => reason)).toEqual(['LeftBehind']);
    expect(world.log).toEqual([
      expect.stringMatching(/^about operator: .*tunnel t.*app\.example\.com/),
      'finalizer removed',
    ]);
  });

  it('waits without an end for Cloudflare that is away', async () => {
    const world = aWorld({ isAway: true });

    await world.pass();
    world.clock.nowMs = 3_600_000;
    await world.pass();

    expect(world.log).toEqual([]);
  });
});

const HOME = aTunnel('shop/home');
const AWAY = new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is away');
const RUNNING = deploymentFor(HOME, { config: 'a', credentials: 'b' }) as unknown as Deployment;
const NAMESAKE: RemoteTunnel = { id: 't', name: 'test/shop/home', isRemotelyManaged: false };

interface Given {
  readonly tunnel?: TunnelTraits;
  readonly secret?: Secret | undefined;
  readonly tunnels?: readonly RemoteTunnel[];
  readonly hasAllTunnels?: boolean;
  readonly isAway?: boolean;
}

/** Everything that is changed, and in which order, is in `log`. */
function aWorld(given: Given) {
  const tunnel = aTunnel('shop/home', { finalized: true, deleting: true, status: STATUS, ...given.tunnel });
  const stored = 'secret' in given ? given.secret : credentialsSecretFor(HOME, CREDENTIALS, String);
  const records = new RecordsWorld({
    tunnel,
    published: [aRoute('app.example.com')],
    records: [aRecord('app.example.com', { content: TARGET, comment: MARK })],
  });
  const log: string[] = [];
  const memories = new TunnelMemories(records.clock);
  const statuses: { readonly conditions: readonly Condition[] }[] = [];
  const world = {
    log,
    clock: records.clock,
    token: aSecret('shop/cloudflare-api-token', { CLOUDFLARE_API_TOKEN: 'token' }) as Secret | undefined,
    isRunning: false,
    condition: (type: string) => statuses.at(-1)?.conditions.find((one) => one.type === type),
    rememberAccess: () => {
      memories.of(tunnel).lastAccess = { cloudflare, accountId: CREDENTIALS.accountId, tunnels: [] };
    },
    pass: () => finalizeTunnel(port, aPass(tunnel, { memories, secrets })),
  };
  const secrets = {
    get: async (key: string) => (key === 'shop/cloudflare-api-token' ? world.token : stored),
    forget: () => undefined,
  };
  const cloudflare: Cloudflare = {
    ...records.cloudflare,
    writeRecords: async (...args) => {
      log.push('record deleted');
      return records.cloudflare.writeRecords(...args);
    },
    tunnels: async () => {
      if (given.isAway === true) throw AWAY;
      return given.tunnels ?? [];
    },
    hasAllTunnels: () => given.hasAllTunnels ?? true,
    connectorToken: async () => connectorToken(CREDENTIALS),
    dropConnections: async (_, id) => void log.push(`drop ${id}`),
    deleteTunnel: async (_, id) => log.push(`delete ${id}`) > 0,
  };
  const port: FinalizePort = {
    ...records.port,
    hash: String,
    cloudflare: () => cloudflare,
    dnsRecords: { ...records.port, changed: () => undefined },
    cached: () => undefined,
    deployments: { get: () => (world.isRunning ? RUNNING : undefined) },
    sources: { conditionOf: () => undefined },
    now: () => '2026-01-01T00:00:00Z',
    routing: () => ({ ...records.port.routing(), resultsByTunnel: new Map() }),
    unansweredMs: () => undefined,
    observationOf: () => undefined,
    postObservation: () => undefined,
    wakeServices: () => undefined,
    releasable: () => [],
    changed: (_, { reason }) => void log.push(reason),
    recordAboutOperator: async ({ message }) => void log.push(`about operator: ${message}`),
    objects: {
      find: async () => undefined,
      setOwners: async (object) => object,
      delete: async () => void log.push('connectors stopped'),
      applyStatus: async (_, status) => void statuses.push(status as (typeof statuses)[number]),
      setFinalizers: async (_, finalizers) =>
        log.push(finalizers.includes(FINALIZER) ? 'kept' : 'finalizer removed') > 0,
    },
  };
  return world;
}
