import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { ACCOUNT, OTHER_ACCOUNT, untilDeath } from '../../support/access-world.ts';
import { EPOCH, aTunnel } from '../../support/builders.ts';
import { conditions, ending, messageOf } from './said.ts';
import { aTokenWorld, alter, change, held, request, settledWorld } from './tokens.ts';

const CREATED = 'ServiceTokenCreated: Service token token-1 was created';

describe('a service token', () => {
  it('has its account written before it is made', async () => {
    const world = aTokenWorld();
    const outcome = await world.tokenPass();

    expect(world.log).toEqual(['write finalizers', 'write status', 'create token', 'store Secret', 'write status']);
    expect(world.token?.status).toStrictEqual({
      observedGeneration: 1,
      accountId: ACCOUNT,
      tokenId: 'token-1',
      clientId: 'client-1',
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'TokenIssued',
          message: 'Secret robot holds the token',
          lastTransitionTime: EPOCH,
          observedGeneration: 1,
        },
      ],
    });
    expect([held(world), world.tokens[0]?.name]).toStrictEqual(['secret-1', 'cftunnel.io owner=test/shop/robot']);
    expect([ending(outcome), world.told]).toStrictEqual([[60_000], [CREATED]]);
  });

  it('keeps what it says while its account is written', async () => {
    const world = aTokenWorld();
    world.tunnel = undefined;
    await world.tokenPass();
    const before = world.token?.status?.conditions;
    world.tunnel = aTunnel('shop/home');
    world.log.length = 0;
    world.death = { call: 2, when: 'before' };
    await untilDeath(
      world,
      world.tokenPass().then(() => undefined),
    );

    expect(world.token?.status).toStrictEqual({ observedGeneration: -1, accountId: ACCOUNT, conditions: before });
    await world.tokenPass();
    expect(world.log).toStrictEqual([
      'write finalizers',
      'write status',
      'create token',
      'store Secret',
      'write status',
    ]);
  });

  it('costs nothing once it is made, and is read anew after a failure', async () => {
    const world = await settledWorld();
    world.ages.length = 0;
    await world.tokenPass();
    await world.tokenPass(1);

    expect([world.log, world.ages]).toStrictEqual([[], [60_000, 1000]]);
  });

  it('that is gone is nobody’s work', async () => {
    const world = aTokenWorld();
    world.token = undefined;

    expect(await world.tokenPass()).toStrictEqual({});
  });

  it('waits for its Tunnel', async () => {
    const world = aTokenWorld({ tunnelRef: { name: 'edge' } });
    const outcome = await world.tokenPass();

    const message = 'Tunnel shop/edge does not exist. Create it, or correct spec.tunnelRef';
    expect(ending(outcome)).toStrictEqual([60_000, { reason: 'InvalidSpec', disposition: 'wait', message }]);
    expect(conditions(world.token)).toStrictEqual(['Ready False InvalidSpec', 'Reconciling True InvalidSpec']);
    expect([messageOf(world.token), world.log]).toStrictEqual([message, ['write status']]);
    expect(world.told).toStrictEqual([`Warning InvalidSpec: ${message}`]);
  });

  it('stays in the account in which it was made', async () => {
    const world = await settledWorld();
    world.tunnel = aTunnel('shop/home', { spec: { accountId: OTHER_ACCOUNT } });
    const outcome = await world.tokenPass();

    const message = `The token was created in account ${ACCOUNT}, and the account of the Tunnel is now ${OTHER_ACCOUNT}. Set it back, or delete and re-create the AccessServiceToken`;
    expect(ending(outcome)).toStrictEqual([60_000, { reason: 'AccountChanged', disposition: 'stall', message }]);
    expect([conditions(world.token), world.tokens.length]).toStrictEqual([
      ['Ready False AccountChanged', 'Stalled True AccountChanged'],
      1,
    ]);
    expect(world.token?.status).toMatchObject({ accountId: ACCOUNT, tokenId: 'token-1', clientId: 'client-1' });
  });

  it('is not made while it may be there already', async () => {
    const world = aTokenWorld();
    world.areListsComplete = false;
    const outcome = await world.tokenPass();

    const message = 'Cloudflare did not answer a call. Checking again whether a service token was created';
    expect(ending(outcome)).toStrictEqual([60_000, { reason: 'Progressing', disposition: 'wait', message }]);
    expect([world.tokens, world.secret]).toStrictEqual([[], undefined]);
  });

  it('stays ready during a short interruption', async () => {
    const world = await settledWorld();
    world.failures.set('list tokens', new OperatorError('CloudflareUnavailable', 'retry', 'later'));
    change(world, { generation: 2 });
    await world.tokenPass(2);
    expect(conditions(world.token)).toStrictEqual([
      'Ready True CloudflareUnavailable',
      'Reconciling True CloudflareUnavailable',
    ]);
    expect(world.token?.status).toMatchObject({ observedGeneration: 2, conditions: [{ observedGeneration: 2 }, {}] });

    await world.tokenPass(3);
    expect(conditions(world.token)).toStrictEqual([
      'Ready False CloudflareUnavailable',
      'Reconciling True CloudflareUnavailable',
    ]);
  });

  it('says since when it has been ready', async () => {
    const world = await settledWorld();
    world.now = '2026-01-02T00:00:00Z';
    change(world, { generation: 2 });
    await world.tokenPass();

    expect(world.token?.status?.conditions).toMatchObject([{ lastTransitionTime: EPOCH, observedGeneration: 2 }]);
  });

  it('that was disabled at Cloudflare is told', async () => {
    const world = await settledWorld();
    alter(world, { isEnabled: false });
    await world.tokenPass();

    expect(conditions(world.token)).toStrictEqual(['Ready False TokenDisabled', 'Stalled True TokenDisabled']);
  });
});

describe('a service token that is deleted meanwhile', () => {
  const message = 'The service token was deleted at Cloudflare. Creating it again';

  it('is made again instead of being rotated', async () => {
    const world = await settledWorld();
    request(world, 'one');
    world.isDeletedMeanwhile = true;
    const outcome = await world.tokenPass();
    expect(ending(outcome)).toStrictEqual([60_000, { reason: 'Progressing', disposition: 'wait', message }]);

    await world.tokenPass(1);
    expect([world.tokens.map(({ id }) => id), held(world)]).toStrictEqual([['token-3'], 'secret-3']);
    expect(world.token?.status?.rotation).toStrictEqual({ handled: 'one' });
  });

  it('is made again instead of being extended', async () => {
    const world = await settledWorld();
    alter(world, { expiresAt: EPOCH.replace('T00', 'T01') });
    world.isDeletedMeanwhile = true;
    const outcome = await world.tokenPass();
    expect(ending(outcome)).toStrictEqual([60_000, { reason: 'Progressing', disposition: 'wait', message }]);

    await world.tokenPass(1);
    expect(world.tokens.map(({ id }) => id)).toStrictEqual(['token-2']);
  });
});
