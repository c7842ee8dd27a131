import { describe, expect, it } from '@jest/globals';
import type { FaultEffect } from 'cftunnel-sandbox/cloudflare/http/faults';
import { MANNER, type TestCloud, aCloud, carriedOutFirst, never } from './a-session.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const GONE = '11111111-2222-4333-8444-555555555555';
const MARK = 'cftunnel.io owner=test/';

describe('reads', () => {
  it('of callers that come at the same time are one call', async () => {
    const { session, calls } = await aCloud();

    await Promise.all([0, 1_000, 60_000].map((maxAgeMs) => session.zones(maxAgeMs, never)));

    expect(calls.byEndpoint()).toEqual({ 'GET /zones': 1 });
  });

  it('cost no call while what is known is fresh enough', async () => {
    const { session, calls, account, zone } = await aCloud();

    for (let pass = 0; pass < 3; pass += 1) {
      await session.zones(60_000, never);
      await session.accounts(60_000, never);
      await session.tunnels(account, 60_000, never);
      await session.records(zone, MARK, 60_000, never);
    }

    expect(calls.count()).toBe(4);
  });

  it('keep the tunnels of each account apart', async () => {
    const { session, admin, account } = await aCloud();
    const other = admin.addAccount({ name: 'Other' }).id;
    await session.createTunnel(account, 'home', SECRET, never);

    await expect(session.tunnels(account, 60_000, never)).resolves.toHaveLength(1);
    await expect(session.tunnels(other, 60_000, never)).resolves.toEqual([]);
  });

  it('are told apart from a failure: what failed is asked for again', async () => {
    const { session, faults } = await aCloud();
    faults.add({ times: 1, effect: { kind: 'html', status: 503 } });

    await session.zones(60_000, never).catch(() => undefined);

    await expect(session.zones(60_000, never)).resolves.toHaveLength(1);
  });
});

describe('the connectors of a tunnel', () => {
  it('are asked for again only when the answer is too old', async () => {
    const { session, admin, calls, account } = await aCloud();
    const made = await session.createTunnel(account, 'home', SECRET, never);
    const { id = '' } = made ?? {};
    admin.connect(id);

    for (let pass = 0; pass < 3; pass += 1)
      await expect(session.connectors(account, id, 60_000, never)).resolves.toHaveLength(1);

    expect(calls.count('GET /accounts/:account/cfd_tunnel/:tunnel/connections')).toBe(1);
  });

  it('are none when the tunnel has gone, and the list that still has it is read anew', async () => {
    const { session, calls, account } = await aCloud();
    await session.tunnels(account, 60_000, never);
    expect(session.tunnelsAgeMs(account)).toBeLessThan(60_000);

    await expect(session.connectors(account, GONE, 60_000, never)).resolves.toEqual([]);

    expect(session.tunnelsAgeMs(account)).toBe(Number.POSITIVE_INFINITY);
    await session.tunnels(account, 60_000, never);
    expect(calls.count('GET /accounts/:account/cfd_tunnel')).toBe(2);
  });
});

