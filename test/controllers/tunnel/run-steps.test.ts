import { describe, expect, it } from '@jest/globals';
import { CREDENTIALS_HASH_ANNOTATION } from '../../../src/api/names.ts';
import type { Deployment, KubeObject, Secret } from '../../../src/api/objects.ts';
import type { Cloudflare } from '../../../src/controllers/tunnel/pass/ports.ts';
import { type StepPorts, runTunnelSteps } from '../../../src/controllers/tunnel/run-steps.ts';
import { type StatusPort, describePass } from '../../../src/controllers/tunnel/status/describe.ts';
import { credentialsSecretFor } from '../../../src/core/manifests/secret.ts';
import type { RoutingTable } from '../../../src/core/routing/table.ts';
import type { TunnelObservation } from '../../../src/core/status/exposed.ts';
import type { TunnelStatus } from '../../../src/api/tunnel.gen.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { type TunnelTraits, aSecret, aTunnel } from '../../support/builders.ts';
import { PARSERS } from '../../support/parsers.ts';
import { RecordsWorld, TARGET } from '../../support/records-world.ts';
import { aRoute, aRouteResult } from '../../support/routes.ts';
import { aPass } from '../../support/tunnel-pass.ts';

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
    world.isRolledOut = true;

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

  // Invariant 40.
  it('replaces the connectors in the pass that rotates the token, and says so in the status', async () => {
    const world = aWorld({ annotations: { 'cftunnel.io/rotate-token': 'now' } });

    await world.pass();

    expect(world.log.slice(0, 4)).toEqual(['apply Secret', 'set bmV3', 'apply Secret', 'apply ConfigMap']);
    expect(world.credentialsHash()).toContain('bmV3');
    expect(world.status()?.tokenRotation).toEqual({ handled: 'now', lastTime: '2026-01-01T00:00:00Z' });
  });

  // Invariant 40.
  it('keeps the connectors on the stored credentials while the new secret is refused', async () => {
    const world = aWorld({ annotations: { 'cftunnel.io/rotate-token': 'now' } });
    world.refusal = new OperatorError('CloudflareRefused', 'stall', 'Cannot set the secret of the tunnel');

    await world.pass();

    expect(world.log).toContain('apply Deployment');
    expect(world.credentialsHash()).toContain(CREDENTIALS.tunnelSecret);
    expect(world.conditions()).toMatchObject({ TunnelReady: { status: 'False', reason: 'CloudflareRefused' } });
    expect(world.status()).not.toHaveProperty('tokenRotation');
  });

  it('reports with DNS disabled that records are left to somebody else', async () => {
    const world = aWorld({ spec: { dns: { mode: 'Disabled' } } });
    world.isRolledOut = true;

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

/** A Service `shop/web` asks for `app.example.com`, and its finalizer is in place. */
function aWorld(traits: TunnelTraits) {
  const wanted = [aRoute('app.example.com')];
  const records = new RecordsWorld({ tunnel: aTunnel('shop/home', traits), wanted });
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
    statuses,
    isRolledOut: false,
    failure: undefined as OperatorError | undefined,
    refusal: undefined as OperatorError | undefined,
    credentialsHash: () =>
      (stored.get('Deployment') as Deployment | undefined)?.spec.template.metadata?.annotations?.[
        CREDENTIALS_HASH_ANNOTATION
      ],
    contents: () => records.contents(),
    status: () => statuses.at(-1),
    conditions: () => Object.fromEntries((statuses.at(-1)?.conditions ?? []).map((one) => [one.type, one])),
    observation: () => observations.at(-1),
    pass: async () => {
      const tunnel = aTunnel('shop/home', {
        ...traits,
        ...(statuses.length > 0 && { status: statuses.at(-1) as TunnelStatus }),
      });
      const pass = aPass(tunnel, { secrets: { get: async (key) => secrets[key], forget: () => undefined } });
      await describePass(status, pass, await runTunnelSteps(ports, pass));
    },
  };
  const cloudflare: Cloudflare = {
    ...records.cloudflare,
    tunnels: async () => {
      if (world.failure !== undefined) throw world.failure;
      return [REMOTE];
    },
    tunnelsAgeMs: () => 0,
    connectors: async () => [],
    setTunnelSecret: async (_, __, secret) => {
      if (world.refusal !== undefined) throw world.refusal;
      world.log.push(`set ${secret}`);
    },
  };
  const table = {
    published: new Map([['shop/home', wanted]]),
    claims: new Map(),
    resultsByTunnel: new Map([
      ['shop/home', [aRouteResult('shop/web', { tunnel: 'shop/home', hostnames: ['app.example.com'] })]],
    ]),
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
  const deployments = { get: () => rolledOut(stored.get('Deployment'), world.isRolledOut) };
  const ports: StepPorts = {
    credentials: { cloudflare: () => cloudflare },
    remoteTunnel: { ...owned, newSecret: () => 'bmV3', wantedHostnames: () => [] },
    tokenRotation: {
      ...owned,
      deployments,
      newSecret: () => 'bmV3',
      findNextTime: () => ({ time: '2026-02-01T00:00:00Z' }),
      now: () => '2026-01-01T00:00:00Z',
    },
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
      lists: { pods: async () => [], warnings: async () => [] },
      patchManifest: (manifest) => manifest,
      now: () => '2026-01-01T00:00:00Z',
    },
    appliedRules: { deployments, lists: { pods: async () => [] }, ruleVersion: async () => undefined },
    dnsRecords: { ...records.port, routing: () => table, changed: () => undefined, driftRepaired: () => undefined },
    orphans: { lookAtTunnels: () => undefined, lookAtRecords: () => undefined },
  };
  const status: StatusPort = {
    deployments,
    sources: { conditionOf: () => undefined },
    routing: () => table,
    objects: { applyStatus: async (_, written) => void statuses.push(written as TunnelStatus) },
    record: async () => undefined,
    now: () => '2026-01-01T00:00:00Z',
    unansweredMs: () => undefined,
    observationOf: () => observations.at(-1),
    postObservation: (_, observation) => void observations.push(observation),
    wakeServices: (services) => void world.woken.push(...services),
  };
  return world;
}

/** The stored Deployment, with every connector as it should be or none. */
function rolledOut(object: KubeObject | undefined, isRolledOut: boolean): Deployment | undefined {
  if (object === undefined) return undefined;
  const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  return { ...object, status: isRolledOut ? counts : {} } as Deployment;
}
