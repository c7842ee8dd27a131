import { describe, expect, it } from '@jest/globals';
import { never, type TestCloud } from '../a-session.ts';
import { STAFF, anAccessAccount } from './an-access-account.ts';

const ROBOT = { name: 'robot', duration: '8760h' };
const LATER = '2100-01-01T00:00:00Z';

async function aToken() {
  const cloud = await anAccessAccount();
  const { id, clientId, clientSecret } = await cloud.session.createServiceToken(cloud.account, ROBOT, never);
  return { ...cloud, key: { accountId: cloud.account, id }, clientId, clientSecret };
}

function only({ admin, account }: TestCloud) {
  return admin.access.serviceTokens(account)[0];
}

describe('serviceToken', () => {
  it('is the one with the id, or none', async () => {
    const { session, account } = await anAccessAccount();
    const { clientSecret: _, ...created } = await session.createServiceToken(account, ROBOT, never);

    await expect(session.serviceToken({ accountId: account, id: created.id }, never)).resolves.toMatchObject(created);
    const id = '11111111-2222-3333-4444-555555555555';
    await expect(session.serviceToken({ accountId: account, id }, never)).resolves.toBeUndefined();
  });
});

describe('createServiceToken', () => {
  it('creates a token, and returns its secret', async () => {
    const cloud = await aToken();

    expect(only(cloud)).toMatchObject({ ...ROBOT, clientId: cloud.clientId, current: { value: cloud.clientSecret } });
    await expect(cloud.session.serviceTokens(cloud.account, 0, never)).resolves.toEqual([
      { ...ROBOT, id: cloud.key.id, clientId: cloud.clientId, isEnabled: true, expiresAt: expect.any(String) },
    ]);
  });

  it('leaves unknown whether there is one if its answer was lost', async () => {
    const { session, account, faults } = await anAccessAccount();
    await session.serviceTokens(account, 0, never);
    faults.add({ method: 'POST', times: 1, effect: { kind: 'drop-after' } });

    await expect(session.createServiceToken(account, ROBOT, never)).rejects.toMatchObject({ disposition: 'retry' });

    expect(session.hasAllServiceTokens(account)).toBe(false);
  });

  it('creates one that does not end', async () => {
    const { session, account } = await anAccessAccount();

    const created = await session.createServiceToken(account, { name: 'robot', duration: 'forever' }, never);

    expect(created).not.toHaveProperty('expiresAt');
  });
});

describe('rotateServiceToken', () => {
  it('makes a new secret, and keeps the former one for a while', async () => {
    const cloud = await aToken();

    const rotated = await cloud.session.rotateServiceToken(cloud.key, LATER, never);

    expect(rotated?.clientId).toBe(cloud.clientId);
    expect(only(cloud)).toMatchObject({
      current: { value: rotated?.clientSecret },
      previous: { value: cloud.clientSecret, expiresAt: Date.parse(LATER) },
    });
  });

  it('finds that the token is gone', async () => {
    const cloud = await aToken();
    cloud.admin.access.deleteServiceToken(cloud.key.id);

    await expect(cloud.session.rotateServiceToken(cloud.key, LATER, never)).resolves.toBeUndefined();
  });
});

describe('extendServiceToken', () => {
  it.each([
    { case: 'for a year', duration: undefined, shown: '8760h' },
    { case: 'for a month', duration: '720h', shown: '720h' },
  ])('counts from now $case', async ({ duration, shown }) => {
    const { session, account, key } = await aToken();
    await session.serviceTokens(account, 0, never);

    const extended = await session.extendServiceToken(key, duration, never);

    expect(extended?.duration).toBe(shown);
    await expect(session.serviceTokens(account, 60_000, never)).resolves.toEqual([extended]);
  });

  it('finds that the token is gone', async () => {
    const { session, admin, key } = await aToken();
    admin.access.deleteServiceToken(key.id);

    await expect(session.extendServiceToken(key, undefined, never)).resolves.toBeUndefined();
  });
});

describe('deleteServiceToken', () => {
  it('deletes it, and finds it deleted afterwards', async () => {
    const { session, admin, account, key } = await aToken();

    await expect(session.deleteServiceToken(key, never)).resolves.toBe(true);
    await expect(session.deleteServiceToken(key, never)).resolves.toBe(true);
    expect(admin.access.serviceTokens(account)).toEqual([]);
  });

  it('leaves a token that a policy names, which can be disabled', async () => {
    const { session, account, key } = await aToken();
    const include = [{ service_token: { token_id: key.id } }];
    await session.createAccessPolicy(account, { ...STAFF, decision: 'non_identity', include }, never);

    await expect(session.deleteServiceToken(key, never)).resolves.toBe(false);
    await session.disableServiceToken(key, never);

    await expect(session.serviceTokens(account, 0, never)).resolves.toMatchObject([{ id: key.id, isEnabled: false }]);
  });
});
