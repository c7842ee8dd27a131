import { describe, expect, it } from '@jest/globals';
import { AccessWorld, type Death, type Life, dyingAtEachCall, untilDeath } from '../../support/access-world.ts';
import { NAME, STAFF, edit, remove } from './policies.ts';

// Invariant 56.
describe('a policy whose operator dies at any call', () => {
  it('is there once, and gone when it was deleted', async () => {
    const lives = await dyingAtEachCall(live);

    expect(lives.length).toBeGreaterThan(20);
    expect(lives.filter(({ found }) => found !== 'as wanted')).toEqual([]);
    expect(lives.filter(({ left }) => left !== 'nothing')).toEqual([]);
  });
});

async function live(death?: Death): Promise<Life> {
  const world = new AccessWorld();
  world.policy = STAFF;
  world.death = death;
  await untilDeath(world, lifeOf(world));
  const found = world.policy?.metadata.deletionTimestamp === undefined ? await foundIn(world) : 'as wanted';
  world.users = [];
  remove(world);
  await world.settle(() => world.policyPass());
  const isEmpty = world.policy === undefined && world.policies.length === 0;
  return { calls: world.log.length, found, left: isEmpty ? 'nothing' : world.policies };
}

async function foundIn(world: AccessWorld): Promise<unknown> {
  if (world.policy !== undefined) await world.settle(() => world.policyPass());
  const names = world.policies.map(({ name }) => name);
  const isUsed = world.policy !== undefined && world.users.length > 0;
  return names.join() === (isUsed ? NAME : '') ? 'as wanted' : names;
}

async function lifeOf(world: AccessWorld): Promise<void> {
  await world.settle(() => world.policyPass());
  edit(world, { include: [{ everyone: {} }] });
  await world.settle(() => world.policyPass());
  world.users = [];
  await world.settle(() => world.policyPass());
  world.users = ['shop/home'];
  await world.settle(() => world.policyPass());
  world.users = [];
  remove(world);
  await world.settle(() => world.policyPass());
}
