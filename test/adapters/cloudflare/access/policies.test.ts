import { describe, expect, it } from '@jest/globals';
import { never } from '../a-session.ts';
import { EVERYONE, STAFF, anAccessAccount } from './an-access-account.ts';

const NOBODYS = '11111111-2222-3333-4444-555555555555';

describe('createAccessPolicy', () => {
  it('creates a reusable policy with all that it says', async () => {
    const { session, admin, account } = await anAccessAccount();
    const content = { ...STAFF, require: EVERYONE, exclude: EVERYONE, sessionDuration: '12h' };

    const created = await session.createAccessPolicy(account, content, never);

    expect(created).toEqual({ ...content, id: admin.access.policies(account)[0]?.id, isUsed: false });
  });

  it('is in the list that was read before, without another call', async () => {
    const { session, account, calls } = await anAccessAccount();
    await session.accessPolicies(account, 0, never);
    const created = await session.createAccessPolicy(account, STAFF, never);
    const before = calls.entries.length;

    await expect(session.accessPolicies(account, 60_000, never)).resolves.toEqual([created]);
    expect(calls.entries).toHaveLength(before);
  });

  it('leaves unknown whether there is one if its answer was lost', async () => {
    const { session, account, faults, admin } = await anAccessAccount();
    await session.accessPolicies(account, 0, never);
    faults.add({ method: 'POST', times: 1, effect: { kind: 'drop-after' } });

    await expect(session.createAccessPolicy(account, STAFF, never)).rejects.toMatchObject({ disposition: 'retry' });

    expect(session.hasAllAccessPolicies(account)).toBe(false);
    expect(admin.access.policies(account)).toHaveLength(1);
  });

  it('names what is refused', async () => {
    const { session, account } = await anAccessAccount();

    await expect(session.createAccessPolicy(account, { ...STAFF, include: [] }, never)).rejects.toMatchObject({
      reason: 'CloudflareRefused',
      message: expect.stringContaining('at least one include rule'),
    });
  });
});

describe('accessPolicy', () => {
  it('is the one with the id, or none', async () => {
    const { session, account } = await anAccessAccount();
    const created = await session.createAccessPolicy(account, STAFF, never);

    await expect(session.accessPolicy({ accountId: account, id: created.id }, never)).resolves.toEqual(created);
    await expect(session.accessPolicy({ accountId: account, id: NOBODYS }, never)).resolves.toBeUndefined();
  });

  it('fails if Cloudflare does not answer', async () => {
    const { session, account, faults } = await anAccessAccount();
    faults.add({ path: /policies/, effect: { kind: 'reply', status: 500 } });

    await expect(session.accessPolicy({ accountId: account, id: NOBODYS }, never)).rejects.toMatchObject({
      disposition: 'retry',
    });
  });
});

describe('updateAccessPolicy', () => {
  it('replaces what the policy says', async () => {
    const { session, account } = await anAccessAccount();
    const { id } = await session.createAccessPolicy(account, { ...STAFF, sessionDuration: '12h' }, never);
    const content = { ...STAFF, decision: 'deny' as const, include: EVERYONE };

    await expect(session.updateAccessPolicy({ accountId: account, id }, content, never)).resolves.toMatchObject(
      content,
    );

    const [listed] = await session.accessPolicies(account, 0, never);
    expect(listed).toMatchObject(content);
    expect(listed).not.toHaveProperty('sessionDuration');
  });

  it('finds that the policy is gone', async () => {
    const { session, account } = await anAccessAccount();
    const { id } = await session.createAccessPolicy(account, STAFF, never);
    await session.accessPolicies(account, 0, never);
    await session.deleteAccessPolicy({ accountId: account, id }, never);

    await expect(session.updateAccessPolicy({ accountId: account, id }, STAFF, never)).resolves.toBeUndefined();
    await expect(session.accessPolicies(account, 60_000, never)).resolves.toEqual([]);
  });
});

describe('deleteAccessPolicy', () => {
  it('deletes it, and finds it deleted afterwards', async () => {
    const { session, account, admin } = await anAccessAccount();
    const { id } = await session.createAccessPolicy(account, STAFF, never);

    await expect(session.deleteAccessPolicy({ accountId: account, id }, never)).resolves.toBe(true);
    await expect(session.deleteAccessPolicy({ accountId: account, id }, never)).resolves.toBe(true);
    expect(admin.access.policies(account)).toEqual([]);
  });

  it('leaves a policy that an application uses', async () => {
    const { session, account, client, admin } = await anAccessAccount();
    const { id } = await session.createAccessPolicy(account, STAFF, never);
    await client.post(`/accounts/${account}/access/apps`, {
      body: { type: 'self_hosted', name: 'app', domain: 'app.example.com', policies: [id] },
    });

    await expect(session.deleteAccessPolicy({ accountId: account, id }, never)).resolves.toBe(false);
    await expect(session.accessPolicies(account, 60_000, never)).resolves.toMatchObject([{ id, isUsed: true }]);
    expect(admin.access.policies(account)).toHaveLength(1);
  });
});

describe('an account', () => {
  it('is read in pages of a thousand, and once for all that ask', async () => {
    const { session, account, calls } = await anAccessAccount();
    const reads = [session.accessPolicies(account, 1000, never), session.accessPolicies(account, 1000, never)];

    await Promise.all(reads);

    expect(calls.entries.filter(({ path }) => path.includes('/access/policies'))).toMatchObject([
      { query: expect.stringContaining('per_page=1000') },
    ]);
  });

  it('without Access is told how to enable it', async () => {
    const { session, account, admin } = await anAccessAccount();
    admin.access.disable(account);

    await expect(session.accessPolicies(account, 0, never)).rejects.toMatchObject({
      reason: 'AccessNotEnabled',
      message: expect.stringContaining('Choose a team name'),
    });
  });

  it.each([
    ['accessPolicies', 'Access: Apps and Policies Write'],
    ['serviceTokens', 'Access: Service Tokens Write'],
    ['loginMethods', 'Access: Organizations, Identity Providers, and Groups Read'],
  ] as const)('names the permission that %s lacks', async (call, permission) => {
    const { sessionOf, account, admin } = await anAccessAccount();
    const session = sessionOf(admin.addToken({ permissions: ['Zone Read'] }));

    await expect(session[call](account, 0, never)).rejects.toMatchObject({
      reason: 'PermissionMissing',
      message: expect.stringContaining(`"${permission}" in account ${account}`),
    });
  });
});
