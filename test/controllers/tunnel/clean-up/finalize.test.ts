import { describe, expect, it } from '@jest/globals';
import type { Metadata } from '../../../../src/api/objects.ts';
import { credentialsSecretFor } from '../../../../src/core/manifests/secret.ts';
import type { TunnelCredentials } from '../../../../src/core/tunnel/credentials.ts';
import { OperatorError } from '../../../../src/runtime/errors.ts';
import { EPOCH, aSecret, aTunnel } from '../../../support/builders.ts';
import { ACCOUNT, TunnelWorld } from '../../../support/tunnel-world.ts';

const REFUSED = new OperatorError('PermissionMissing', 'stall', 'The token may not do that');
const UNREADABLE = new OperatorError('KubernetesRefused', 'wait', 'The operator may not read it');
const AWAY = new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is away');
const NO_SECRET = ['CredentialsReady', 'SecretNotFound'] as const;
const GONE = ['drop connections of t', 'delete tunnel t', 'TunnelDeleted', 'finalizers '];

const CREDENTIALS = { accountId: ACCOUNT, tunnelSecret: 'c2VjcmV0', tunnelId: 't' };
const PENDING = { ...CREDENTIALS, tunnelId: undefined };
const RECORDS = 'records of app.example.com and any others';

type Change = (world: TunnelWorld) => unknown;

const noToken: Change = (world) => (world.token = undefined);
const noMemory: Change = (world) => world.memories.forget('shop/home');
const noConfigMap: Change = (world) => world.objects.delete('ConfigMap');
const disableDns: Change = (world) => world.edit({ spec: { dns: { mode: 'Disabled' } } });
const disownSecret: Change = (world) => world.alter('Secret', { ownerReferences: [] });
const rename: Change = (world) => (world.remote = world.remote.map((tunnel) => ({ ...tunnel, name: 'renamed' })));
const refuse =
  (call: string): Change =>
  (world) =>
    world.failures.set(call, REFUSED);

/** The tunnel is known by this Secret alone, if by anything. */
function knownBy(credentials?: TunnelCredentials): Change {
  return (world) => {
    const tunnel = aTunnel('shop/home', { finalized: true, deleting: true, status: { config: { hash: 'abc' } } });
    world.tunnel = tunnel;
    world.objects.delete('Secret');
    if (credentials !== undefined) world.objects.set('Secret', credentialsSecretFor(tunnel, credentials, String));
  };
}

