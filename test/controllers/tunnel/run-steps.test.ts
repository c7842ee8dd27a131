import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../../../src/api/objects.ts';
import { ownerReferenceOf } from '../../../src/core/owned.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { EPOCH, aTunnel } from '../../support/builders.ts';
import { aRecord } from '../../support/dns.ts';
import { TARGET } from '../../support/records-world.ts';
import { aRoute } from '../../support/routes.ts';
import { TunnelWorld, tableOf } from '../../support/tunnel-world.ts';

const READY = {
  Ready: 'True Ready',
  CredentialsReady: 'True CredentialsAccepted',
  TunnelReady: 'True TunnelAvailable',
  ConfigReady: 'True ConfigPublished',
  ConnectorsReady: 'True ConnectorsAvailable',
  DNSReady: 'True RecordsSynced',
};
const OWNER = ownerReferenceOf(aTunnel('shop/home'));
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'uid of Namespace shop' };
const GIVEN_UP = {
  conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' }],
};
type Status = TunnelWorld['rollout'];
const AWAY = new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is away');
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
const REFUSED = new OperatorError('KubernetesRefused', 'wait', 'refused');

// Invariant 7.
describe('a pass over a Tunnel', () => {
  it('creates the tunnel, publishes the rule, runs the connectors, and creates no record before they serve it', async () => {
    const world = new TunnelWorld();

    await world.pass();

    expect(world.log.filter((entry) => /^(create|apply|finalizers) /.test(entry))).toEqual([
      'finalizers cftunnel.io/finalizer',
      'apply Secret',
      'create tunnel',
      'apply Secret',
      'apply ConfigMap',
      'apply ServiceAccount',
      'apply Deployment',
      'apply PodDisruptionBudget',
    ]);
    expect(world.conditions()).toEqual({
      ...READY,
      Ready: 'False RollingOut',
      Reconciling: 'True RollingOut',
      ConnectorsReady: 'False RollingOut',
      DNSReady: 'False RecordsPending',
    });
    expect(world.observation).toMatchObject({ isServed: false, isComplete: true });
  });

  it('creates the record once every connector serves the rule, and says that all is ready', async () => {
    const world = await TunnelWorld.settled();

    expect(world.cloud.contents()).toEqual({ 'app.example.com': TARGET });
    expect(world.conditions()).toEqual(READY);
    expect(world.condition('TunnelReady')?.message).toBe('Tunnel t exists and its credentials are stored');
    expect([...(world.observation?.live.keys() ?? [])]).toEqual(['app.example.com']);
    expect(world.tunnel?.status).toMatchObject({
      tunnelId: 't',
      hostnames: 'app.example.com',
      routes: { attached: 1, refused: 0 },
    });
  });

  it('writes nothing the second time', async () => {
    const world = await TunnelWorld.settled();

    await world.pass();

    expect(world.log).toEqual([]);
  });

  it('is stalled by what a person has to mend, and its Services are told', async () => {
    const world = await TunnelWorld.settled();
    world.table = tableOf('new.example.com');
    world.failures.set(
      'list tunnels',
      new OperatorError('CredentialsRejected', 'stall', 'Cloudflare rejects the token'),
    );

    await world.pass();

    expect(world.conditions()).toMatchObject({ Stalled: 'True CredentialsRejected' });
    expect(world.condition('CredentialsReady')?.message).toContain('Secret shop/cloudflare-api-token');
    expect(world.observation?.blocked).toContain('Cloudflare rejects the token');
    expect(world.log).toContain('wake services shop/web');
  });

  it.each<[failing: string, part: string, given: (world: TunnelWorld) => unknown, waiting?: Record<string, string>]>([
    ['list tunnels', 'CredentialsReady', noChange, { TunnelReady: 'CredentialsReady', DNSReady: 'CredentialsReady' }],
    ['own Secret', 'TunnelReady', retainSecret, { ConfigReady: 'TunnelReady', ...waitFor('TunnelReady') }],
    ['create tunnel', 'TunnelReady', (world) => (world.remote = [])],
    ['reroute', 'ConfigReady', disownRules],
    ['own ConfigMap', 'ConfigReady', disownRules, waitFor('ConfigReady')],
    ['list zones', 'DNSReady', noChange],
    ['list records', 'DNSReady', noChange],
    ['apply ConfigMap', 'ConfigReady', (world) => (world.table = tableOf('new.example.com')), waitFor('ConfigReady')],
    ['apply Deployment', 'ConnectorsReady', (world) => world.objects.delete('Deployment')],
    ['list connectors', 'TunnelReady', isDueToCount],
    ['write records', 'DNSReady', (world) => (world.cloud.records = [])],
  ])(
    'that fails to %s reports it in %s, and runs what does not need it',
    async (failing, part, given, waiting = {}) => {
      const world = await TunnelWorld.settled();
      given(world);
      world.failures.set(failing, REFUSED);

      const failures = failing === 'own ConfigMap' ? [REFUSED, REFUSED] : [REFUSED];
      expect(await world.pass()).toEqual({ recheckAfterMs: 10_000, failures });

      expect(world.log.filter((entry) => entry.startsWith('wake tunnels'))).toEqual([]);
      const blocked = Object.entries(waiting).map(([one, by]) => [one, `Waiting for ${by}`]);
      const refused = { Ready: 'False KubernetesRefused', Reconciling: 'True KubernetesRefused' };
      expect(world.conditions()).toEqual({
        ...READY,
        ...refused,
        [part]: 'False KubernetesRefused',
        ...Object.fromEntries(blocked),
      });
    },
  );

  it('changes a renamed hostname in one batch, when the connectors serve the new rule or give up', async () => {
    for (const after of [{ isRolledOut: true }, { rollout: GIVEN_UP }]) {
      const world = await TunnelWorld.settled();
      world.isRolledOut = false;
      world.table = tableOf('new.example.com');

      await world.pass();
      expect(world.cloud.contents()).toEqual({ 'app.example.com': TARGET });
      Object.assign(world, after);
      await world.pass();

      expect(world.cloud.contents()).toEqual('isRolledOut' in after ? { 'new.example.com': TARGET } : {});
    }
  });

  it('does not wait for the hostnames of other Services to delete a record', async () => {
    const world = await TunnelWorld.settled();
    world.isRolledOut = false;
    world.table = { ...tableOf(), published: new Map([['shop/home', [aRoute('new.example.com', 'shop/new')]]]) };

    await world.pass();

    expect(world.cloud.contents()).toEqual({});
  });

  it('creates no record while it is not known what the connectors serve', async () => {
    const world = new TunnelWorld();
    world.failures.set('apply Deployment', REFUSED);

    await world.pass();

    expect(world.conditions()).toMatchObject({ DNSReady: 'False RecordsPending' });
    expect(world.cloud.contents()).toEqual({});
  });

  it('counts a record that it may not touch among its failures', async () => {
    const world = new TunnelWorld();
    world.cloud.records = [aRecord('app.example.com', { type: 'A', content: '192.0.2.1' })];

    expect((await world.pass()).failures).toMatchObject([{ reason: 'RecordsRefused' }]);
    expect(world.conditions()).toMatchObject({ DNSReady: 'False RecordsRefused' });
  });

  it('keeps the connectors on the stored credentials while Cloudflare is away, and leaves records alone', async () => {
    const world = await TunnelWorld.settled();
    world.failures.set('list tunnels', AWAY);
    world.table = tableOf('new.example.com');

    await world.pass();

    expect(world.log).toContain('apply Deployment');
    expect(world.rules()).toEqual(['app.example.com', 'new.example.com']);
    expect(world.cloud.contents()).toEqual({ 'app.example.com': TARGET });
    expect(world.observation).toMatchObject({ isComplete: false, blocked: undefined });
  });

  it('asks for no zone with DNS disabled from the beginning', async () => {
    const world = new TunnelWorld({ spec: { dns: { mode: 'Disabled' } } });
    world.failures.set('list zones', REFUSED);

    expect((await world.pass()).failures).toEqual([]);
    expect(world.conditions()).toMatchObject({ DNSReady: 'True DNSDisabled' });
  });

  it('reports with DNS disabled that records are left to somebody else, once its own are gone', async () => {
    const world = await TunnelWorld.settled();
    world.edit({ spec: { dns: { mode: 'Disabled' } } });

    await world.pass();
    const [during, before] = [world.condition('DNSReady'), world.cloud.contents()];
    await world.pass();

    expect([during?.reason, before]).toEqual(['RecordsPending', {}]);
    expect(world.conditions()).toMatchObject({ DNSReady: 'True DNSDisabled' });
    expect([...(world.observation?.live.keys() ?? [])]).toEqual(['app.example.com']);
  });

  it('counts connectors of others on the tunnel', async () => {
    const world = await TunnelWorld.settled();
    isDueToCount(world);
    world.connectors = ['one', 'two', 'three'];

    await world.pass();

    expect(world.conditions()).toMatchObject({ Ready: 'True Ready', ConnectorsReady: 'True ForeignConnectors' });
    world.failures.set('list tunnels', REFUSED);
    await world.pass();
    expect(world.conditions()).toMatchObject({ ConnectorsReady: 'True ForeignConnectors' });
  });

  it('finds what former Tunnels have left in the lists that it reads', async () => {
    const world = new TunnelWorld();
    world.remote = [{ id: 'x', name: 'test/shop/former', isRemotelyManaged: false }];
    world.cloud.records = [aRecord('old.example.com', { comment: 'cftunnel.io owner=test/shop/former' })];

    await world.pass();

    expect(world.orphanReports).toEqual([
      expect.stringContaining('tunnel test/shop/former (x)'),
      expect.stringContaining('record old.example.com'),
    ]);
  });
});

