/** Where a policy is going to be made is written first, so that it is found after a crash. */
import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { ACCOUNT, OTHER_ACCOUNT, untilDeath } from '../../support/access-world.ts';
import { EPOCH } from '../../support/builders.ts';
import { STAFF, aPolicyWorld, edit, elsewhere, places, present, settledWorld } from './policies.ts';
import { conditions, ending } from './said.ts';

describe('a policy', () => {
  it('is announced before it is made, and then said to be there', async () => {
    const world = aPolicyWorld();
    const outcome = await world.policyPass();

    expect(world.log).toEqual(['write finalizers', 'write status', 'create policy', 'write status']);
    expect(world.policy?.status).toStrictEqual({
      observedGeneration: 1,
      accounts: [{ accountId: ACCOUNT, policyId: 'policy-1', tunnels: ['shop/home'] }],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'PolicySynced',
          message: 'The policy is at Cloudflare as its spec says',
          lastTransitionTime: EPOCH,
          observedGeneration: 1,
        },
      ],
    });
    expect(world.told).toStrictEqual([`AccessPolicyCreated: Access policy policy-1 was created in account ${ACCOUNT}`]);
    expect(ending(outcome)).toStrictEqual([60_000]);
  });

  it('is announced with everything that was known of it, and once', async () => {
    const world = await settledWorld();
    world.otherTunnels = [elsewhere()];
    world.users = ['shop/home', 'shop/edge'];
    const { accounts, conditions: before } = present(world).status ?? {};
    edit(world, {});
    world.death = { call: 1, when: 'before' };
    await untilDeath(
      world,
      world.policyPass().then(() => undefined),
    );

    expect(present(world).status).toStrictEqual({
      observedGeneration: 1,
      accounts,
      pendingAccounts: [OTHER_ACCOUNT],
      conditions: before,
    });

    await world.policyPass();
    expect(world.log).toEqual(['write status', 'create policy', 'write status']);
    expect(places(world)).toStrictEqual(['a policy-1 shop/home', 'b policy-2 shop/edge']);
  });

  it('is announced beside what an interrupted pass has announced', async () => {
    const world = aPolicyWorld();
    world.policy = { ...STAFF, status: { pendingAccounts: [OTHER_ACCOUNT] } };
    world.death = { call: 2, when: 'before' };
    await untilDeath(
      world,
      world.policyPass().then(() => undefined),
    );

    expect(present(world).status).toStrictEqual({
      observedGeneration: -1,
      pendingAccounts: [ACCOUNT, OTHER_ACCOUNT],
      conditions: [],
    });

    const { failures } = await world.policyPass();
    const why = `No Tunnel has credentials for account ${OTHER_ACCOUNT}`;
    expect(ending({ failures: failures ?? [] })).toEqual([
      undefined,
      { reason: 'SecretNotFound', disposition: 'stall', message: why },
    ]);
    expect(present(world).status?.pendingAccounts).toStrictEqual([OTHER_ACCOUNT]);
    expect(conditions(world.policy)).toStrictEqual(['Ready False SecretNotFound', 'Stalled True SecretNotFound']);
  });

  it('that somebody has deleted is announced anew each time, and not for longer', async () => {
    const world = await settledWorld();
    world.policies = [];
    world.failures.set('create policy', new OperatorError('CloudflareRefused', 'stall', 'no'));
    await world.policyPass();
    await world.policyPass();
    expect(world.log).toStrictEqual(['write status', 'write status', 'write status', 'write status']);
    expect(places(world)).toStrictEqual(['a policy-1 shop/home']);

    world.failures.clear();
    await world.policyPass();
    expect(places(world)).toStrictEqual(['a policy-2 shop/home']);
  });
});
