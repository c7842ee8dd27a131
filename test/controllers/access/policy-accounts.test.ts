/** In which accounts a policy is, and through which Tunnels they are opened. */
import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { ACCOUNT, OTHER_ACCOUNT } from '../../support/access-world.ts';
import { aTunnel } from '../../support/builders.ts';
import { aPolicyWorld, byHand, elsewhere, places, present, settledWorld, use, widelyUsedWorld } from './policies.ts';
import { conditions, ending } from './said.ts';

const UNREADABLE = new OperatorError('SecretInvalid', 'stall', 'no');

describe('a policy that several Tunnels use', () => {
  it('is made once in each account', async () => {
    const world = aPolicyWorld();
    world.otherTunnels = [aTunnel('shop/second'), elsewhere()];
    world.users = ['shop/second', 'shop/nobody', 'shop/home', 'shop/edge'];
    await world.policyPass();

    expect(places(world)).toStrictEqual(['a policy-1 shop/home shop/second', 'b policy-2 shop/edge']);
    expect([world.policies.length, world.policiesElsewhere.length]).toStrictEqual([1, 1]);
  });

  it.each(['shop/home', 'shop/second'])(
    'is made although %s cannot be entered, whose account is known',
    async (key) => {
      const world = aPolicyWorld();
      const [broken, works] = ['shop/home', 'shop/second'].map((one) =>
        aTunnel(one, {
          status: { accountId: ACCOUNT },
          spec: { credentialsRef: { name: one === key ? 'broken' : 'works' } },
        }),
      );
      world.tunnel = broken;
      world.otherTunnels = works === undefined ? [] : [works];
      world.users = ['shop/home', 'shop/second'];
      world.failures.set('read Secret shop/broken', UNREADABLE);
      await world.policyPass();

      expect(places(world)).toStrictEqual(['a policy-1 shop/home shop/second']);
      expect(conditions(world.policy)[0]).toBe('Ready False SecretInvalid');
    },
  );

  it('keeps its entry in an account that cannot be entered', async () => {
    const world = await settledWorld();
    world.tunnel = aTunnel('shop/home', { status: { accountId: ACCOUNT } });
    world.credentials = undefined;
    world.otherTunnels = [aTunnel('shop/new')];
    world.users = ['shop/home', 'shop/new'];
    const { failures = [] } = await world.policyPass();

    expect(places(world)).toStrictEqual(['a policy-1 shop/home']);
    expect([conditions(world.policy)[0], world.policies.length]).toStrictEqual(['Ready False SecretNotFound', 1]);
    expect(failures.map(({ reason }) => reason)).toStrictEqual(['SecretNotFound', 'SecretNotFound']);
  });
});

describe('an account in which nobody uses a policy any more', () => {
  it('loses it', async () => {
    const world = await widelyUsedWorld();
    world.users = ['shop/home'];
    const outcome = await world.policyPass();

    expect([places(world), world.policiesElsewhere]).toStrictEqual([['a policy-1 shop/home'], []]);
    expect(world.told).toStrictEqual([
      `AccessPolicyDeleted: Access policy policy-2 was deleted in account ${OTHER_ACCOUNT}`,
    ]);
    expect(ending(outcome)).toStrictEqual([60_000]);
  });

  it.each([
    ['is listed as using it', true, []],
    ['uses it, although it is not listed', false, ['delete policy']],
  ])('keeps it while an application %s', async (_, isUseListed, calls) => {
    const world = await widelyUsedWorld();
    use(world, true);
    world.isUseListed = isUseListed;
    world.users = ['shop/home'];
    const outcome = await world.policyPass();

    expect(world.log).toStrictEqual([...calls, 'write status']);
    expect(places(world)).toStrictEqual(['a policy-1 shop/home', 'b policy-2']);
    expect([ending(outcome), conditions(world.policy)]).toStrictEqual([[10_000], ['Ready True PolicySynced']]);
  });

  it('keeps the existing one that its applications use', async () => {
    const world = await widelyUsedWorld();
    use(world, true);
    const [accounts = []] = [present(world).status?.accounts];
    const status = {
      accounts: accounts.map((one) => (one.accountId === ACCOUNT ? { ...one, policyId: 'by hand' } : one)),
    };
    world.policy = { ...present(world), status };
    world.users = ['shop/edge'];
    await world.policyPass();

    expect(places(world)).toStrictEqual(['a by hand', 'b policy-2 shop/edge']);
  });

  it('has one that was announced alone if an application uses it', async () => {
    const world = await settledWorld();
    use(world, true);
    world.policy = { ...present(world), status: { pendingAccounts: [ACCOUNT] } };
    world.users = [];
    await world.policyPass();

    expect(places(world)).toStrictEqual(['a policy-1']);
  });

  it('keeps what others have made there', async () => {
    const world = await settledWorld();
    world.policies = [byHand('one')];
    world.users = [];
    await world.policyPass();

    expect([world.policies, places(world)]).toStrictEqual([[byHand('one')], []]);
  });

  it('may still have one that its list does not show', async () => {
    const world = await settledWorld();
    world.policies = [];
    world.users = [];
    world.areListsComplete = false;
    const outcome = await world.policyPass();

    const message = 'Cloudflare did not answer a call. Checking again whether a policy was created';
    expect(ending(outcome)).toStrictEqual([10_000, { reason: 'Progressing', disposition: 'wait', message }]);
    expect([places(world), world.log]).toStrictEqual([['a policy-1 shop/home'], ['write status']]);
  });

  it('that its list shows is removed, whatever else it may miss', async () => {
    const world = await settledWorld();
    world.users = [];
    world.areListsComplete = false;
    await world.policyPass();

    expect(world.log).toStrictEqual(['delete policy', 'write status', 'write finalizers']);
  });

  it('that may have it is asked again before the policy is released', async () => {
    const world = aPolicyWorld();
    world.users = [];
    world.areListsComplete = false;
    const { metadata, ...policy } = present(world);
    world.policy = {
      ...policy,
      metadata: { ...metadata, finalizers: ['cftunnel.io/finalizer'] },
      status: { pendingAccounts: [ACCOUNT] },
    };
    await world.policyPass();

    expect(world.log).toStrictEqual(['write status']);
    expect(present(world).status?.pendingAccounts).toStrictEqual([ACCOUNT]);
  });

  it.each([ACCOUNT, OTHER_ACCOUNT])('keeps its own entry while %s cannot be asked', async (accountId) => {
    const world = await widelyUsedWorld();
    world.failures.set('list policies', new OperatorError('CloudflareUnavailable', 'retry', 'later'));
    world.users = [accountId === ACCOUNT ? 'shop/edge' : 'shop/home'];
    await world.policyPass();

    expect(places(world).map((place) => place.slice(0, 10))).toStrictEqual(['a policy-1', 'b policy-2']);
  });
});
