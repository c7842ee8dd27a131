import { setTimeout as delay } from 'node:timers/promises';
import { Dice } from './dice.ts';
import { complaintsAbout } from './judge.ts';
import { StormWorld } from './storm-world.ts';
import { type Struck, struckIn } from './struck.ts';
import { breakCloudflare, breakKubernetes } from './trouble.ts';
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
  for (let deeds = dice.between(8, 24); deeds > 0; deeds -= 1) {
    if (dice.isLucky(0.3)) breakCloudflare(cloudflare.faults, dice);
    if (dice.isLucky(0.3)) breakKubernetes(kubernetes.faults, dice);
    if (dice.isLucky(0.15)) world.rights.takeOne(dice);
    if (dice.isLucky(0.1)) world.clock.skewMs = dice.pick(SKEWS_MS);
    if (dice.isLucky(0.2)) calm(world);
    user.act();
    if (dice.isLucky(0.1)) await restart(world);
    await delay(dice.below(150));
  }
  calm(world);
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
