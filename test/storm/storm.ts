import { setTimeout as delay } from 'node:timers/promises';
import { Dice } from './dice.ts';
import { complaintsAbout } from './judge.ts';
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

interface Recovery {
  /** What was not as wished when time was up; empty: all is well. */
  readonly complaints: readonly string[];
  /** From the end of the storm until all was well. */
  readonly recoveredMs: number;
}

/** Longest time after a storm until all must be well. */
const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** Longest wait between two deeds; in turns, since this process may be busy with other storms. */
const MOST_CALLS = 5;
const MOST_TURNS = 30;
const TURN_MS = 10;

const HOUR_MS = 3_600_000;

/** Where somebody sets the API server's clock: who is the older of two is told by its timestamps. */
const SKEWS_MS = [-HOUR_MS, 0, HOUR_MS] as const;

/** Users do this and that while both APIs fail in drawn ways; then the storm ends, and all must become as wished. */
export async function runStorm(seed: number): Promise<Outcome> {
  const dice = new Dice(seed);
  const world = await StormWorld.start();
  try {
    const wishes = new Wishes();
    const user = new User(world, wishes, dice);
    if (dice.isLucky(0.5)) await moveIn(world, user, wishes);
    await rage(world, user, dice, seed);
    const recovery = await clearUp(world, user, wishes, dice);
    return { seed, struck: struckIn(world.sandbox), ...recovery };
  } finally {
    await world.stop();
  }
}

async function rage(world: StormWorld, user: User, dice: Dice, seed: number): Promise<void> {
  const { cloudflare, kubernetes } = world.sandbox;
  cloudflare.faults.seed(seed);
  kubernetes.faults.seed(seed);
  const weather = dice.pick(WEATHERS);
  for (let deeds = dice.between(8, 24); deeds > 0; deeds -= 1) {
    if (dice.isLucky(0.5)) for (const strike of weather) strike(world.sandbox, dice);
    if (dice.isLucky(0.15)) world.rights.takeOne(dice);
    if (dice.isLucky(0.1)) world.clock.skewMs = dice.pick(SKEWS_MS);
    if (dice.isLucky(0.15)) calm(world);
    user.act();
    if (dice.isLucky(0.1)) await restart(world);
    await meanwhile(world, dice);
  }
  calm(world);
}

/** The storm finds a world in which something is live, and can be lost. */
async function moveIn(world: StormWorld, user: User, wishes: Wishes): Promise<void> {
  user.moveIn();
  await becomesWell(world, user, wishes);
}

/** Leaves the operator time to be in the middle of something: until it has made a few calls, if it makes any. */
async function meanwhile({ sandbox }: StormWorld, dice: Dice): Promise<void> {
  const made = (): number => sandbox.cloudflare.calls.count();
  const enough = made() + dice.below(MOST_CALLS);
  for (let turns = dice.below(MOST_TURNS); turns > 0 && made() < enough; turns -= 1) await delay(TURN_MS);
}

/** Wishes that cannot be granted are given up; in half of the worlds everybody leaves once all is well. */
async function clearUp(world: StormWorld, user: User, wishes: Wishes, dice: Dice): Promise<Recovery> {
  user.settle();
  const first = await becomesWell(world, user, wishes);
  if (first.complaints.length > 0 || dice.isLucky(0.5)) return first;
  user.leave();
  const second = await becomesWell(world, user, wishes);
  return { complaints: second.complaints, recoveredMs: Math.max(first.recoveredMs, second.recoveredMs) };
}

function calm({ sandbox, rights }: StormWorld): void {
  sandbox.cloudflare.faults.clear();
  sandbox.kubernetes.faults.clear();
  rights.giveBack();
}

async function restart(world: StormWorld): Promise<void> {
  await world.stopOperator();
  world.startOperator();
}

async function becomesWell(world: StormWorld, user: User, wishes: Wishes): Promise<Recovery> {
  const began = performance.now();
  for (;;) {
    user.restore();
    const complaints = complaintsAbout(world, wishes);
    const recoveredMs = performance.now() - began;
    if (complaints.length === 0 || recoveredMs > PATIENCE_MS) return { complaints, recoveredMs };
    await delay(LOOK_EVERY_MS);
  }
}
