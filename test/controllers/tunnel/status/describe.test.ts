import { describe, expect, it } from '@jest/globals';
import { type Condition, EXPOSED, type TunnelPart } from '../../../../src/api/conditions.ts';
import type { Deployment } from '../../../../src/api/objects.ts';
import type { TunnelStatus } from '../../../../src/api/tunnel.gen.ts';
import type { Access } from '../../../../src/controllers/tunnel/pass/ports.ts';
import type { TunnelPass } from '../../../../src/controllers/tunnel/pass/tunnel-pass.ts';
import {
  type Findings,
  type StatusPort,
  describeDeleting,
  describePass,
  describeSuspended,
} from '../../../../src/controllers/tunnel/status/describe.ts';
import { deploymentFor } from '../../../../src/core/manifests/deployment.ts';
import type { RouteResult, RoutingTable } from '../../../../src/core/routing/table.ts';
import type { TunnelObservation } from '../../../../src/core/status/exposed.ts';
import { OperatorError } from '../../../../src/runtime/errors.ts';
import type { StageReport } from '../../../../src/runtime/stages.ts';
import { EPOCH, type TunnelTraits, aTunnel } from '../../../support/builders.ts';
import { NOTHING_SERVED, aHostname, aRouteResult } from '../../../support/routes.ts';
import { type PassTraits, aPass } from '../../../support/tunnel-pass.ts';

const APP = aRouteResult('shop/web', { tunnel: 'shop/home', hostnames: ['app.example.com', 'api.example.com'] });
const HASHES = { config: 'rules', credentials: 'secret' };
const ROLLOUT = { kind: 'complete', replicas: 2, ready: 2 } as const;
const CONNECTORS = { rollout: ROLLOUT, isSettled: true, hasAdvanced: false, trouble: undefined };
const CONFIG = {
  hash: 'rules',
  wanted: APP.routes,
  served: APP.routes,
  refused: [],
  unfit: [],
} as unknown as Findings['config'];
const AWAY = new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is away');
const REJECTED = new OperatorError('CredentialsRejected', 'stall', 'Cloudflare rejects the token');

describe('the status of a Tunnel', () => {
  it('is what the pass has found', async () => {
    const world = aWorld({ results: [APP, aRouteResult('shop/late', { problems: [TYPO, TYPO, WAITING] })] });
    const identity = { accountId: 'another', tunnelId: 't', credentialsHash: 'c' } as Findings['identity'];

    await world.describe({ access: ACCESS, identity, config: CONFIG, connectors: CONNECTORS });

    expect(world.status()).toMatchObject({
      accountId: ACCESS.accountId,
      tunnelId: 't',
      tunnelName: 'test/shop/home',
      replicas: 2,
      readyReplicas: 2,
      routes: { attached: 2, refused: 2 },
      hostnames: 'api.example.com, app.example.com',
      connectors: { image: 'cloudflare/cloudflared:2026.8.2' },
    });
  });

  it.each([
    { where: 'in the ConfigMap', remote: undefined, shown: {} },
    { where: 'at Cloudflare', remote: { version: 3, existing: [] }, shown: { version: 3 } },
    {
      where: 'at Cloudflare beside others',
      remote: { version: 3, existing: ['b.example.com'] },
      shown: { version: 3, existingRules: ['b.example.com'] },
    },
    {
      where: 'at Cloudflare beside more than the schema allows',
      remote: { version: 3, existing: Array.from({ length: 1001 }, String) },
      shown: { version: 3, existingRules: Array.from({ length: 1000 }, String) },
    },
  ])('names the rules $where', async ({ remote, shown }) => {
    const world = aWorld({});

    await world.describe({ config: { ...CONFIG, remote } as Findings['config'] });

    expect(world.status()?.config).toStrictEqual({ hash: 'rules', ...shown });
  });

  it.each([
    { case: 'of the last pass', status: { replicas: 3, readyReplicas: 1 }, shown: { replicas: 3, readyReplicas: 1 } },
    { case: 'of none', status: {}, shown: { replicas: 0, readyReplicas: 0 } },
  ])('has the connectors $case, and the stored account, if the steps fail', async ({ status, shown }) => {
    const world = aWorld({ tunnel: { status } });

    await world.describe({ identity: { accountId: 'stored', tunnelId: 't' } as Findings['identity'] });

    expect(world.status()).toMatchObject({ ...shown, accountId: 'stored' });
  });

  it('is written with its events, and neither is repeated', async () => {
    const world = aWorld({ tunnel: { generation: 7 } });
    world.report('ConnectorsReady', { status: 'False', reason: 'ConnectorsUnavailable', message: 'no connector' });
    await world.describe();
    await world.describe();

    expect(world.statuses).toHaveLength(1);
    expect(world.conditionOf('ConnectorsReady')).toMatchObject({ observedGeneration: 7, lastTransitionTime: EPOCH });
    expect(world.events).toEqual(['Warning ConnectorsUnavailable']);
  });

  it.each([
    { case: 'the Deployment has given up', failure: undefined, gaveUp: 'timed out', type: 'Stalled' },
    { case: 'somebody has to act', failure: REJECTED, gaveUp: undefined, type: 'Stalled' },
    { case: 'it may recover by itself', failure: AWAY, gaveUp: undefined, type: 'Reconciling' },
  ])('is $type if $case', async ({ failure, gaveUp, type }) => {
    const world = aWorld({});
    if (failure !== undefined) world.fail('CredentialsReady', failure);
    const rollout = { ...ROLLOUT, kind: 'rolling', ...(gaveUp !== undefined && { gaveUp }) } as const;

    await world.describe({ connectors: { ...CONNECTORS, rollout } });

    const types = world.status()?.conditions?.map((condition) => condition.type);
    expect(types?.filter((one) => ['Stalled', 'Reconciling'].includes(one))).toEqual([type]);
  });

  it.each([
    { failures: 2, status: 'True' },
    { failures: 3, status: 'False' },
  ])('shows an interruption after $failures failed passes as $status', async ({ failures, status }) => {
    const ready = { type: 'CredentialsReady', status: 'True', reason: 'CredentialsAccepted', message: '' } as const;
    const before = { conditions: [{ ...ready, lastTransitionTime: EPOCH }] };
    const world = aWorld({ tunnel: { status: before }, pass: { failures } });
    world.fail('CredentialsReady', AWAY);

    await world.describe();

    expect(world.conditionOf('CredentialsReady')?.status).toBe(status);
  });
});

