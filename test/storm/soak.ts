/** A long quiet run on the fast clock: drift checks, changes, and watches that end. */
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from './random.ts';
import { recover } from './recover.ts';
import { SoakedOperator } from './soaked-operator.ts';
import { ZONES } from '../support/local-world.ts';
import { OPERATOR_SPEED, startStormWorld } from './storm-world.ts';
import { User } from './user.ts';
import { DesiredState } from './desired-state.ts';

export interface SoakResult {
  /** Resident memory of the operator after the warm-up, and at the end. */
  readonly warmMb: number;
  readonly endMb: number;
  readonly problems: readonly string[];
}

const STEP_MS = 100;
const SERVICES = ['api', 'shop', 'web'];

/** `seconds` is real time. The operator's clock is twenty times faster. The first third warms up. */
export async function runSoak(seconds: number): Promise<SoakResult> {
  const world = await startStormWorld();
  await world.stopOperator();
  const { kubernetes, cloudflare } = world.sandbox;
  const urls = { kubernetesUrl: kubernetes.url, cloudflareUrl: cloudflare.url };
  const operator = new SoakedOperator({ cluster: world.cluster, speed: OPERATOR_SPEED, ...urls });
  try {
    const user = new User(world, new DesiredState(), new Random(1));
    user.wantTunnel('blue/home', 1);
    const steps = Math.round((seconds * 1000) / STEP_MS);
    for (let step = 0; step < steps; step += 1) {
      live(user, step);
      await delay(STEP_MS);
    }
    const { problems } = await recover(user);
    return { ...growthIn(operator.samples), problems };
  } finally {
    await operator.stop();
    await world.stop();
  }
}

/** One hostname changes at every tenth step. Now and then the API server disconnects its clients. */
function live(user: User, step: number): void {
  const { faults, calls } = user.world.sandbox.kubernetes;
  const name = SERVICES[step % SERVICES.length];
  if (step % 10 === 0)
    user.wantService(`blue/${name}`, { tunnel: 'blue/home', hostname: `${name}-${step}.${ZONES[step % 2]}` });
  if (step % 50 === 25) faults.closeWatches();
  if (step % 100 === 75) faults.expireVersions();
  // Excludes the emulator's call log from the measurement.
  calls.clear();
}

/** Memory only grows between two garbage collections, so the maximum of many samples is compared. */
function growthIn(samples: readonly number[]): Pick<SoakResult, 'warmMb' | 'endMb'> {
  const part = (from: number, to: number): readonly number[] =>
    samples.slice(Math.floor(samples.length * from), Math.floor(samples.length * to));
  return { warmMb: Math.max(...part(1 / 3, 1 / 2)), endMb: Math.max(...part(5 / 6, 1)) };
}
