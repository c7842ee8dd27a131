import { describe, expect, it } from '@jest/globals';
import type { FaultEffect } from 'cftunnel-sandbox/cloudflare/http/faults';
import { MANNER, type TestCloud, aCloud, never } from './a-session.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const HOME = { name: 'home', secret: SECRET, isRemotelyManaged: false };
const MARK = 'cftunnel.io owner=test/';

describe('reads', () => {
  it('of concurrent callers are one call', async () => {
    const { session, calls } = await aCloud();

    await Promise.all([0, 1_000, 60_000].map((maxAgeMs) => session.zones(maxAgeMs, never)));

    expect(calls.byEndpoint()).toEqual({ 'GET /zones': 1 });
  });

  it('cost no call while the known list is fresh enough', async () => {
    const { session, calls, account, zone } = await aCloud();

    for (let pass = 0; pass < 3; pass += 1) {
      await session.zones(60_000, never);
      await session.accounts(60_000, never);
      await session.tunnels(account, 60_000, never);
      await session.records(zone, { mark: MARK }, 60_000, never);
    }

    expect(calls.count()).toBe(4);
  });

  it('of a zone that is wanted as a whole are whole from then on, at one call each', async () => {
    const { session, admin, calls, zone } = await aCloud();
    admin.addRecord(zone.name, { type: 'A', name: `nas.${zone.name}`, content: '192.168.1.10' });
    const read = async (isWhole: boolean, maxAgeMs: number): Promise<number> =>
      (await session.records(zone, { mark: MARK, isWhole }, maxAgeMs, never)).length;

    expect(await read(false, 60_000)).toBe(0);
    expect(await read(true, 60_000)).toBe(1);
    expect(await read(true, 60_000)).toBe(1);
    expect(await read(false, 0)).toBe(1);
    expect(calls.count(/dns_records/)).toBe(3);
  });

  it('keep the tunnels of different accounts apart', async () => {
    const { session, admin, account } = await aCloud();
    const other = admin.addAccount({ name: 'Other' }).id;
    await session.createTunnel(account, HOME, never);

    await expect(session.tunnels(account, 60_000, never)).resolves.toHaveLength(1);
    await expect(session.tunnels(other, 60_000, never)).resolves.toEqual([]);
  });

  it('are repeated after a failure', async () => {
    const { session, faults } = await aCloud();
    faults.add({ times: 1, effect: { kind: 'html', status: 503 } });

    await session.zones(60_000, never).catch(() => undefined);

    await expect(session.zones(60_000, never)).resolves.toHaveLength(1);
  });
});

describe('a failure', () => {
  const UNSUCCESSFUL: FaultEffect = { kind: 'unsuccessful', errors: [{ code: 10013, message: 'Internal error' }] };

  it.each<{ case: string; effect: FaultEffect; reason: string }>([
    { case: '200 with "success": false', effect: UNSUCCESSFUL, reason: 'CloudflareUnavailable' },
    { case: 'the page of a broken proxy', effect: { kind: 'html', status: 502 }, reason: 'CloudflareUnavailable' },
    { case: '408', effect: { kind: 'reply', status: 408 }, reason: 'CloudflareUnavailable' },
    { case: 'a closed connection', effect: { kind: 'drop-before' }, reason: 'CloudflareUnreachable' },
    { case: 'a lost answer', effect: { kind: 'drop-after' }, reason: 'CloudflareUnreachable' },
    { case: 'a body that never ends', effect: { kind: 'stall-body' }, reason: 'CloudflareUnreachable' },
  ])('that is temporary is $reason: $case', async ({ effect, reason }) => {
    const { session, faults } = await aCloud({}, {}, effect.kind === 'stall-body' ? 500 : undefined);
    faults.add({ effect });

    await expect(session.zones(0, never)).rejects.toMatchObject({ reason, disposition: 'retry' });
  });

  it.each<{ case: string; effect: FaultEffect }>([
    { case: 'half a JSON', effect: { kind: 'truncate' } },
    { case: 'a 200 with the page of a proxy', effect: { kind: 'html', status: 200 } },
    { case: 'a 200 without a result', effect: { kind: 'reply', status: 200, body: {} } },
  ])('is $case, not a bug', async ({ effect }) => {
    const { session, faults } = await aCloud();
    faults.add({ effect });

    await expect(session.zones(0, never)).rejects.toMatchObject({ name: 'OperatorError', disposition: 'retry' });
  });

  it.each<{ case: string; call: (cloud: TestCloud) => Promise<unknown> }>([
    { case: 'createTunnel', call: ({ session, account }) => session.createTunnel(account, HOME, never) },
    { case: 'allRecords', call: ({ session, zone }) => session.allRecords(zone, never) },
    {
      case: 'writeRecords',
      call: async ({ session, zone }) => {
        const removal = { kind: 'delete', id: '1'.repeat(32), name: '' } as const;
        const { failure } = await session.writeRecords(zone, [removal], MANNER, never);
        return Promise.reject(failure);
      },
    },
  ])('in a 200 with "success": false is not a success of $case', async ({ call }) => {
    const cloud = await aCloud();
    cloud.faults.add({ effect: UNSUCCESSFUL });

    await expect(call(cloud)).rejects.toMatchObject({ reason: 'CloudflareUnavailable', disposition: 'retry' });
  });

  it('because of too many calls names the time to wait', async () => {
    const { session } = await aCloud({ elapsed: () => 0, rateLimit: { quota: 0, windowSeconds: 120 } });

    await expect(session.zones(0, never)).rejects.toMatchObject({
      reason: 'RateLimited',
      disposition: 'retry',
      retryAfterMs: 120_000,
    });
  });

  it('is not reported when the caller has aborted', async () => {
    const { session, faults } = await aCloud();
    faults.add({ effect: { kind: 'drop-before' } });

    await expect(session.zones(0, AbortSignal.abort())).rejects.not.toMatchObject({ name: 'OperatorError' });
  });

  it('is not retried by the SDK', async () => {
    const { session, faults, calls } = await aCloud();
    faults.add({ effect: { kind: 'html', status: 503 } });

    await session.zones(0, never).catch(() => undefined);

    expect(calls.count()).toBe(1);
  });
});
