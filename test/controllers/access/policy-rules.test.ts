/** What the rules of a policy name, what is wrong with them, and what its author may not expect. */
import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { ACCOUNT, anAccessServiceToken } from '../../support/access-world.ts';
import { aPolicyWorld, edit, places, settledWorld } from './policies.ts';
import { conditions, ending, messageOf, reasonIn } from './said.ts';

describe('a rule', () => {
  it('that is wrong is told, and what is at Cloudflare stays', async () => {
    const world = await settledWorld();
    edit(world, { require: [{ ip: 'office' }] });
    const outcome = await world.policyPass();

    const message = 'spec.require[0]: ip "office" is neither an address nor a range, such as 203.0.113.0/24';
    expect(conditions(world.policy)).toStrictEqual(['Ready False PolicyInvalid', 'Stalled True PolicyInvalid']);
    expect(messageOf(world.policy)).toBe(`${message}. Until then the last good policy stays in force`);
    expect(world.told).toStrictEqual([`Warning PolicyInvalid: ${messageOf(world.policy)}`]);
    expect([places(world), world.policies.length]).toStrictEqual([['a policy-1 shop/home'], 1]);
    expect(ending(outcome)).toStrictEqual([60_000]);
  });

  it('that is wrong makes no policy', async () => {
    const world = aPolicyWorld({ include: [{}] });
    const outcome = await world.policyPass();

    expect(messageOf(world.policy)).toBe('spec.include[0]: a rule must contain exactly one kind, such as email or ip');
    expect([world.log, places(world)]).toStrictEqual([['write finalizers', 'write status'], []]);
    expect(ending(outcome)).toStrictEqual([60_000]);
  });

  it('is looked at again if what it names is missing', async () => {
    const world = await settledWorld();
    edit(world, { require: [{ group: 'staff' }] });
    const outcome = await world.policyPass();
    const message = `spec.require[0]: group names "staff", and the account has no group of that name. Until then the last good policy stays in force`;
    expect(reasonIn(world.policy)).toBe('ReferenceNotFound');
    expect(ending(outcome)).toStrictEqual([60_000, { reason: 'InvalidSpec', disposition: 'stall', message }]);

    world.groups = [{ id: 'group', name: 'staff' }];
    await world.policyPass(1);
    expect([reasonIn(world.policy), world.policies[0]?.require]).toStrictEqual([
      'PolicySynced',
      [{ group: { id: 'group' } }],
    ]);
  });

  it('has only those lists read that it needs', async () => {
    const world = aPolicyWorld({ decision: 'Allow', include: [{ loginMethod: 'Okta' }] });
    world.loginMethods = [{ id: 'okta', name: 'Okta' }];
    world.failures.set('list groups', new OperatorError('PermissionMissing', 'stall', 'no'));
    await world.policyPass();
    expect(world.policies[0]?.include).toStrictEqual([{ login_method: { id: 'okta' } }]);

    world.failures.set('list login methods', new OperatorError('PermissionMissing', 'stall', 'no'));
    edit(world, { include: [{ everyone: {} }] });
    await world.policyPass();
    expect(world.policies[0]?.include).toStrictEqual([{ everyone: {} }]);
  });

  it('may name a service token of its namespace', async () => {
    const world = aPolicyWorld({ decision: 'ServiceAuth', include: [{ serviceToken: 'robot' }] });
    world.token = { ...anAccessServiceToken(), status: { tokenId: 'token', accountId: ACCOUNT } };
    await world.policyPass();

    expect(world.policies[0]?.include).toStrictEqual([{ service_token: { token_id: 'token' } }]);
  });
});

describe('a decision that its author may not expect', () => {
  const warning =
    'With Allow, a visitor from an address in include still has to sign in. To let addresses in without a login, put them into an AccessPolicy with the decision Bypass';

  it('is told once, and again after a failure', async () => {
    const world = aPolicyWorld({ decision: 'Allow', include: [{ ip: '203.0.113.7' }] });
    await world.policyPass();
    expect(world.told.slice(1)).toStrictEqual([`Warning DecisionMismatch: ${warning}`]);
    expect(messageOf(world.policy)).toBe(`The policy is at Cloudflare as its spec says. ${warning}`);

    world.told.length = 0;
    edit(world, { sessionDuration: '1h' });
    await world.policyPass();
    expect(world.told).toStrictEqual([`AccessPolicyUpdated: Access policy policy-1 was changed in account ${ACCOUNT}`]);
  });

  it('is not told while another problem is', async () => {
    const world = aPolicyWorld({ decision: 'Allow', include: [{ ip: '203.0.113.7' }, { ip: 'office' }] });
    await world.policyPass();

    expect(world.told).toStrictEqual([expect.stringMatching(/^Warning PolicyInvalid: /)]);
  });
});
