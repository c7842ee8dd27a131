import { describe, expect, it } from '@jest/globals';
import { type Condition, EXPOSED } from '../../../src/api/conditions.ts';
import type { Deployment, KubeObject, Pod, Secret } from '../../../src/api/objects.ts';
import { TunnelMemories } from '../../../src/controllers/tunnel/pass/memory.ts';
import type { Cloudflare } from '../../../src/controllers/tunnel/pass/ports.ts';
import { type StepPorts, runTunnelSteps } from '../../../src/controllers/tunnel/run-steps.ts';
import { type StatusPort, describePass } from '../../../src/controllers/tunnel/status/describe.ts';
import { credentialsSecretFor } from '../../../src/core/manifests/secret.ts';
import type { RoutingTable } from '../../../src/core/routing/table.ts';
import { conditionFrom } from '../../../src/core/status/conditions.ts';
import { type TunnelObservation, describeExposed } from '../../../src/core/status/exposed.ts';
import type { TunnelStatus } from '../../../src/api/tunnel.gen.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { EPOCH, type TunnelTraits, aSecret, aTunnel } from '../../support/builders.ts';
import { PARSERS } from '../../support/parsers.ts';
import { RecordsWorld, TARGET } from '../../support/records-world.ts';
import { aRoute, aRouteResult } from '../../support/routes.ts';
import { aClock, aPass } from '../../support/tunnel-pass.ts';

type Status = NonNullable<Deployment['status']>;

const HOME = aTunnel('shop/home');
const CREDENTIALS = { accountId: 'a'.repeat(32), tunnelSecret: 'c2VjcmV0', tunnelId: 't' };
const REMOTE = { id: 't', name: 'test/shop/home', isRemotelyManaged: false };
const AWAY = new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is away');

// Invariant 7.
describe('a pass over a Tunnel', () => {
  it('publishes the rule, then runs the connectors, and creates no record before they serve it', async () => {
    const world = aWorld({});

    await world.pass();

    expect(world.log).toEqual([
      'apply ConfigMap',
      'apply ServiceAccount',
      'apply Deployment',
      'apply PodDisruptionBudget',
    ]);
    expect(world.conditions()).toMatchObject({
      CredentialsReady: { status: 'True', reason: 'CredentialsAccepted' },
      TunnelReady: { status: 'True', reason: 'TunnelAvailable' },
      ConfigReady: { status: 'True', reason: 'ConfigPublished' },
      ConnectorsReady: { reason: 'RollingOut' },
      DNSReady: { status: 'False', reason: 'RecordsPending' },
    });
    expect(world.observation()).toMatchObject({ isServed: false, isComplete: true });
  });

  it('creates the record once every connector serves the rule, and says that all is ready', async () => {
    const world = aWorld({});
    world.connectors = connected(2);

    await world.pass();

    expect(world.contents()).toEqual({ 'app.example.com': TARGET });
    expect(world.conditions()).toMatchObject({
      Ready: { status: 'True' },
      ConnectorsReady: { reason: 'ConnectorsAvailable' },
      DNSReady: { status: 'True', reason: 'RecordsSynced' },
    });
    expect([...(world.observation()?.live.keys() ?? [])]).toEqual(['app.example.com']);
    expect(world.status()).toMatchObject({
      tunnelId: 't',
      hostnames: 'app.example.com',
      routes: { attached: 1, refused: 0 },
    });
  });

  it('keeps the connectors on the stored credentials while Cloudflare is away, and leaves records alone', async () => {
    const world = aWorld({});
    world.failure = AWAY;

    await world.pass();

    expect(world.log).toContain('apply Deployment');
    expect(world.contents()).toEqual({});
    expect(world.conditions()).toMatchObject({
      CredentialsReady: { status: 'False', reason: 'CloudflareUnavailable' },
      DNSReady: { status: 'Unknown', message: 'Waiting for CredentialsReady' },
    });
    expect(world.observation()).toMatchObject({ isComplete: false, blocked: undefined });
  });

  it('reports with DNS disabled that records are left to somebody else', async () => {
    const world = aWorld({ spec: { dns: { mode: 'Disabled' } } });
    world.connectors = connected(2);

    await world.pass();

    expect(world.conditions()).toMatchObject({ DNSReady: { status: 'True', reason: 'DNSDisabled' } });
    expect([...(world.observation()?.live.keys() ?? [])]).toEqual(['app.example.com']);
  });

  it('is stalled by what a person has to mend, and its Services are told', async () => {
    const world = aWorld({});
    world.failure = new OperatorError('CredentialsRejected', 'stall', 'Cloudflare rejects the token');

    await world.pass();

    expect(world.conditions()).toMatchObject({ Stalled: { status: 'True', reason: 'CredentialsRejected' } });
    expect(world.conditions()['CredentialsReady']?.message).toContain('Secret shop/cloudflare-api-token');
    expect(world.observation()?.blocked).toContain('Cloudflare rejects the token');
    expect(world.woken).toEqual(['shop/web']);
  });

  it('writes no status the second time', async () => {
    const world = aWorld({});
    await world.pass();
    const { length } = world.statuses;

    await world.pass();

    expect(world.statuses).toHaveLength(length);
  });
});