// Invariant 40.
describe('a rotation of the token', () => {
  const requested = { metadata: { annotations: { 'cftunnel.io/rotate-token': 'now' } } };

  it('replaces the connectors in the pass that sets the secret, and is in the status', async () => {
    const world = await TunnelWorld.settled();
    world.edit(requested);
    world.log.length = 0;
    await world.pass();

    expect(world.log.slice(0, 4)).toEqual(['apply Secret', 'set secret', 'apply Secret', 'TokenRotated']);
    expect(rotationOf(world)).toEqual({ handled: 'now', lastTime: EPOCH });
  });

  it('leaves the connectors on the stored credentials while the new secret is refused', async () => {
    const world = await TunnelWorld.settled();
    const before = world.objects.get('Deployment');
    world.edit(requested);
    world.failures.set('set secret', REFUSED);
    await world.pass();

    expect(world.objects.get('Deployment')).toEqual(before);
    expect(world.conditions()).toMatchObject({ TunnelReady: 'False KubernetesRefused' });
    expect(rotationOf(world)).toBeUndefined();
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
    const world = await TunnelWorld.settled();
    world.exposed.splice(0, world.exposed.length - 1);
    Object.assign(world, { isRolledOut: false, pods: [UNCONNECTED] });
    if (failure !== undefined) world.failures.set('list tunnels', failure);
    const reasons = () => world.exposed.map(({ reason }) => reason);

    await becomes(world, [connected(1), connected(0)]);
    await becomes(world, [meanwhile, connected(0)]);
    await becomes(world, [meanwhile]);
    expect(reasons()).toEqual(['Exposed', 'NoConnectors']);
    await becomes(world, [afterwards]);
    await becomes(world, [{ ...connected(2), availableReplicas: 1 }, connected(2)]);

    expect(reasons()).toEqual(['Exposed', 'NoConnectors', 'Exposed']);
    expect(world.conditions()).toMatchObject({ ConnectorsReady: 'True ConnectorsAvailable' });
  });
});

function rotationOf({ tunnel }: TunnelWorld) {
  return tunnel?.status?.tokenRotation;
}

/** Each state is looked at at once, and the last one also when nothing has changed for five seconds. */
async function becomes(world: TunnelWorld, states: readonly Status[]): Promise<void> {
  for (const state of states) {
    world.rollout = state;
    await world.pass();
  }
  world.clock.nowMs += 5_000;
  await world.pass();
}

/** The state of two connectors whose rollout was complete, of which so many are connected. */
function connected(ready: number): Status {
  const conditions = [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }] as const;
  return { replicas: 2, updatedReplicas: 2, readyReplicas: ready, availableReplicas: ready, conditions };
}

function noChange(): void {}

function retainSecret(world: TunnelWorld): void {
  world.alter('Secret', { ownerReferences: [OWNER, NAMESPACE] });
}

function disownRules(world: TunnelWorld): void {
  world.alter('ConfigMap', { ownerReferences: [] });
}

function waitFor(part: string) {
  return { ConnectorsReady: part, DNSReady: part };
}

/** Its own connectors have been stable for long enough, and the list of tunnels is old. */
function isDueToCount(world: TunnelWorld): void {
  world.clock.nowMs += 45_000;
  world.tunnelsAgeMs = 60_000;
}
