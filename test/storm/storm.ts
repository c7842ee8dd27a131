import { setTimeout as delay } from 'node:timers/promises';
import { Dice } from './dice.ts';
import { type Recovery, recovery } from './recovery.ts';
import { StormWorld } from './storm-world.ts';
import { type Struck, struckIn } from './struck.ts';
import { WEATHERS } from './trouble.ts';
import { User } from './user.ts';
import { Wishes } from './wishes.ts';

/** How one storm ended. */
export interface Outcome extends Recovery {
  readonly seed: number;
  readonly struck: Struck;
}

/** Longest wait between two deeds; in turns, since this process may be busy with other storms. */
const MOST_CALLS = 5;
const MOST_TURNS = 30;
const TURN_MS = 10;

const HOUR_MS = 3_600_000;

/** Where somebody sets a server's clock: who is the older of two is told by the API server's timestamps. */
const SKEWS_MS = [-HOUR_MS, 0, HOUR_MS] as const;

/** Users do this and that while both APIs fail in drawn ways; then the storm ends, and all must become as wished. */
export async function runStorm(seed: number): Promise<Outcome> {
  const dice = new Dice(seed);
  const world = await StormWorld.start();
  try {
    const user = new User(world, new Wishes(), dice);
    if (dice.isLucky(0.5)) await moveIn(user);
    await rage(user, seed);
    const recovered = await clearUp(user);
    return { seed, struck: struckIn(world.sandbox), ...recovered };
  } finally {
    await world.stop();
  }
}

async function rage(user: User, seed: number): Promise<void> {
  const { world, dice } = user;
  const { cloudflare, kubernetes } = world.sandbox;
  cloudflare.faults.seed(seed);
  kubernetes.faults.seed(seed);
  const weather = dice.pick(WEATHERS);
  for (let deeds = dice.between(8, 24); deeds > 0; deeds -= 1) {
    if (dice.isLucky(0.5)) for (const strike of weather) strike(world.sandbox, dice);
    if (dice.isLucky(0.15)) world.rights.takeOne(dice);
    if (dice.isLucky(0.1)) world.skews.kubernetesMs = dice.pick(SKEWS_MS);
    if (dice.isLucky(0.1)) world.skews.cloudflareMs = dice.pick(SKEWS_MS);
    if (dice.isLucky(0.15)) calm(world);
    user.act();
    if (dice.isLucky(0.1)) await world.restartOperator();
    await meanwhile(user);
  }
  calm(world);
}

/** The storm finds a world in which something is live, and can be lost. */
async function moveIn(user: User): Promise<void> {
  user.moveIn();
  await recovery(user);
}

/** Leaves the operator time to be in the middle of something: until it has made a few calls, if it makes any. */
async function meanwhile({ world, dice }: User): Promise<void> {
  const made = (): number => world.sandbox.cloudflare.calls.count();
  const enough = made() + dice.below(MOST_CALLS);
  for (let turns = dice.below(MOST_TURNS); turns > 0 && made() < enough; turns -= 1) await delay(TURN_MS);
}

/** Wishes that cannot be granted are given up; in half of the worlds everybody leaves once all is well. */
async function clearUp(user: User): Promise<Recovery> {
  user.settle();
  const first = await recovery(user);
  if (first.complaints.length > 0 || user.dice.isLucky(0.5)) return first;
  user.leave();
  const second = await recovery(user);
  return { complaints: second.complaints, recoveredMs: Math.max(first.recoveredMs, second.recoveredMs) };
}

function calm({ sandbox, rights }: StormWorld): void {
  sandbox.cloudflare.faults.clear();
  sandbox.kubernetes.faults.clear();
  rights.giveBack();
}
