import { describe, expect, it } from '@jest/globals';
import { FINALIZER } from '../../../src/api/names.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { ACCOUNT, type AccessWorld, OTHER_ACCOUNT } from '../../support/access-world.ts';
import { EPOCH } from '../../support/builders.ts';
import { NAME, aPolicyWorld, present, remove, settledWorld, use, widelyUsedWorld } from './policies.ts';
import { conditions, ending, messageOf, reasonIn } from './said.ts';

const NOBODY = {
  reason: 'SecretNotFound',
  disposition: 'stall',
  message: `No Tunnel has credentials for account ${ACCOUNT}`,
};

/** It was deleted, and nobody has credentials any more. */
async function abandonedWorld(users: readonly string[]): Promise<AccessWorld> {
  const world = await settledWorld();
  world.users = users;
  world.tunnel = undefined;
  world.restart();
  remove(world);
  return world;
}

describe('a policy that is deleted', () => {
  it('stays as long as an application uses it', async () => {
    const world = await settledWorld();
    use(world, true);
    world.users = [];
    await world.policyPass();
    expect(world.policy?.status?.accounts).toMatchObject([{ policyId: world.policies[0]?.id }]);

    remove(world);
    await world.policyPass();
    expect([reasonIn(world.policy), world.policies.length]).toEqual(['InUse', 1]);

    use(world, false);
    await world.policyPass();
    expect([world.policy, world.policies]).toEqual([undefined, []]);
  });

  it('can be deleted and created again while hostnames ask for it that are not published yet', async () => {
    const world = await settledWorld();
    expect(world.users).not.toEqual([]);

    remove(world);
    await world.policyPass();

    expect([world.policy, world.policies]).toEqual([undefined, []]);
  });

  it.each([
    [[], 5000, 'no application at Cloudflare uses it'],
    [['shop/home'], 30_000, 'the hostnames of Tunnel shop/home no longer use it'],
  ])('waits for the applications that use it, while %j ask for it', async (users, recheckAfterMs, end) => {
    const world = await settledWorld();
    use(world, true);
    world.users = users;
    remove(world);
    const outcome = await world.policyPass();

    expect(conditions(world.policy)).toStrictEqual(['Ready False InUse', 'Reconciling True InUse']);
    expect(messageOf(world.policy)).toBe(`The policy is deleted as soon as ${end}`);
    expect([ending(outcome), world.told, world.policies.length]).toStrictEqual([[recheckAfterMs], [], 1]);
  });

  it('goes with what is at Cloudflare', async () => {
    const world = await settledWorld();
    remove(world);

    expect(await world.policyPass()).toStrictEqual({});
    expect(world.told).toStrictEqual([`AccessPolicyDeleted: Access policy policy-1 was deleted in account ${ACCOUNT}`]);
    expect([world.policy, world.policies]).toStrictEqual([undefined, []]);
  });

  it.each([undefined, ['other']])('that has the finalizers %j is left to others', async (finalizers) => {
    const world = await settledWorld();
    const { metadata, ...policy } = present(world);
    const { finalizers: _, ...rest } = metadata;
    world.policy = { ...policy, metadata: { ...rest, deletionTimestamp: EPOCH, ...(finalizers && { finalizers }) } };

    expect(await world.policyPass()).toStrictEqual({});
    expect([world.log, world.policies.length]).toStrictEqual([[], 1]);
  });

  it('is not ready while Cloudflare fails, however long', async () => {
    const world = await settledWorld();
    world.failures.set('list policies', new OperatorError('CloudflareUnavailable', 'retry', 'later'));
    world.waitedMs = 300_000;
    world.users = [];
    remove(world);
    const outcome = await world.policyPass();

    expect(conditions(world.policy)).toStrictEqual([
      'Ready False CloudflareUnavailable',
      'Reconciling True CloudflareUnavailable',
    ]);
    expect(ending(outcome)).toStrictEqual([
      5000,
      { reason: 'CloudflareUnavailable', disposition: 'retry', message: 'later' },
    ]);
    expect([...world.waiting]).toStrictEqual([]);
  });

  it('is given up without credentials, and says what is left behind', async () => {
    const world = await abandonedWorld([]);
    expect(ending(await world.policyPass())).toStrictEqual([5000, NOBODY]);
    expect([...world.waiting]).toStrictEqual(['AccessPolicy policy-uid']);

    world.told.length = 0;
    world.waitedMs = 300_000;
    expect(await world.policyPass()).toStrictEqual({});
    const left = `Warning LeftBehind: AccessPolicy shop/staff left behind at Cloudflare: the reusable policy "${NAME}" in account ${ACCOUNT}, because no credentials for it are left`;
    expect(world.told).toStrictEqual([left, `Lease ${left}`]);
    expect([world.policy, ...world.waiting]).toStrictEqual([undefined]);
  });

  it('is not given up without credentials while hostnames ask for it', async () => {
    const world = await abandonedWorld(['shop/home']);
    world.waitedMs = 300_000;

    expect(ending(await world.policyPass())).toStrictEqual([5000, NOBODY]);
    expect(reasonIn(world.policy)).toBe('SecretNotFound');
  });

  it('is given up although an application uses it in an account that can be entered', async () => {
    const world = await widelyUsedWorld();
    use(world, true);
    world.otherTunnels = [];
    world.users = [];
    world.restart();
    world.waitedMs = 300_000;
    remove(world);
    await world.policyPass();

    expect(world.policy).toBeUndefined();
    expect(world.told.at(-1)).toContain(`in account ${ACCOUNT}, ${OTHER_ACCOUNT}, because`);
  });
});

describe('a policy that nobody uses any more', () => {
  it('is released, so that it can be deleted at once', async () => {
    const world = await settledWorld();
    world.users = [];
    const outcome = await world.policyPass();

    expect(world.log).toStrictEqual(['delete policy', 'write status', 'write finalizers']);
    expect([conditions(world.policy), ending(outcome)]).toStrictEqual([['Ready True Unused'], [60_000]]);
    expect(present(world).metadata.finalizers).toStrictEqual([]);
  });

  it('keeps the finalizers of others', async () => {
    const world = aPolicyWorld();
    const { metadata, ...policy } = present(world);
    world.policy = { ...policy, metadata: { ...metadata, finalizers: ['other', FINALIZER] } };
    world.users = [];
    await world.policyPass();

    expect(present(world).metadata.finalizers).toStrictEqual(['other']);
  });
});
