import { describe, expect, it } from '@jest/globals';
import { aSecret } from '../../support/builders.ts';
import { ending, reasonIn } from './said.ts';
import { aTokenWorld, change, held, settledWorld } from './tokens.ts';

describe('the Secret of a service token', () => {
  it('is nobody else’s', async () => {
    const world = aTokenWorld();
    const foreign = aSecret('shop/robot', { password: 'p' });
    world.secret = foreign;
    const outcome = await world.tokenPass();

    const message =
      'Secret shop/robot exists and does not belong to this AccessServiceToken. Delete it, or create an AccessServiceToken with another secretName';
    expect(ending(outcome)).toStrictEqual([60_000, { reason: 'NameTaken', disposition: 'wait', message }]);
    expect([reasonIn(world.token), world.tokens, world.secret]).toStrictEqual(['NameTaken', [], foreign]);
  });

  it('is taken back after a restore', async () => {
    const world = await settledWorld();
    change(world, { uid: 'new' });
    await world.settle(() => world.tokenPass());

    expect(world.secret?.metadata.ownerReferences).toMatchObject([{ uid: 'new' }]);
    expect([held(world), world.tokens.length, world.log]).toStrictEqual(['secret-1', 1, ['store Secret']]);
  });

  it('gets a new secret if somebody has changed it', async () => {
    const world = await settledWorld();
    world.secret = { ...(world.secret ?? aSecret('shop/robot', {})), data: {} };
    const outcome = await world.tokenPass();

    expect(world.log).toStrictEqual(['rotate token', 'store Secret', 'write status']);
    expect([held(world), ending(outcome)]).toStrictEqual(['secret-2', [60_000]]);
  });
});