// Invariant 32.
describe('an outage of the edge', () => {
  const rolling = { replicas: 3, updatedReplicas: 1 };

  it.each<{ case: string; failure?: OperatorError; meanwhile: Status; afterwards: Status }>([
    { case: 'in which a pod is evicted', meanwhile: { ...connected(0), replicas: 1 }, afterwards: connected(1) },
    { case: 'and of the API', failure: AWAY, meanwhile: connected(0), afterwards: connected(1) },
    { case: 'with a rollout', meanwhile: rolling, afterwards: { ...rolling, readyReplicas: 2, availableReplicas: 2 } },
  ])('$case is reported once to each Service, and so is its end', async ({ failure, meanwhile, afterwards }) => {
    const world = aWorld({});
    world.connectors = connected(2);
    await world.pass();
    world.failure = failure;

    await world.becomes([connected(1), connected(0)]);
    await world.becomes([meanwhile, connected(0)]);
    await world.becomes([meanwhile]);
    expect(world.exposed).toEqual(['Exposed', 'NoConnectors']);
    await world.becomes([afterwards]);
    await world.becomes([{ ...connected(2), availableReplicas: 1 }, connected(2)]);

    expect(world.exposed).toEqual(['Exposed', 'NoConnectors', 'Exposed']);
    expect(world.conditions()).toMatchObject({ ConnectorsReady: { status: 'True', reason: 'ConnectorsAvailable' } });
  });
});