describe('the list of tunnels', () => {
  it('holds a tunnel that was made meanwhile, without another call', async () => {
    const { session, calls, account } = await aCloud();
    await session.tunnels(account, 60_000, never);

    const made = await session.createTunnel(account, 'home', SECRET, never);

    await expect(session.tunnels(account, 60_000, never)).resolves.toEqual([made]);
    expect(calls.count('GET /accounts/:account/cfd_tunnel')).toBe(1);
  });

  it('holds a tunnel that was made while the list was on its way', async () => {
    const { session, faults, calls, account } = await aCloud();
    const held = Promise.withResolvers<void>();
    faults.add({ method: 'GET', times: 1, effect: { kind: 'hold', until: held.promise } });
    const listing = session.tunnels(account, 0, never);
    await carriedOutFirst({ calls });

    const made = await session.createTunnel(account, 'home', SECRET, never);
    held.resolve();
    await listing;

    await expect(session.tunnels(account, 60_000, never)).resolves.toEqual([made]);
  });

  it('holds a tunnel that was made although the list lags behind, and holds it once', async () => {
    const { session, faults, account } = await aCloud();
    const made = await session.createTunnel(account, 'home', SECRET, never);
    const lag = faults.add({ method: 'GET', effect: { kind: 'stale-reads', lagMs: 10_000 } });

    await expect(session.tunnels(account, 0, never)).resolves.toEqual([made]);
    lag.remove();
    await expect(session.tunnels(account, 0, never)).resolves.toEqual([made]);
  });

  it.each([
    { effect: { kind: 'drop-after' }, isDoubtful: true },
    { effect: { kind: 'stall-body' }, isDoubtful: true },
    { effect: { kind: 'html', status: 503 }, isDoubtful: true },
    { effect: { kind: 'truncate' }, isDoubtful: true },
    { effect: { kind: 'reply', status: 403 }, isDoubtful: false },
    { effect: { kind: 'reply', status: 429 }, isDoubtful: false },
    { effect: { kind: 'lock' }, isDoubtful: false },
  ] as const)('is no proof of what it lacks after a creation in doubt ($effect.kind): $isDoubtful', async (example) => {
    const { session, faults, account } = await aCloud();
    faults.add({ method: 'POST', effect: example.effect });

    await session.createTunnel(account, 'home', SECRET, never).catch(() => undefined);
    await session.tunnels(account, 0, never);

    expect(session.hasAllTunnels(account)).toBe(!example.isDoubtful);
  });

  it('no longer holds a tunnel that was deleted', async () => {
    const { session, account } = await aCloud();
    const made = await session.createTunnel(account, 'home', SECRET, never);
    await session.tunnels(account, 60_000, never);

    await session.deleteTunnel(account, made?.id ?? '', never);

    await expect(session.tunnels(account, 60_000, never)).resolves.toEqual([]);
  });

  it.each(['because connectors hold it', 'because the call failed'])(
    'still holds a tunnel that could not be deleted %s',
    async (why) => {
      const { session, admin, faults, account } = await aCloud();
      const made = await session.createTunnel(account, 'home', SECRET, never);
      await session.tunnels(account, 60_000, never);
      if (why === 'because connectors hold it') admin.connect(made?.id ?? '');
      else faults.add({ method: 'DELETE', effect: { kind: 'html', status: 503 } });

      await session.deleteTunnel(account, made?.id ?? '', never).catch(() => undefined);

      await expect(session.tunnels(account, 60_000, never)).resolves.toEqual([made]);
    },
  );
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
  ])('that passes by itself is $reason: $case', async ({ effect, reason }) => {
    const { session, faults } = await aCloud();
    faults.add({ effect });

    await expect(session.zones(0, never)).rejects.toMatchObject({ reason, disposition: 'retry' });
  });

  it.each<{ case: string; effect: FaultEffect }>([
    { case: 'half a JSON', effect: { kind: 'truncate' } },
    { case: 'a 200 with the page of a proxy', effect: { kind: 'html', status: 200 } },
    { case: 'a 200 without a result', effect: { kind: 'reply', status: 200, body: {} } },
  ])('is $case, and no bug of ours', async ({ effect }) => {
    const { session, faults } = await aCloud();
    faults.add({ effect });

    await expect(session.zones(0, never)).rejects.toMatchObject({ name: 'OperatorError', disposition: 'retry' });
  });

  it.each<{ case: string; call: (cloud: TestCloud) => Promise<unknown> }>([
    { case: 'createTunnel', call: ({ session, account }) => session.createTunnel(account, 'home', SECRET, never) },
    { case: 'allRecords', call: ({ session, zone }) => session.allRecords(zone, never) },
    {
      case: 'writeRecords',
      call: async ({ session, zone }) => {
        const removal = { kind: 'delete', id: '1'.repeat(32), name: '' } as const;
        const { failure } = await session.writeRecords(zone, [removal], MANNER, never);
        return Promise.reject(failure);
      },
    },
  ])('of a 200 with "success": false never passes for a success of $case', async ({ call }) => {
    const cloud = await aCloud();
    cloud.faults.add({ effect: UNSUCCESSFUL });

    await expect(call(cloud)).rejects.toMatchObject({ reason: 'CloudflareUnavailable', disposition: 'retry' });
  });

  it('for too many calls names the time to wait', async () => {
    const { session } = await aCloud({ elapsed: () => 0, rateLimit: { quota: 0, windowSeconds: 120 } });

    await expect(session.zones(0, never)).rejects.toMatchObject({
      reason: 'RateLimited',
      disposition: 'retry',
      retryAfterMs: 120_000,
    });
  });

  it('is not told when the caller has aborted', async () => {
    const { session, faults } = await aCloud();
    faults.add({ effect: { kind: 'drop-before' } });

    await expect(session.zones(0, AbortSignal.abort())).rejects.not.toMatchObject({ name: 'OperatorError' });
  });

  it('is met with one call: nothing is repeated behind our back', async () => {
    const { session, faults, calls } = await aCloud();
    faults.add({ effect: { kind: 'html', status: 503 } });

    await session.zones(0, never).catch(() => undefined);

    expect(calls.count()).toBe(1);
  });
});
