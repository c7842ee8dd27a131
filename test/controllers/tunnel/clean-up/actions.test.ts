import { describe, expect, it } from '@jest/globals';
import { deleteRecords } from '../../../../src/controllers/tunnel/clean-up/actions.ts';
import type { Access, Cloudflare } from '../../../../src/controllers/tunnel/pass/ports.ts';
import type { DnsChange } from '../../../../src/core/dns/plan.ts';
import { OperatorError } from '../../../../src/runtime/errors.ts';
import { type TunnelTraits, aTunnel } from '../../../support/builders.ts';
import { aRecord, aZone } from '../../../support/dns.ts';
import { MARK, RecordsWorld, type RecordsTraits, TARGET } from '../../../support/records-world.ts';
import { aRoute } from '../../../support/routes.ts';

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

    await expect(world.remove()).rejects.toMatchObject({
      reason: 'Deleting',
      disposition: 'wait',
      message: 'Waiting for the Tunnels that take over app.example.com',
    });
    expect(world.contents()).toEqual({ 'app.example.com': TARGET });
    world.clock.nowMs = 60_000;
    expect(await world.remove()).toBe('deleted');
    expect(world.contents()).toEqual({});
  });

  it('are looked for again while a list may not show the last change', async () => {
    const world = aWorld({ published: [APP] });
    world.isListComplete = false;

    await expect(world.remove()).rejects.toMatchObject({
      reason: 'Deleting',
      disposition: 'wait',
      message: expect.stringMatching(/whether a record was created in zone example\.com$/),
    });
  });

  it.each([
    { zone: 'example.com', result: 'rejects' },
    { zone: 'example.org', result: 'deleted' },
  ])('hold up the clean-up in $zone if the token may not read it: $result', async ({ zone, result }) => {
    const world = aWorld({ published: [APP], zones: ZONES });
    world.failure = { zone, error: new OperatorError('PermissionMissing', 'stall', 'no') };

    expect(await world.remove().catch(() => 'rejects')).toBe(result);
  });

  it.each([
    { mode: 'UpsertOnly' as const, published: [APP] },
    { mode: 'Disabled' as const, published: [] },
  ])('are not looked for in dns.mode $mode with $published.length rules', async ({ mode, published }) => {
    const world = aWorld({ published }, { spec: { dns: { mode } } });

    expect(await world.remove({ zones: () => Promise.reject(new Error('no call')) })).toBe('deleted');
  });

  it.each([
    {
      result: { refused: [refusal('b.example.com'), refusal('a.example.com')], waiting: [] },
      error: { reason: 'CloudflareRefused', disposition: 'stall', message: expect.stringMatching(/a\.ex.*; .*b\.ex/) },
    },
    {
      result: { refused: [], waiting: [deletion('b.example.com'), deletion('a.example.com')] },
      error: {
        reason: 'Deleting',
        disposition: 'wait',
        message: 'Records to be deleted in the next pass: a.example.com, b.example.com',
      },
    },
  ])('hold it up when Cloudflare leaves some: $error.reason', async ({ result, error }) => {
    const world = aWorld({ published: [APP], records: [ours('app.example.com')] });

    await expect(world.remove({ writeRecords: async () => ({ done: [], ...result }) })).rejects.toMatchObject(error);
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

function aWorld(traits: RecordsTraits, tunnel: TunnelTraits = {}) {
  const status = { config: { hash: 'abc' } };
  const world = new RecordsWorld({ ...traits, tunnel: aTunnel('shop/home', { status, deleting: true, ...tunnel }) });
  const remove = (cloudflare: Partial<Cloudflare> = {}): Promise<string> => {
    const access: Access = { cloudflare: { ...world.cloudflare, ...cloudflare }, accountId: 'a', tunnels: [] };
    return deleteRecords(world.port, world.pass(), { access, identity: IDENTITY });
  };
  return Object.assign(world, { remove });
}

function deletion(name: string): DnsChange {
  return { kind: 'delete', id: name, name };
}

function refusal(name: string) {
  return { change: deletion(name), message: 'no' };
}

function ours(name: string) {
  return aRecord(name, { content: TARGET, comment: MARK });
}