describe('the Services of a Tunnel', () => {
  const served = { config: CONFIG, connectors: CONNECTORS, isServed: true };
  const records = { inPlace: new Set(APP.routes.map(({ hostname }) => hostname)), isComplete: true };
  const found = { ...served, records: { ...records, refused: new Map(), warnings: new Map() } } as unknown as Findings;
  const URLS = 'https://app.example.com, https://api.example.com';

  it.each<{ case: string; current: Partial<Condition> | undefined; unansweredMs?: number; isWoken: boolean }>([
    { case: 'they have no condition', current: undefined, isWoken: true },
    { case: 'their condition is up to date', current: {}, isWoken: false },
    { case: 'the reason changes', current: { reason: 'Progressing' }, isWoken: true },
    { case: 'the message changes', current: { message: 'https://app.example.com' }, isWoken: true },
    { case: 'they have no ready pod', current: {}, unansweredMs: 5_000, isWoken: true },
    { case: 'they have had none for a moment', current: {}, unansweredMs: 4_999, isWoken: false },
  ])('are woken if $case: $isWoken', async ({ current, unansweredMs, isWoken }) => {
    const known = { type: EXPOSED, status: 'True', reason: 'Exposed', message: URLS, lastTransitionTime: EPOCH };
    const world = aWorld({ current: current && ({ ...known, ...current } as Condition), unansweredMs });

    await world.describe(found);

    expect(world.woken).toEqual(isWoken ? ['shop/web'] : []);
    expect(world.observation).toMatchObject({ isServed: true, isComplete: true, blocked: undefined });
  });

  it.each([
    { status: 'False', findings: {}, why: 'no connector' },
    { status: 'True', findings: found, why: undefined },
  ] as const)('are blocked by connectors that do not serve them: $why', async ({ status, findings, why }) => {
    const world = aWorld({});
    world.report('ConnectorsReady', { status, reason: 'ConnectorsUnavailable', message: 'no connector' });

    await world.describe(findings);

    expect(world.observation).toMatchObject({ isServed: why === undefined, blocked: why, unconnected: why });
  });

  it('keep what was known of them if nothing could be read', async () => {
    const refused = new Map([[aHostname('app.example.com'), TYPO]]);
    const world = aWorld({ observation: { ...NOTHING_SERVED, refused } });

    await world.describe();

    expect(world.observation).toMatchObject({ refused, isComplete: false });
  });

  it.each([true, false])('are in a known state with DNS disabled if their connectors are: %s', async (isKnown) => {
    const world = aWorld({ tunnel: { spec: { dns: { mode: 'Disabled' } } } });

    await world.describe(isKnown ? { connectors: CONNECTORS } : {});

    expect(world.observation?.isComplete).toBe(isKnown);
  });
});

