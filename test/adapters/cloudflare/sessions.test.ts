import { afterEach, describe, expect, it } from '@jest/globals';
import { Permission } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import { type CloudflareSessions, createCloudflareSessions } from '../../../src/adapters/cloudflare/sessions.ts';
import type { CallReport } from '../../../src/adapters/cloudflare/calls/transport.ts';
import { MANNER, aCloud, never } from './a-session.ts';

const opened: CloudflareSessions[] = [];
afterEach(() => {
  for (const sessions of opened.splice(0)) sessions.close();
});

async function someSessions() {
  const cloud = await aCloud();
  const reports: CallReport[] = [];
  const sessions = createCloudflareSessions(cloud.url, (call) => reports.push(call));
  opened.push(sessions);
  return { ...cloud, sessions, reports };
}

it('returns the same session for the same credentials', async () => {
  const { sessions } = await someSessions();

  const session = sessions.open({ kind: 'token', token: 'a' });

  expect(sessions.open({ kind: 'token', token: 'a' })).toBe(session);
  expect(sessions.open({ kind: 'token', token: 'b' })).not.toBe(session);
  expect(sessions.open({ kind: 'key', key: 'a', email: 'a' })).not.toBe(session);
});

it('forgets a session that was not opened for an hour, such as that of a rotated token', async () => {
  const { url } = await aCloud();
  const clock = { ms: 0, now: () => clock.ms };
  const sessions = createCloudflareSessions(url, () => undefined, { clock });
  opened.push(sessions);
  const inUse = sessions.open({ kind: 'token', token: 'in use' });
  const rotated = sessions.open({ kind: 'token', token: 'rotated' });

  clock.ms = 3_600_000;
  expect(sessions.open({ kind: 'token', token: 'in use' })).toBe(inUse);
  expect(sessions.callsLeft().size).toBe(2);
  clock.ms += 1;

  expect(sessions.callsLeft().size).toBe(1);
  expect(sessions.open({ kind: 'token', token: 'in use' })).toBe(inUse);
  expect(sessions.open({ kind: 'token', token: 'rotated' })).not.toBe(rotated);
});

it('reports each call', async () => {
  const { sessions, reports, admin } = await someSessions();

  await sessions.open({ kind: 'token', token: admin.addToken() }).zones(0, never);

  expect(reports).toEqual([{ method: 'GET', path: '/client/v4/zones', status: 200, seconds: expect.any(Number) }]);
});

it('shares the records of a zone between credentials', async () => {
  const { sessions, calls, admin, zone } = await someSessions();
  const [first, second] = [1, 2].map(() => sessions.open({ kind: 'token', token: admin.addToken() }));

  await first?.records(zone, { mark: 'cftunnel.io owner=test/' }, 60_000, never);
  await second?.records(zone, { mark: 'cftunnel.io owner=test/' }, 60_000, never);

  expect(calls.count()).toBe(1);
});

// Invariant 59.
it('does not refuse the records of a zone to credentials that ask while others are refused them', async () => {
  const { sessions, calls, admin, zone } = await someSessions();
  const tokens = [admin.addToken({ permissions: [Permission.zoneRead] }), admin.addToken(), admin.addToken()];
  const askers = tokens.map((token) => sessions.open({ kind: 'token', token }));

  const asked = askers.map((session) => session.records(zone, { mark: 'cftunnel.io owner=test/' }, 60_000, never));

  await expect(Promise.allSettled(asked)).resolves.toEqual([
    { status: 'rejected', reason: expect.objectContaining({ reason: 'PermissionMissing' }) },
    { status: 'fulfilled', value: [] },
    { status: 'fulfilled', value: [] },
  ]);
  expect(calls.count(/^GET .*dns_records/)).toBe(2);
});

describe('when few calls are left', () => {
  it('returns the known list instead of reading it again', async () => {
    const { cloud, session } = await aShortSession({ quota: 100 });
    const before = await session.zones(0, never);

    const after = await session.zones(0, never);

    expect(after).toEqual(before);
    expect(cloud.calls.count()).toBe(1);
  });

  it('does not count a list that was not read again as fresh', async () => {
    const { cloud, session } = await aShortSession({ quota: 100 });
    await session.tunnels(cloud.account, 0, never);
    const ageMs = session.tunnelsAgeMs(cloud.account);

    await session.tunnels(cloud.account, 0, never);

    expect(session.tunnelsAgeMs(cloud.account)).toBeGreaterThanOrEqual(ageMs);
    expect(cloud.calls.count()).toBe(1);
  });

  it('still makes a call that a change waits for', async () => {
    const { cloud, session } = await aShortSession({ quota: 100 });
    await session.zones(0, never);

    await session.tunnels(cloud.account, 0, never);

    expect(cloud.calls.count()).toBe(2);
  });

  it('sends nothing at the last reserve', async () => {
    const { cloud, session } = await aShortSession({ quota: 15 });
    await session.zones(0, never);

    await expect(session.tunnels(cloud.account, 0, never)).rejects.toMatchObject({ reason: 'RateLimited' });
    expect(cloud.calls.count()).toBe(1);
  });

  it('at the last reserve, neither lists connectors nor searches for a refused name', async () => {
    const { cloud, session } = await aShortSession({ quota: 100 });
    await session.zones(0, never);
    cloud.admin.refuseName('bad.example.com');
    const record = { type: 'CNAME', content: 'x.example.net', proxied: true, comment: '' } as const;
    const creations = ['bad', 'good'].map((label) => {
      const name = `${label}.example.com`;
      return { kind: 'create', name, record: { ...record, name } } as const;
    });

    const { waiting, failure } = await session.writeRecords(cloud.zone, creations, MANNER, never);

    expect([waiting.length, failure]).toEqual([2, expect.objectContaining({ reason: 'RateLimited' })]);
    await expect(session.connectors(cloud.account, 'any', 0, never)).resolves.toBeUndefined();
    expect(cloud.calls.count()).toBe(2);
  });

  it('does not delay another token', async () => {
    const { cloud, sessions, session } = await aShortSession({ quota: 15 });
    await session.zones(0, never);

    const other = sessions.open({ kind: 'token', token: cloud.admin.addToken({ kind: 'account' }) });

    await expect(other.tunnels(cloud.account, 0, never)).resolves.toEqual([]);
  });

  it('reports how many calls each token has left', async () => {
    const { sessions, session } = await aShortSession({ quota: 100 });
    await session.zones(0, never);

    expect([...sessions.callsLeft().values()]).toEqual([99]);
  });
});

async function aShortSession(rateLimit: { readonly quota: number }) {
  const cloud = await aCloud({ rateLimit });
  const sessions = createCloudflareSessions(cloud.url, () => undefined);
  opened.push(sessions);
  return { cloud, sessions, session: sessions.open({ kind: 'token', token: cloud.admin.addToken() }) };
}

function assertLeading(): void {
  throw new Error('another replica may lead by now');
}

it('sends no write for a process that no longer leads', async () => {
  const { url, calls, admin, account } = await aCloud();
  const sessions = createCloudflareSessions(url, () => undefined, { assertLeading });
  opened.push(sessions);
  const session = sessions.open({ kind: 'token', token: admin.addToken() });

  await session.zones(0, never);
  await expect(
    session.createTunnel(account, { name: 'home', secret: btoa('s'.repeat(32)), isRemotelyManaged: false }, never),
  ).rejects.toThrow('no answer');

  expect(calls.writes()).toEqual([]);
  expect(calls.count()).toBe(1);
});
