import { describe, expect, it } from '@jest/globals';
import { OPERATOR_PERMISSIONS } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import { aCloud, never } from '../a-session.ts';

describe('zones', () => {
  it.each([
    { plan: 'free', batchLimit: 200 },
    { plan: 'pro', batchLimit: 3_500 },
    { plan: 'business', batchLimit: 3_500 },
    { plan: 'enterprise', batchLimit: 3_500 },
  ] as const)('allow $batchLimit operations in a batch on the $plan plan', async ({ plan, batchLimit }) => {
    const { session, account, zone } = await aCloud({}, { plan });

    await expect(session.zones(0, never)).resolves.toEqual([
      { id: zone.id, name: 'example.com', accountId: account, batchLimit },
    ]);
  });

  it('count as free without a plan', async () => {
    const { session, faults } = await aCloud();
    const zone = { id: '1'.repeat(32), name: 'example.com', account: { id: '2'.repeat(32) } };
    const body = { success: true, result: [zone], result_info: { page: 1, per_page: 50, total_count: 1 } };
    faults.add({ effect: { kind: 'reply', status: 200, body } });

    await expect(session.zones(0, never)).resolves.toMatchObject([{ batchLimit: 200 }]);
  });

  it('include those that are not active yet', async () => {
    const { session } = await aCloud({}, { status: 'pending' });

    await expect(session.zones(0, never)).resolves.toHaveLength(1);
  });

  it.each([
    { case: 'paused', zone: { paused: true }, state: /paused/ },
    { case: 'pending', zone: { status: 'pending' as const }, state: /pending/ },
    { case: 'moved', zone: { status: 'moved' as const }, state: /moved/ },
    { case: 'of partial setup', zone: { type: 'partial' as const }, state: /partial/ },
    { case: 'secondary', zone: { type: 'secondary' as const }, state: /secondary/ },
  ])('are inactive if they are $case', async ({ zone, state }) => {
    const { session } = await aCloud({}, zone);

    await expect(session.zones(0, never)).resolves.toMatchObject([
      { inactive: { state: expect.stringMatching(state) } },
    ]);
  });

  it('name the name servers that they wait for while they are pending', async () => {
    const { session } = await aCloud({}, { status: 'pending' });

    await expect(session.zones(0, never)).resolves.toMatchObject([
      { inactive: { remedy: expect.stringContaining('ada.ns.cloudflare.com, bob.ns.cloudflare.com') } },
    ]);
  });

  it.each(['unicode', 'punycode'] as const)(
    'have names in punycode, even if they are listed in %s',
    async (zoneNames) => {
      const { session } = await aCloud({ assumptions: { zoneNames } }, { name: 'B\u00fccher.example' });

      await expect(session.zones(0, never)).resolves.toMatchObject([{ name: 'xn--bcher-kva.example' }]);
    },
  );

  it('are read page by page, without an extra call', async () => {
    const { session, admin, calls, account } = await aCloud();
    for (let index = 0; index < 99; index += 1) admin.addZone({ name: `zone-${index}.example`, account });

    await expect(session.zones(0, never)).resolves.toHaveLength(100);
    expect(calls.count()).toBe(2);
  });

  it('are read once if Cloudflare repeats the last page', async () => {
    const { session, calls } = await aCloud({ assumptions: { pagePastTheEnd: 'last' } });

    await expect(session.zones(0, never)).resolves.toHaveLength(1);
    expect(calls.count()).toBe(1);
  });
});

describe('accounts', () => {
  it('are those that the token sees', async () => {
    const { sessionOf, admin, account } = await aCloud();
    const token = admin.addToken({ permissions: [...OPERATOR_PERMISSIONS, 'Account Settings Read'] });

    const accounts = await sessionOf(token).accounts(0, never);

    expect(accounts).toEqual([{ id: account, name: 'Acme' }]);
  });

  it('are none for an account-owned token', async () => {
    const { sessionOf, admin } = await aCloud();
    const token = admin.addToken({ kind: 'account' });

    await expect(sessionOf(token).accounts(0, never)).resolves.toEqual([]);
  });

  it('fail with any other refusal', async () => {
    const { session, faults } = await aCloud();
    const body = { success: false, errors: [{ code: 10000, message: 'Authentication error' }] };
    faults.add({ path: /accounts$/, effect: { kind: 'reply', status: 403, body } });

    await expect(session.accounts(0, never)).rejects.toMatchObject({
      reason: 'PermissionMissing',
      message: expect.stringContaining('"Account Settings Read"'),
    });
  });
});
