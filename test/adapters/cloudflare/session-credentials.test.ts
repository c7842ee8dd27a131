/** How a session explains that Cloudflare rejects its credentials, or that a permission is missing. */
import { describe, expect, it } from '@jest/globals';
import { Permission } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import type { CloudflareSession } from '../../../src/adapters/cloudflare/session.ts';
import { MANNER, type TestCloud, aCloud, never } from './a-session.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const HOME = { name: 'home', secret: SECRET, isRemotelyManaged: false };
const MARK = 'cftunnel.io owner=test/';
const REMOVAL = { kind: 'delete', id: '0'.repeat(32), name: 'gone.example.com' } as const;
const { tunnelWrite, tunnelRead, dnsWrite, dnsRead, zoneRead } = Permission;

type Call = (session: CloudflareSession, cloud: TestCloud) => Promise<unknown>;

const tunnels: Call = (session, { account }) => session.tunnels(account, 0, never);
const createTunnel: Call = (session, { account }) => session.createTunnel(account, HOME, never);
const records: Call = (session, { zone }) => session.records(zone, { mark: MARK }, 0, never);
const writeRecords: Call = async (session, { zone }) => {
  const { failure } = await session.writeRecords(zone, [REMOVAL], MANNER, never);
  return Promise.reject(failure);
};

describe('credentials', () => {
  it.each([
    { case: 'malformed', token: () => 'nonsense' },
    { case: 'revoked', token: (cloud: TestCloud) => revoked(cloud, 'user') },
    { case: 'disabled', token: ({ admin }: TestCloud) => admin.addToken({ status: 'disabled' }) },
    { case: 'expired', token: ({ admin }: TestCloud) => admin.addToken({ status: 'expired' }) },
    { case: 'account-owned and revoked', token: (cloud: TestCloud) => revoked(cloud, 'account') },
  ])('that are $case are rejected', async ({ token }) => {
    const cloud = await aCloud();

    await expect(cloud.sessionOf(token(cloud)).tunnels(cloud.account, 0, never)).rejects.toMatchObject({
      reason: 'CredentialsRejected',
      disposition: 'stall',
      message: expect.stringMatching(
        /^Cannot list the tunnels: Cloudflare does not accept the credentials \(.* \(code /,
      ),
    });
  });

  it('that are an API key are enough for all that the operator needs', async () => {
    const cloud = await aCloud();
    const key = cloud.admin.addApiKey({ email: 'ops@example.com' });

    const { result } = await cloud
      .clientOf({ kind: 'key', key, email: 'ops@example.com' })
      .zeroTrust.tunnels.cloudflared.list({ account_id: cloud.account });

    expect(result).toEqual([]);
  });
});

describe.each(['user', 'account'] as const)('a permission that a token lacks (owned by the %s)', (kind) => {
  it.each([
    { case: 'listing tunnels', lacks: tunnelWrite, has: [dnsWrite, zoneRead], call: tunnels },
    { case: 'creating a tunnel', lacks: tunnelWrite, has: [tunnelRead, dnsWrite, zoneRead], call: createTunnel },
    { case: 'reading records', lacks: dnsWrite, has: [tunnelWrite, zoneRead], call: records },
    { case: 'writing records', lacks: dnsWrite, has: [dnsRead, zoneRead], call: writeRecords },
  ])('is named by $case: $lacks', async ({ lacks, has, call }) => {
    const cloud = await aCloud();
    const owner = kind === 'account' ? { kind, accounts: [cloud.account] } : { kind };
    const session = cloud.sessionOf(cloud.admin.addToken({ ...owner, permissions: has }));

    await expect(call(session, cloud)).rejects.toMatchObject({
      reason: 'PermissionMissing',
      disposition: 'stall',
      message: expect.stringContaining(`the token needs the permission "${lacks}" in account ${cloud.account} (`),
    });
  });
});

describe('a missing permission', () => {
  it('is named where the list of zones is refused, and not just empty', async () => {
    const { sessionOf, admin } = await aCloud({ assumptions: { zonesWithoutPermission: 'refused' } });
    const session = sessionOf(admin.addToken({ permissions: [tunnelWrite] }));

    await expect(session.zones(0, never)).rejects.toMatchObject({
      reason: 'PermissionMissing',
      message: expect.stringContaining('"Zone Read"'),
    });
  });

  it('is not guessed when the token cannot be verified', async () => {
    const { sessionOf, admin, faults, account } = await aCloud();
    faults.add({ path: /tokens\/verify/, effect: { kind: 'html', status: 503 } });
    const session = sessionOf(admin.addToken({ permissions: [] }));

    await expect(session.tunnels(account, 0, never)).rejects.toMatchObject({
      reason: 'CloudflareUnavailable',
      disposition: 'retry',
    });
  });

  it('is reported with the same message, whether records are read or written', async () => {
    const cloud = await aCloud();
    const session = cloud.sessionOf(cloud.admin.addToken({ permissions: [zoneRead] }));

    const [read, written] = await Promise.all([records, writeRecords].map((call) => messageOf(call(session, cloud))));

    expect(read).toContain('DNS Write');
    expect(written).toBe(read);
  });
});

describe('an account-owned token', () => {
  it('does all that the operator needs, and sees no accounts', async () => {
    const cloud = await aCloud();
    const session = cloud.sessionOf(cloud.admin.addToken({ kind: 'account', accounts: [cloud.account] }));

    await expect(session.zones(0, never)).resolves.toHaveLength(1);
    await expect(createTunnel(session, cloud)).resolves.toMatchObject({ name: 'home' });
    await expect(records(session, cloud)).resolves.toEqual([]);
    await expect(session.accounts(0, never)).resolves.toEqual([]);
  });
});

function revoked({ admin }: TestCloud, kind: 'user' | 'account'): string {
  const token = admin.addToken({ kind });
  admin.revokeToken(token);
  return token;
}

function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(String, String);
}