/** A Service `shop/web` asks for `app.example.com`, and its finalizer is in place. */
function aWorld(traits: TunnelTraits) {
  const wanted = [aRoute('app.example.com')];
  const records = new RecordsWorld({ tunnel: aTunnel('shop/home', traits), wanted });
  const clock = aClock();
  const memories = new TunnelMemories(clock);
  const result = aRouteResult('shop/web', { tunnel: 'shop/home', hostnames: ['app.example.com'] });
  const statuses: TunnelStatus[] = [];
  const observations: (TunnelObservation | undefined)[] = [];
  const secrets: Readonly<Record<string, Secret>> = {
    'shop/cloudflare-api-token': aSecret('shop/cloudflare-api-token', {
      CLOUDFLARE_API_TOKEN: 'token',
      CLOUDFLARE_ACCOUNT_ID: CREDENTIALS.accountId,
    }),
    'shop/home-cloudflared-credentials': credentialsSecretFor(HOME, CREDENTIALS, String),
  };
  const world = {
    log: [] as string[],
    woken: [] as string[],
    /** Every reason that was written to the Service. */
    exposed: [] as string[],
    condition: undefined as Condition | undefined,
    statuses,
    connectors: {} as Status,
    failure: undefined as OperatorError | undefined,
    contents: () => records.contents(),
    status: () => statuses.at(-1),
    conditions: () => Object.fromEntries((statuses.at(-1)?.conditions ?? []).map((one) => [one.type, one])),
    observation: () => observations.at(-1),
    pass: async () => {
      const tunnel = aTunnel('shop/home', {
        ...traits,
        ...(statuses.length > 0 && { status: statuses.at(-1) as TunnelStatus }),
      });
      const pass = aPass(tunnel, { memories, secrets: { get: async (key) => secrets[key], forget: () => undefined } });
      await describePass(status, pass, await runTunnelSteps(ports, pass));
    },
    /** Each state is looked at at once, and the last one also when nothing has changed for five seconds. */
    becomes: async (states: readonly Status[]) => {
      for (const state of states) {
        world.connectors = state;
        await world.pass();
      }
      clock.nowMs += 5_000;
      await world.pass();
    },
  };
  const cloudflare: Cloudflare = {
    ...records.cloudflare,
    tunnels: async () => {
      if (world.failure !== undefined) throw world.failure;
      return [REMOTE];
    },
    tunnelsAgeMs: () => 0,
  };
  const table = {
    published: new Map([['shop/home', wanted]]),
    claims: new Map(),
    resultsByTunnel: new Map([['shop/home', [result]]]),
  } as unknown as RoutingTable;
  const stored = new Map<string, KubeObject>();
  const owned = {
    cached: ({ kind }: KubeObject) => stored.get(kind),
    objects: {
      find: async () => undefined,
      apply: async (object: KubeObject) => {
        world.log.push(`apply ${object.kind}`);
        stored.set(object.kind, object);
        return object;
      },
      dryRun: async () => undefined,
      setOwners: async (object: KubeObject) => object,
      delete: async () => undefined,
    },
    hash: String,
    changed: () => undefined,
    driftRepaired: () => undefined,
  };
  const deployments = { get: () => withStatus(stored.get('Deployment'), world.connectors) };
  const ports: StepPorts = {
    credentials: { cloudflare: () => cloudflare },
    remoteTunnel: { ...owned, newSecret: () => 'bmV3', wantedHostnames: () => [] },
    ingressConfig: {
      ...owned,
      configMaps: { get: () => undefined },
      routesIn: () => undefined,
      wantedRoutes: () => wanted,
      reroute: async () => undefined,
      certificates: () => undefined,
      fingerprint: String,
      renderConfig: (config) => JSON.stringify(config),
      deployments,
      routeRules: { patternProblem: PARSERS.patternProblem, isOwnOrigin: () => true },
      wakeServices: () => undefined,
    },
    connectors: {
      ...owned,
      deployments,
      lists: { pods: async () => [UNCONNECTED], warnings: async () => [] },
      patchManifest: (manifest) => manifest,
      now: () => '2026-01-01T00:00:00Z',
    },
    appliedRules: { deployments, lists: { pods: async () => [] }, ruleVersion: async () => undefined },
    dnsRecords: { ...records.port, routing: () => table, changed: () => undefined, driftRepaired: () => undefined },
    orphans: { lookAtTunnels: () => undefined, lookAtRecords: () => undefined },
  };
  const status: StatusPort = {
    deployments,
    sources: { conditionOf: () => world.condition },
    routing: () => table,
    objects: { applyStatus: async (_, written) => void statuses.push(written as TunnelStatus) },
    record: async () => undefined,
    now: () => '2026-01-01T00:00:00Z',
    unansweredMs: () => undefined,
    observationOf: () => observations.at(-1),
    postObservation: (_, observation) => void observations.push(observation),
    wakeServices: (services) => {
      world.woken.push(...services);
      if (services.length === 0) return;
      const report = describeExposed(result, observations.at(-1), { current: world.condition, isUnanswered: false });
      world.condition = conditionFrom(EXPOSED, report, [], EPOCH);
      world.exposed.push(report.reason);
    },
  };
  return world;
}

/** A pod that runs, but is not connected to the edge. */
const UNCONNECTED: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'home-cloudflared-1' },
  status: {
    containerStatuses: [
      { name: 'cloudflared', ready: false, state: { running: { startedAt: '2025-12-31T00:00:00Z' } } },
    ],
  },
};

/** The state of two connectors whose rollout was complete, of which so many are connected. */
function connected(ready: number): Status {
  const conditions = [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }] as const;
  return { replicas: 2, updatedReplicas: 2, readyReplicas: ready, availableReplicas: ready, conditions };
}

function withStatus(object: KubeObject | undefined, status: Status): Deployment | undefined {
  return object && ({ ...object, status } as Deployment);
}
