import { describe, expect, it } from '@jest/globals';
import { alter, held, remove, settledWorld } from './tokens.ts';

// Invariant 56.
describe('a service token that the list does not show yet', () => {
  it('is not made again after a restart', async () => {
    const world = await settledWorld();
    const before = held(world);
    world.restart();
    world.isListBehind = true;
    await world.tokenPass();

    expect([world.log, world.tokens.length, held(world)]).toEqual([[], 1, before]);
  });

  it('is deleted with its object', async () => {
    const world = await settledWorld();
    world.restart();
    world.isListBehind = true;
    remove(world);
    await world.tokenPass();

    expect([world.token, world.tokens]).toEqual([undefined, []]);
  });

  it('is made again if there is none with its id', async () => {
    const world = await settledWorld();
    world.tokens = [];
    await world.tokenPass();

    expect(world.tokens).toMatchObject([{ id: 'token-2' }]);
  });

  it('is left alone if somebody has renamed it', async () => {
    const world = await settledWorld();
    alter(world, { name: 'By hand' });
    remove(world);
    await world.tokenPass();

    expect([world.token, world.tokens.length]).toEqual([undefined, 1]);
  });
});
