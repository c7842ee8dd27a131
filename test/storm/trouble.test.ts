/** What strikes in storms matters: what is asked for meanwhile waits, what was live stays, and later all is well. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { Dice } from './dice.ts';
import { type Condition, complaintsAbout, conditionOf } from './judge.ts';
import { StormWorld } from './storm-world.ts';
import { User } from './user.ts';
import { Wishes } from './wishes.ts';

jest.setTimeout(60_000);

const PATIENCE = { withinMs: 30_000 };

let world: StormWorld;
let user: User;
const wishes = new Wishes();

beforeAll(async () => {
  world = await StormWorld.start();
  user = new User(world, wishes, new Dice(1));
  user.wantTunnel('blue/home', 1);
  user.wantService('blue/web', { tunnel: 'blue/home', hostname: 'kept.example.com' });
  await allIsWell();
});
afterAll(() => world.stop());

it.each(['Cloudflare Tunnel Write', 'DNS Write', 'Zone Read'])('a token that has lost %s', async (lost) => {
  const before = world.records().length;

  world.rights.withoutPermission(lost);
  await world.stopOperator();
  world.startOperator();
  ask('blue/api', lost);
  await eventually(() => expect(readyOf('blue/home')).toMatchObject({ status: 'False' }), PATIENCE);

  expect(world.records()).toHaveLength(before);
  world.rights.giveBack();
  await allIsWell();
});

it.each(['tunnels/status', 'services', 'secrets'])('an operator that may no longer touch %s', async (resource) => {
  const { questions } = world.sandbox.kubernetes;
  questions.clear();

  world.rights.withoutRule(world.rights.ruleOn(resource));
  world.sandbox.kubernetes.faults.closeWatches();
  ask('blue/shop', resource);
  user.wantTunnel('blue/home', wishes.tunnels.get('blue/home') === 1 ? 2 : 1);
  await eventually(() => expect(questions.entries.filter(({ isAllowed }) => !isAllowed)).not.toEqual([]), PATIENCE);

  expect(world.records().map(({ name }) => name)).toContain('kept.example.com');
  world.rights.giveBack();
  await allIsWell();
});

it('an API server whose clock is set back: who comes later is older, and gets the name', async () => {
  world.clock.skewMs = -3_600_000;
  user.wantService('red/web', { tunnel: 'blue/home', hostname: 'kept.example.com' });

  await eventually(() => expect(exposedOf('red/web')).toMatchObject({ status: 'True' }), PATIENCE);
  await eventually(() => expect(exposedOf('blue/web')).toMatchObject({ status: 'False' }), PATIENCE);

  world.clock.skewMs = 0;
  user.wantService('red/web', undefined);
  await allIsWell();
});

function ask(key: string, name: string): void {
  const label = name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  user.wantService(key, { tunnel: 'blue/home', hostname: `${label}.example.com` });
}

async function allIsWell(): Promise<void> {
  await eventually(() => expect(complaintsAbout(world, wishes)).toEqual([]), PATIENCE);
}

function readyOf(key: string): Condition | undefined {
  return conditionOf(user.find('tunnels', key), 'Ready');
}

function exposedOf(key: string): Condition | undefined {
  return conditionOf(user.find('services', key), 'cftunnel.io/Exposed');
}
