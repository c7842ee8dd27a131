import { describe, expect, it } from '@jest/globals';
import type { Deployment } from '../../../../src/api/objects.ts';
import {
  type StopPort,
  deleteRecords,
  deleteRemote,
  stopConnectors,
} from '../../../../src/controllers/tunnel/clean-up/actions.ts';
import type { Access, Cloudflare } from '../../../../src/controllers/tunnel/pass/ports.ts';
import { deploymentFor } from '../../../../src/core/manifests/deployment.ts';
import { OperatorError } from '../../../../src/runtime/errors.ts';
import { type TunnelTraits, aTunnel } from '../../../support/builders.ts';
import { aRecord, aZone } from '../../../support/dns.ts';
import { MARK, RecordsWorld, type RecordsTraits, TARGET } from '../../../support/records-world.ts';
import { aRoute } from '../../../support/routes.ts';
import { aPass } from '../../../support/tunnel-pass.ts';

const APP = aRoute('app.example.com');
const IDENTITY = { accountId: 'a', tunnelId: 't', credentialsHash: '' };
const ZONES = [aZone('example.com'), aZone('example.org')];

// Invariant 18.
describe('the records of a deleted Tunnel', () => {
  it('are deleted where they were published, and wherever else they carry its mark', async () => {
    const world = aWorld({
      published: [APP],
      zones: ZONES,
      records: [ours('app.example.com'), ours('lost.example.org')],
    });

    expect(await world.remove()).toBe('deleted');
    expect(world.contents()).toEqual({});
  });

  it('are deleted although the ConfigMap that listed them is gone', async () => {
    const world = aWorld({ published: 'lost', records: [ours('app.example.com')] });

    expect(await world.remove()).toBe('deleted');
    expect(world.contents()).toEqual({});
  });

  it('of others stay', async () => {
    const foreign = aRecord('app.example.com', { comment: 'cftunnel.io owner=test/shop/other', content: 'x' });

    const world = aWorld({ published: [APP], records: [foreign] });

    expect(await world.remove()).toBe('deleted');
    expect(world.contents()).toEqual({ 'app.example.com': 'x' });
  });

  it.each([
    { mode: 'UpsertOnly' as const, left: { 'app.example.com': TARGET, 'lost.example.org': TARGET } },
    { mode: 'Disabled' as const, left: { 'lost.example.org': TARGET } },
  ])('are kept as dns.mode $mode says', async ({ mode, left }) => {
    const records = [ours('app.example.com'), ours('lost.example.org')];
    const tunnel = { spec: { dns: { mode } } };
    const world = aWorld({ published: [APP], records, zones: ZONES }, tunnel);

    expect(await world.remove()).toBe('deleted');
    expect(world.contents()).toEqual(left);
  });

  it('that another Tunnel claims are left to it for a minute, and then deleted', async () => {
    const world = aWorld({
      published: [APP],
      records: [ours('app.example.com')],
      claims: { 'app.example.com': 'shop/b' },
    });

    await expect(world.remove()).rejects.toThrow('Waiting for the Tunnels that take over app.example.com');
    expect(world.contents()).toEqual({ 'app.example.com': TARGET });
    world.clock.nowMs = 60_000;
    expect(await world.remove()).toBe('deleted');
    expect(world.contents()).toEqual({});
  });

  it('are looked for again while a list may not show the last change', async () => {
    const world = aWorld({ published: [APP] });
    world.isListComplete = false;

    await expect(world.remove()).rejects.toMatchObject({ reason: 'Deleting', disposition: 'wait' });
  });

  it.each([
    { zone: 'example.com', result: 'rejects' },
    { zone: 'example.org', result: 'deleted' },
  ])('hold up the clean-up in $zone if the token may not read it: $result', async ({ zone, result }) => {
    const world = aWorld({ published: [APP], zones: ZONES });
    world.failure = { zone, error: new OperatorError('PermissionMissing', 'stall', 'no') };

    expect(await world.remove().catch(() => 'rejects')).toBe(result);
  });

  it('hold it up in every zone while Cloudflare is unavailable', async () => {
    const world = aWorld({ published: [APP], zones: ZONES });
    world.failure = { zone: 'example.org', error: new OperatorError('CloudflareUnavailable', 'retry', 'no') };

    await expect(world.remove()).rejects.toMatchObject({ reason: 'CloudflareUnavailable' });
  });

  it('hold it up in a zone that the token does not see', async () => {
    await expect(aWorld({ published: [aRoute('app.lost.example')] }).remove()).rejects.toMatchObject({
      reason: 'PermissionMissing',
      message: expect.stringContaining('app.lost.example'),
    });
  });
});