// Invariant 18.
describe('a Tunnel that is deleted', () => {
  it('takes its record and its connectors with it, then its tunnel, and then its finalizer', async () => {
    const world = await aDeletedWorld();

    expect(await world.pass()).toEqual({ recheckAfterMs: 2_000 });
    expect(world.log).toEqual([
      'delete record app.example.com',
      'RecordDeleted',
      'delete Deployment in the Foreground',
      'ConnectorsStopped',
      'write status',
    ]);
    expect(world.conditions()).toMatchObject({ CredentialsReady: 'True CredentialsAccepted' });
    const deleting = { status: 'Unknown', reason: 'Deleting' };
    expect(world.condition('DNSReady')).toMatchObject({ ...deleting, message: 'The records have been deleted' });
    expect(world.condition('ConnectorsReady')).toMatchObject({
      ...deleting,
      message: 'The connectors are being stopped',
    });
    world.log.length = 0;
    expect(await world.pass()).toEqual({ failures: [] });
    expect(world.log).toEqual(GONE);
  });

  it('is held up while its own Secret cannot be read', async () => {
    const world = await aStoppedWorld();
    world.failures.set('read Secret shop/home-cloudflared-credentials', UNREADABLE);

    await expect(world.pass()).rejects.toBe(UNREADABLE);

    expect(world.conditions()).toMatchObject({ TunnelReady: 'False KubernetesRefused' });
    expect(world.log).toEqual(['write status', 'KubernetesRefused']);
  });

  it('without our finalizer is left alone', async () => {
    const world = new TunnelWorld({ deleting: true });

    expect(await world.pass()).toEqual({});
    expect(world.log).toEqual([]);
  });

  it.each([
    { case: 'is to be retained', spec: { deletionPolicy: 'Retain' as const }, owned: [] },
    {
      case: 'is suspended',
      spec: { suspend: true },
      owned: ['own Secret', 'own ConfigMap', 'own ServiceAccount', 'own Deployment', 'own PodDisruptionBudget'],
    },
  ])('leaves everything else as it is when it $case', async ({ spec, owned }) => {
    const world = await aDeletedWorld();
    world.edit({ spec });

    await world.pass();

    expect(world.log).toEqual([...owned, 'finalizers ']);
  });

  it.each<[what: string, given: readonly Change[], log: readonly string[]]>([
    ['no secret was ever stored, and no token is needed', [knownBy(), noMemory, noToken], ['finalizers ']],
    ['its Secret was deleted first', [(world) => world.objects.delete('Secret')], GONE],
    ['a crash kept it from being recorded', [knownBy(PENDING)], GONE],
    ['a crash kept it from being created', [knownBy(PENDING), (world) => (world.remote = [])], ['finalizers ']],
    ['its Secret is of somebody else', [knownBy(CREDENTIALS), disownSecret], ['finalizers ']],
    ['it is known by its Secret, though it has another name', [knownBy(CREDENTIALS), rename], GONE],
    ['it is known, so that no list is needed', [(world) => (world.hasAllTunnels = false)], GONE],
  ])('deletes the tunnel that is its own: %s', async (_, given, log) => {
    const world = await aStoppedWorld();
    for (const change of given) change(world);

    expect(await world.pass()).toEqual({ failures: [] });

    expect(world.log).toEqual(log);
  });

  it.each<{ case: string; metadata: Partial<Metadata>; log: readonly string[] }>([
    { case: 'are being stopped already', metadata: { deletionTimestamp: EPOCH }, log: ['write status'] },
    { case: 'are those of somebody else', metadata: { ownerReferences: [], labels: {} }, log: GONE },
  ])('stops no connectors that $case', async ({ metadata, log }) => {
    const world = await aDeletedWorld();
    world.cloud.records = [];
    world.alter('Deployment', metadata);

    await world.pass();

    expect(world.log).toEqual(log);
  });

  it('waits for connectors of others that hold its tunnel', async () => {
    const world = await aStoppedWorld();
    world.isTunnelHeld = true;

    const message = expect.stringMatching(/^Other connectors are still connected to tunnel t\./);
    expect((await world.pass()).failures).toMatchObject([{ reason: 'Deleting', disposition: 'wait', message }]);
    expect(world.log).not.toContain('TunnelDeleted');
  });

  it('waits while a tunnel may have been created without an answer', async () => {
    const world = await aStoppedWorld();
    knownBy(PENDING)(world);
    world.remote = [];
    world.hasAllTunnels = false;

    expect(await world.pass()).toMatchObject({
      recheckAfterMs: 10_000,
      failures: [
        { reason: 'Deleting', message: expect.stringMatching(/Checking again whether a tunnel was created$/) },
      ],
    });
    expect(world.log).toEqual(['write status', 'Deleting']);
  });

  it.each([
    { failing: 'list records', part: 'DNSReady', next: 'delete Deployment in the Foreground' },
    { failing: 'delete Deployment in the Foreground', part: 'ConnectorsReady', next: 'drop connections of t' },
    { failing: 'delete tunnel t', part: 'TunnelReady', next: 'finalizers ', isUnpublished: true },
  ])('is held up for as long as it fails to $failing', async ({ failing, part, next, isUnpublished = false }) => {
    const world = failing.includes('tunnel') ? await aStoppedWorld() : await aDeletedWorld();
    world.failures.set(failing, AWAY);
    await world.pass();
    world.clock.nowMs += 3_600_000;

    expect(await world.pass({ failures: 5, isRetry: true })).toEqual({ recheckAfterMs: 10_000, failures: [AWAY] });

    expect(world.conditions()).toMatchObject({ [part]: 'False CloudflareUnavailable' });
    expect(world.log).not.toContain(next);
    expect(world.memory.isUnpublished).toBe(isUnpublished);
  });

  it('is not tried again before its back-off is over', async () => {
    const world = await aDeletedWorld();
    world.failures.set('list records', AWAY);
    await world.pass();
    world.failures.clear();
    world.log.length = 0;

    expect(await world.pass({ failures: 1 })).toEqual({ recheckAfterMs: 10_000, failures: [AWAY] });
    expect(world.log).toEqual([]);
  });

  it('is not cleaned up again while only finalizers are left', async () => {
    const world = await aStoppedWorld();
    world.held = ['shop/web'];
    await world.pass();
    world.log.length = 0;
    world.failures.set('list tunnels', AWAY);
    world.held = [];

    expect(await world.pass()).toEqual({});
    expect(world.log).toEqual(['finalizers ']);
  });
});