describe('a suspended Tunnel', () => {
  it('keeps its parts, and gives its Services the reason', async () => {
    const part = { type: 'DNSReady', status: 'True', reason: 'RecordsSynced', message: '', lastTransitionTime: '2025' };
    const status = { conditions: [part as Condition] };
    const world = aWorld({ tunnel: { status }, observation: { ...NOTHING_SERVED, recorded: new Set(['a'] as never) } });

    await describeSuspended(world.port, world.pass(), 'A webhook forbids it');

    expect(world.conditionOf('DNSReady')).toMatchObject(part);
    expect(world.conditionOf('Ready')).toMatchObject({ reason: 'Suspended' });
    expect(world.conditionOf('Ready')?.message).toContain('. A webhook forbids it');
    expect(world.conditionOf('Stalled') ?? world.conditionOf('Reconciling')).toBeUndefined();
    expect(world.observation?.blocked).toContain('spec.suspend is true');
    expect(world.observation?.recorded.size).toBe(1);
    expect(world.woken).toEqual(['shop/web']);
  });
});

describe('a Tunnel that is being deleted', () => {
  it('shows its remaining connectors, and leaves its Services to the routing table', async () => {
    const world = aWorld({ deployment: { replicas: 1, readyReplicas: 1 } });

    await describeDeleting(world.port, world.pass());

    expect(world.status()).toMatchObject({ replicas: 1, readyReplicas: 1 });
    expect(world.conditionOf('Ready')).toMatchObject({ status: 'Unknown', reason: 'Deleting' });
    expect(world.conditionOf('Reconciling')).toMatchObject({ reason: 'Deleting' });
    expect(world.conditionOf('ConfigReady')).toMatchObject({
      status: 'Unknown',
      reason: 'Deleting',
      message: 'The rules are deleted together with the Tunnel',
    });
    expect({ observation: world.observation, woken: world.woken }).toEqual({ observation: undefined, woken: [] });
  });

  it('is stalled if somebody has to act', async () => {
    const world = aWorld({});
    world.fail('CredentialsReady', REJECTED);

    await describeDeleting(world.port, world.pass());

    expect(world.conditionOf('Stalled')).toMatchObject({ reason: 'CredentialsRejected' });
  });
});

const ACCESS = { accountId: 'a'.repeat(32) } as Access;
const TYPO = { reason: 'InvalidAnnotation', message: 'a typo' } as const;
const WAITING = { reason: 'Progressing', message: 'its certificates are being read' } as const;

interface Given {
  readonly tunnel?: TunnelTraits;
  readonly pass?: PassTraits;
  readonly results?: readonly RouteResult[];
  /** The condition of every Service. */
  readonly current?: Condition | undefined;
  readonly unansweredMs?: number | undefined;
  readonly observation?: TunnelObservation;
  readonly deployment?: NonNullable<Deployment['status']>;
}

/** A Tunnel `shop/home` with the Service `shop/web`, and what is written and posted about them. */
function aWorld({ tunnel: traits = {}, results = [APP], deployment, ...given }: Given) {
  const statuses: TunnelStatus[] = [];
  const prepare: ((pass: TunnelPass) => void)[] = [];
  const observed = { ...deploymentFor(aTunnel('shop/home'), HASHES), status: deployment } as unknown as Deployment;
  const port: StatusPort = {
    deployments: { get: () => observed },
    sources: { conditionOf: () => given.current },
    routing: () => ({ resultsByTunnel: new Map([['shop/home', results]]) }) as unknown as RoutingTable,
    objects: { applyStatus: async (_, status) => void statuses.push(status as TunnelStatus) },
    record: async (_, { type, reason }) => void world.events.push(`${type} ${reason}`),
    now: () => EPOCH,
    unansweredMs: () => given.unansweredMs,
    observationOf: () => given.observation,
    postObservation: (_, observation) => void (world.observation = observation),
    wakeServices: (services) => void world.woken.push(...services),
  };
  const world = {
    port,
    statuses,
    events: [] as string[],
    woken: [] as string[],
    observation: undefined as TunnelObservation | undefined,
    status: () => statuses.at(-1),
    conditionOf: (type: string) => statuses.at(-1)?.conditions?.find((one) => one.type === type),
    report: (part: TunnelPart, report: StageReport) => prepare.push(({ stages }) => stages.report(part, report)),
    fail: (part: TunnelPart, error: OperatorError) => prepare.push(({ stages }) => stages.fail(part, error)),
    /** The next pass over the Tunnel with its last status. */
    pass: () => {
      const status = statuses.at(-1);
      const pass = aPass(aTunnel('shop/home', { ...traits, ...(status && { status }) }), given.pass);
      for (const one of prepare) one(pass);
      return pass;
    },
    describe: (findings: Findings = {}) => describePass(port, world.pass(), findings),
  };
  return world;
}