describe('the connectors of a deleted Tunnel', () => {
  const tunnel = aTunnel('shop/home');
  const running = deploymentFor(tunnel, { config: 'a', credentials: 'b' });

  it.each([
    { case: 'are gone', deployment: undefined, result: 'stopped', deleted: [] },
    { case: 'run', deployment: running, result: 'stopping', deleted: ['Foreground'] },
    { case: 'are being stopped', deployment: stopping(running), result: 'stopping', deleted: [] },
    { case: 'are those of somebody else', deployment: unowned(running), result: 'stopped', deleted: [] },
  ])('are $result when they $case', async ({ deployment, result, deleted }) => {
    const deletions: string[] = [];
    const port: StopPort = {
      deployments: { get: () => deployment as unknown as Deployment | undefined },
      objects: { delete: async (_, propagation) => void deletions.push(propagation) },
      changed: () => undefined,
      hash: String,
    };

    expect(await stopConnectors(port, aPass(tunnel))).toBe(result);
    expect(deletions).toEqual(deleted);
  });
});

describe('the remote tunnel', () => {
  it('is deleted after its connections are dropped', async () => {
    const calls: string[] = [];

    expect(await deleteRemote(aPass(aTunnel('shop/home')), { access: deleting(calls, true), identity: IDENTITY })).toBe(
      'deleted',
    );
    expect(calls).toEqual(['drop t', 'delete t']);
  });

  it('is waited for while connectors of others hold it', async () => {
    const remote = { access: deleting([], false), identity: IDENTITY };

    await expect(deleteRemote(aPass(aTunnel('shop/home')), remote)).rejects.toMatchObject({
      disposition: 'wait',
      message: expect.stringContaining('tunnel t'),
    });
  });
});

function aWorld(traits: RecordsTraits, tunnel: TunnelTraits = {}) {
  const status = { config: { hash: 'abc' } };
  const world = new RecordsWorld({ ...traits, tunnel: aTunnel('shop/home', { status, deleting: true, ...tunnel }) });
  const remove = (): Promise<string> => {
    const access: Access = { cloudflare: world.cloudflare, accountId: 'a', tunnels: [] };
    return deleteRecords(world.port, world.pass(), { access, identity: IDENTITY });
  };
  return Object.assign(world, { remove });
}

function deleting(calls: string[], isFree: boolean): Access {
  const cloudflare: Partial<Cloudflare> = {
    dropConnections: async (_, tunnelId) => void calls.push(`drop ${tunnelId}`),
    deleteTunnel: async (_, tunnelId) => {
      calls.push(`delete ${tunnelId}`);
      return isFree;
    },
  };
  return { cloudflare: cloudflare as Cloudflare, accountId: 'a', tunnels: [] };
}

type Manifest = ReturnType<typeof deploymentFor>;

function stopping(manifest: Manifest): Manifest {
  return { ...manifest, metadata: { ...manifest.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
}

function unowned(manifest: Manifest): Manifest {
  return { ...manifest, metadata: { ...manifest.metadata, ownerReferences: [], labels: {} } };
}

function ours(name: string) {
  return aRecord(name, { content: TARGET, comment: MARK });
}
