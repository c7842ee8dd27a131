import { setTimeout as delay } from 'node:timers/promises';
import { Random } from './random.ts';
import { type Recovery, recover } from './recover.ts';
import { type StormWorld, startStormWorld } from './storm-world.ts';
import { type FaultCounts, countFaults } from './fault-counts.ts';
import { FAULT_MIXES } from './faults.ts';
import { User } from './user.ts';
import { DesiredState } from './desired-state.ts';

/** The result of a storm. */
export interface Outcome extends Recovery {
  readonly seed: number;
  readonly faults: FaultCounts;
  /** Requests without credentials for hostnames that ask for Access. */
  readonly intrusions: number;
}

/** The maximum wait between two actions, in calls of the operator, because other storms may keep this process busy. */
const MOST_CALLS = 5;
const MOST_TURNS = 30;
const TURN_MS = 10;

const HOUR_MS = 3_600_000;

/** Clock skews of a server. The timestamps of the API server decide which of two objects is older. */
const SKEWS_MS = [-HOUR_MS, 0, HOUR_MS] as const;

/** Users act at random while both APIs fail at random. Then the faults end, and the desired state must be reached. */
export async function runStorm(seed: number): Promise<Outcome> {
  const random = new Random(seed);
  const world = await startStormWorld();
  try {
    const user = new User(world, new DesiredState(), random);
    user.closeNames();
    if (random.chance(0.5)) await setUp(user);
    await injectFaults(user, seed);
    const recovered = await finish(user);
    const { requests: intrusions } = world.intruders;
    return { seed, faults: countFaults(world.sandbox), intrusions, ...recovered };
  } finally {
    await world.stop();
  }
}

async function injectFaults(user: User, seed: number): Promise<void> {
  const { world, random } = user;
  const { cloudflare, kubernetes } = world.sandbox;
  cloudflare.faults.seed(seed);
  kubernetes.faults.seed(seed);
  const mix = random.pick(FAULT_MIXES);
  for (let actions = random.between(8, 24); actions > 0; actions -= 1) {
    if (random.chance(0.5)) for (const addFaults of mix) addFaults(world.sandbox, random);
    if (random.chance(0.15)) world.rights.revokeOne(random);
    if (random.chance(0.1)) world.skews.kubernetesMs = random.pick(SKEWS_MS);
    if (random.chance(0.1)) world.skews.cloudflareMs = random.pick(SKEWS_MS);
    if (random.chance(0.15)) clearFaults(world);
    user.act();
    if (random.chance(0.1)) await restartOperator(world);
    await waitForCalls(user);
  }
  clearFaults(world);
}

/** The next operator works once its caches are filled, for which the faults may have to end. */
async function restartOperator(world: StormWorld): Promise<void> {
  await world.stopOperator();
  void world.startOperator();
}

/** Starts with live routes, which a storm could lose. */
async function setUp(user: User): Promise<void> {
  user.setUp();
  await recover(user);
}

/** Waits until the operator has made a few calls, if it makes any, so that it is in the middle of its work. */
async function waitForCalls({ world, random }: User): Promise<void> {
  const made = (): number => world.sandbox.cloudflare.calls.count();
  const enough = made() + random.below(MOST_CALLS);
  for (let turns = random.below(MOST_TURNS); turns > 0 && made() < enough; turns -= 1) await delay(TURN_MS);
}

/** Resolves conflicts. In half of the storms everything is deleted afterwards. */
async function finish(user: User): Promise<Recovery> {
  user.resolveConflicts();
  const first = await recover(user);
  if (first.problems.length > 0 || user.random.chance(0.5)) return first;
  user.deleteAll();
  const second = await recover(user);
  return { problems: second.problems, recoveredMs: Math.max(first.recoveredMs, second.recoveredMs) };
}

function clearFaults({ sandbox, rights }: StormWorld): void {
  sandbox.cloudflare.faults.clear();
  sandbox.kubernetes.faults.clear();
  rights.restoreAll();
}
