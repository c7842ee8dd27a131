import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { ACCOUNT } from '../../support/access-world.ts';
import { aTunnel } from '../../support/builders.ts';
import { aPolicyWorld, edit, present, settledWorld, widelyUsedWorld } from './policies.ts';
import { conditions, ending, messageOf, reasonIn } from './said.ts';

describe('a policy', () => {
  it('that nobody uses costs nothing', async () => {
    const world = aPolicyWorld();
    world.users = [];
    const outcome = await world.policyPass();

    expect([world.log, world.ages, world.told]).toStrictEqual([['write status'], [], []]);
    expect([conditions(world.policy), ending(outcome)]).toStrictEqual([['Ready True Unused'], [60_000]]);
    expect(messageOf(world.policy)).toBe('No hostname and no Tunnel uses the policy, so it is not at Cloudflare');
  });

  it('that is gone is nobody’s work', async () => {
    const world = aPolicyWorld();
    world.isGone = true;
    expect(await world.policyPass()).toStrictEqual({});
    expect(world.log).toStrictEqual(['write finalizers']);

    world.policy = undefined;
    expect(await world.policyPass()).toStrictEqual({});
  });

  it('is read anew when it has changed or failed', async () => {
    const world = aPolicyWorld();
    await world.policyPass();
    await world.policyPass();
    await world.policyPass(1);
    edit(world, { include: [{ everyone: {} }] });
    await world.policyPass();

    expect(world.ages).toStrictEqual([1000, 60_000, 1000, 1000]);
  });

  it('that somebody has changed is restored', async () => {
    const world = await settledWorld();
    world.restart();
    world.policies = world.policies.map((one) => ({ ...one, include: [{ everyone: {} }] }));
    await world.policyPass();

    expect(world.policies).toMatchObject([{ include: [{ email: { email: 'ann@example.com' } }] }]);
    expect(world.told).toStrictEqual([`AccessPolicyUpdated: Access policy policy-1 was changed in account ${ACCOUNT}`]);
  });

  it('that Cloudflare spells otherwise is written once in each account', async () => {
    const world = await widelyUsedWorld();
    world.spell = ({ include, ...content }) => ({ ...content, include: [...include, { certificate: {} }] });
    edit(world, { include: [{ commonName: 'Robot' }] });
    await world.settle(() => world.policyPass());
    expect(world.log).toStrictEqual(['change policy', 'change policy', 'write status']);

    edit(world, { include: [{ commonName: 'Other' }] });
    await world.policyPass();
    expect(world.policies).toMatchObject([
      { include: [{ common_name: { common_name: 'Other' } }, { certificate: {} }] },
    ]);

    world.policies = world.policies.map((one) => ({ ...one, include: [{ everyone: {} }] }));
    await world.policyPass();
    expect(world.policies).toMatchObject([
      { include: [{ common_name: { common_name: 'Other' } }, { certificate: {} }] },
    ]);
  });

  it('of which somebody has made another one of the same rules is left alone with it', async () => {
    const world = await settledWorld();
    const foreign = { ...world.policies[0], id: 'foreign', name: 'by hand' } as (typeof world.policies)[number];
    world.policies = [...world.policies, foreign];
    edit(world, { include: [{ everyone: {} }] });
    await world.policyPass();
    world.users = [];
    await world.settle(() => world.policyPass());

    expect(world.policies).toEqual([foreign]);
  });

  it('keeps its entry while it cannot be changed', async () => {
    const world = await settledWorld();
    world.failures.set('change policy', new OperatorError('CloudflareRefused', 'stall', 'no'));
    edit(world, { include: [{ everyone: {} }] });
    const outcome = await world.policyPass();

    expect(ending(outcome)).toStrictEqual([
      60_000,
      { reason: 'CloudflareRefused', disposition: 'stall', message: 'no' },
    ]);
    expect(conditions(world.policy)).toStrictEqual(['Ready False CloudflareRefused', 'Stalled True CloudflareRefused']);
    expect(present(world).status).toMatchObject({ observedGeneration: 2, accounts: [{ policyId: 'policy-1' }] });
    expect(present(world).status).not.toHaveProperty('pendingAccounts');
    expect(world.told).toStrictEqual(['Warning CloudflareRefused: no']);
  });

  it('that is deleted while it is changed is made again', async () => {
    const world = await settledWorld();
    world.isDeletedMeanwhile = true;
    edit(world, { include: [{ everyone: {} }] });
    const outcome = await world.policyPass();
    expect(ending(outcome)).toStrictEqual([
      60_000,
      {
        reason: 'Progressing',
        disposition: 'wait',
        message: 'The policy was deleted at Cloudflare. Creating it again',
      },
    ]);

    await world.policyPass(1);
    expect(world.policies).toMatchObject([{ id: 'policy-2', include: [{ everyone: {} }] }]);
    expect(world.told).toStrictEqual([
      `AccessPolicyCreated: Access policy policy-2 was created in account ${ACCOUNT}`,
      'Normal PolicySynced: The policy is at Cloudflare as its spec says',
    ]);
  });

  it('is not made while it may be there already', async () => {
    const world = aPolicyWorld();
    world.areListsComplete = false;
    const outcome = await world.policyPass();

    const message = 'Cloudflare did not answer a call. Checking again whether a policy was created';
    expect(ending(outcome)).toStrictEqual([60_000, { reason: 'Progressing', disposition: 'wait', message }]);
    expect([world.policies, world.policy?.metadata.finalizers?.length]).toStrictEqual([[], 1]);
  });

  it('says what a person has to do rather than what will pass by itself', async () => {
    const world = aPolicyWorld();
    world.otherTunnels = [aTunnel('shop/edge', { spec: { credentialsRef: { name: 'edge' } } })];
    world.users = ['shop/home', 'shop/edge'];
    world.failures.set(
      'read Secret shop/cloudflare-api-token',
      new OperatorError('KubernetesUnavailable', 'retry', 'later'),
    );
    world.failures.set('read Secret shop/edge', new OperatorError('SecretInvalid', 'stall', 'never'));
    await world.policyPass();

    expect([reasonIn(world.policy), messageOf(world.policy)]).toStrictEqual(['SecretInvalid', 'never']);
  });

  it('stays ready during a short interruption', async () => {
    const world = await settledWorld();
    world.failures.set('change policy', new OperatorError('CloudflareUnavailable', 'retry', 'later'));
    edit(world, { include: [{ everyone: {} }] });
    await world.policyPass();
    expect(world.policy?.status?.conditions).toMatchObject([{ status: 'True' }, { type: 'Reconciling' }]);

    await world.policyPass(3);
    expect(world.policy?.status?.conditions).toMatchObject([{ status: 'False', reason: 'CloudflareUnavailable' }, {}]);
  });

  it('is not removed while the account of a Tunnel is unknown', async () => {
    const world = await settledWorld();
    world.credentials = undefined;
    if (world.tunnel !== undefined) world.tunnel = { ...world.tunnel, status: {} };
    await world.policyPass();

    expect(world.policies).toHaveLength(1);
    expect(world.policy?.status?.accounts).toHaveLength(1);
  });
});