describe('a Tunnel that is deleted without usable credentials', () => {
  it.each([
    { case: 'was deleted first', token: undefined, log: GONE },
    { case: 'has lost its key', token: aSecret('shop/cloudflare-api-token', {}), log: ['write status'] },
  ])('uses those of its last pass only if the Secret $case', async ({ token, log }) => {
    const world = await aStoppedWorld();
    world.token = token;

    await world.pass();

    expect(world.log.filter((entry) => !entry.startsWith('Secret'))).toEqual(log);
  });

  it.each<[what: string, given: readonly Change[], left: string, part: string, reason: string]>([
    ['everything', [noToken], `tunnel t, and ${RECORDS}`, ...NO_SECRET],
    ['records that nothing lists any more', [noToken, noConfigMap], 'tunnel t, and any records', ...NO_SECRET],
    ['a tunnel without a record', [noToken, knownBy(PENDING)], `tunnel test/shop/home, and ${RECORDS}`, ...NO_SECRET],
    ['records from before DNS was disabled', [noToken, disableDns], `tunnel t, and ${RECORDS}`, ...NO_SECRET],
    ['no record if none was made', [noToken, noConfigMap, disableDns], 'tunnel t. Secret', ...NO_SECRET],
    ['only the records', [refuse('list records')], RECORDS, 'DNSReady', 'PermissionMissing'],
    ['only the tunnel', [refuse('delete tunnel t')], 'tunnel t. The token', 'TunnelReady', 'PermissionMissing'],
  ])('waits for five minutes, and then names what it leaves behind: %s', async (_, given, left, part, reason) => {
    const world = await aDeletedWorld();
    for (const change of [noMemory, ...given]) change(world);

    await world.pass();
    await world.pass();
    world.clock.nowMs += 299_999;
    await world.pass({ failures: 5, isRetry: true });
    expect(world.conditions()).toMatchObject({ [part]: `False ${reason}` });
    world.clock.nowMs += 1;
    const outcomes = [await world.pass({ failures: 6 }), await world.pass({ failures: 6 })];

    expect(outcomes.flatMap((outcome) => outcome.failures ?? []).at(-1)).toMatchObject({
      reason: 'LeftBehind',
      disposition: 'wait',
      message: expect.stringContaining(`Left behind at Cloudflare: ${left}`),
    });
    expect(world.log.slice(-2)).toEqual([
      expect.stringMatching(/^Warning LeftBehind: Tunnel shop\/home was deleted\. Left/),
      'finalizers ',
    ]);
    expect(world.memory.isUnpublished).toBe(part === 'TunnelReady');
    expect(world.conditions()).toMatchObject({ TunnelReady: 'False LeftBehind' });
  });

  it('waits for them anew once they have worked again', async () => {
    const world = await aDeletedWorld();
    const { token } = world;
    for (const change of [noMemory, noToken]) change(world);
    await world.pass();
    world.token = token;
    await world.pass();
    world.token = undefined;
    world.clock.nowMs += 300_000;

    expect((await world.pass()).failures?.map(({ reason }) => reason)).toEqual(['SecretNotFound']);
  });
});

async function aDeletedWorld(): Promise<TunnelWorld> {
  const world = await TunnelWorld.settled();
  world.delete();
  return world;
}

/** Its record and its connectors are gone. */
async function aStoppedWorld(): Promise<TunnelWorld> {
  const world = await aDeletedWorld();
  await world.pass();
  world.log.length = 0;
  return world;
}
