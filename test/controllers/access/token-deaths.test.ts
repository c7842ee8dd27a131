import { describe, expect, it } from '@jest/globals';
import { type AccessWorld, type Death, type Life, dyingAtEachCall, untilDeath } from '../../support/access-world.ts';
import { aTokenWorld, held, remove, request } from './tokens.ts';

// Invariant 56.
describe('a service token whose operator dies at any call', () => {
  it('is there once with the secret that is in force, and gone when it was deleted', async () => {
    const lives = await dyingAtEachCall(live);

    expect(lives.length).toBeGreaterThan(20);
    expect(lives.filter(({ found }) => found !== 'as wanted')).toEqual([]);
    expect(lives.filter(({ left }) => left !== 'nothing')).toEqual([]);
  });
});

async function live(death?: Death): Promise<Life> {
  const world = aTokenWorld();
  world.death = death;
  await untilDeath(world, lifeOf(world));
  const isAlive = world.token !== undefined && world.token.metadata.deletionTimestamp === undefined;
  const found = isAlive ? await foundIn(world) : 'as wanted';
  remove(world);
  await world.settle(() => world.tokenPass());
  const isEmpty = world.token === undefined && world.tokens.length === 0;
  return { calls: world.log.length, found, left: isEmpty ? 'nothing' : world.tokens };
}

async function foundIn(world: AccessWorld): Promise<unknown> {
  await world.settle(() => world.tokenPass());
  const [token, ...others] = world.tokens;
  return others.length === 0 && token?.secret === held(world) ? 'as wanted' : world.tokens;
}

async function lifeOf(world: AccessWorld): Promise<void> {
  await world.settle(() => world.tokenPass());
  request(world, 'one');
  await world.settle(() => world.tokenPass());
  world.secret = undefined;
  await world.settle(() => world.tokenPass());
  remove(world);
  await world.settle(() => world.tokenPass());
}
