import { describe, expect, it } from '@jest/globals';
import { ACCOUNT } from '../../support/access-world.ts';
import { byHand, present, remove, settledWorld } from './policies.ts';

// Invariant 56.
describe('a policy that the list does not show yet', () => {
  it('is not made again after a restart', async () => {
    const world = await settledWorld();
    world.restart();
    world.isListBehind = true;
    await world.policyPass();

    expect([world.log, world.policies.length]).toEqual([[], 1]);
  });

  it('is deleted with its object', async () => {
    const world = await settledWorld();
    world.restart();
    world.isListBehind = true;
    world.users = [];
    remove(world);
    await world.policyPass();

    expect([world.policy, world.policies]).toEqual([undefined, []]);
  });

  it('is made again if there is none with its id', async () => {
    const world = await settledWorld();
    world.policies = [];
    await world.policyPass();

    expect(world.policies).toHaveLength(1);
    expect(present(world).status?.accounts).toMatchObject([{ policyId: world.policies[0]?.id }]);
  });

  it('is not one of somebody else that the status names', async () => {
    const world = await settledWorld();
    const policy = present(world);
    const theirs = byHand('theirs');
    world.policies = [theirs];
    world.policy = { ...policy, status: { accounts: [{ accountId: ACCOUNT, policyId: theirs.id }] } };
    world.isListBehind = true;
    world.users = [];
    remove(world);
    await world.policyPass();

    expect([world.policy, world.policies]).toEqual([undefined, [theirs]]);
  });
});
