/** A policy that was made elsewhere. */
import { describe, expect, it } from '@jest/globals';
import { ACCOUNT, OTHER_ACCOUNT } from '../../support/access-world.ts';
import { byHand, edit, elsewhere, aPolicyWorld, places, present, settledWorld, use } from './policies.ts';
import { conditions, ending, messageOf } from './said.ts';

const MISSING = `Account ${ACCOUNT} has no reusable policy with the id in spec.existing`;

describe('an existing policy', () => {
  it('is used as it is', async () => {
    const world = aPolicyWorld({ existing: { id: 'one' } });
    world.policies = [byHand('other'), byHand('one')];
    await world.settle(() => world.policyPass());

    expect(world.policies).toStrictEqual([byHand('other'), byHand('one')]);
    expect([conditions(world.policy), places(world)]).toStrictEqual([['Ready True PolicySynced'], ['a one shop/home']]);
  });

  it('takes the place of the one that was made, which goes once no application uses it', async () => {
    const world = await settledWorld();
    use(world, true);
    world.policies = [...world.policies, byHand('one')];
    edit(world, { existing: { id: 'one' } });
    await world.policyPass();
    expect([places(world), world.policies.length, world.log]).toStrictEqual([['a one shop/home'], 2, ['write status']]);

    use(world, false);
    await world.policyPass();
    expect([places(world), world.policies.map(({ id }) => id)]).toStrictEqual([['a one shop/home'], ['one']]);
    expect(world.told).toStrictEqual([`AccessPolicyDeleted: Access policy policy-1 was deleted in account ${ACCOUNT}`]);
  });

  it('is not deleted even if the operator has made it before', async () => {
    const world = await settledWorld();
    edit(world, { existing: { id: 'policy-1' } });
    await world.policyPass();
    expect([places(world), conditions(world.policy)]).toStrictEqual([
      ['a policy-1 shop/home'],
      ['Ready True PolicySynced'],
    ]);

    world.users = [];
    await world.policyPass();
    expect([places(world), world.policies.map(({ id }) => id), world.told]).toStrictEqual([[], ['policy-1'], []]);
  });

  it('that does not exist is looked for again', async () => {
    const world = aPolicyWorld({ existing: { id: 'typo' } });
    world.policies = [byHand('one')];
    await world.policyPass();
    const outcome = await world.policyPass(1);

    expect(ending(outcome)).toStrictEqual([60_000, { reason: 'InvalidSpec', disposition: 'stall', message: MISSING }]);
    expect(conditions(world.policy)).toStrictEqual(['Ready False PolicyNotFound', 'Stalled True PolicyNotFound']);
    expect(messageOf(world.policy)).toBe(MISSING);
    expect(present(world).status).not.toHaveProperty('accounts');
  });

  it('that does not exist in one of its accounts is told', async () => {
    const world = aPolicyWorld({ existing: { id: 'one' } });
    world.policies = [byHand('one')];
    await world.policyPass();
    world.otherTunnels = [elsewhere()];
    world.users = ['shop/home', 'shop/edge'];
    await world.policyPass();

    expect(places(world)).toStrictEqual(['a one shop/home']);
    expect(messageOf(world.policy)).toBe(MISSING.replace(ACCOUNT, OTHER_ACCOUNT));
  });

  it('that does not exist leaves the last good one of each account in force', async () => {
    const world = aPolicyWorld({ existing: { id: 'typo' } });
    world.policies = [byHand('other'), byHand('one')];
    world.policiesElsewhere = [byHand('other'), byHand('two')];
    world.otherTunnels = [elsewhere()];
    world.users = ['shop/home', 'shop/edge'];
    const accounts = [
      { accountId: ACCOUNT, policyId: 'one' },
      { accountId: OTHER_ACCOUNT, policyId: 'two' },
    ];
    world.policy = { ...present(world), status: { accounts } };
    await world.policyPass();

    expect(places(world)).toStrictEqual(['a one shop/home', 'b two shop/edge']);
    expect(messageOf(world.policy)).toBe(`${MISSING}. Until then the last good policy stays in force`);
  });
});
