/** Rights that are lost and a clock that is wrong matter in a storm; and later all is well. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { KEPT, LiveWorld, PATIENCE } from './live-world.ts';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;

let live: LiveWorld;

beforeAll(async () => {
  live = await LiveWorld.start();
});
afterAll(() => live.stop());

it.each(['Cloudflare Tunnel Write', 'DNS Write', 'Zone Read'])('a token that has lost %s', async (lost) => {
  const before = live.names();

  live.world.rights.withoutPermission(lost);
  await live.world.restartOperator();
  live.ask();
  await eventually(() => expect(live.readyOf('blue/home')).toMatchObject({ status: 'False' }), PATIENCE);

  expect(live.names()).toEqual(before);
  live.world.rights.giveBack();
  await live.becomesWell();
});

it.each(['tunnels/status', 'services', 'secrets'])('an operator that may no longer touch %s', async (resource) => {
  const { questions, faults } = live.world.sandbox.kubernetes;
  questions.clear();

  live.world.rights.withoutRule(live.world.rights.ruleOn(resource));
  faults.closeWatches();
  live.ask();
  live.user.wantTunnel('blue/home', live.wishes.tunnels.get('blue/home') === 1 ? 2 : 1);
  await eventually(() => expect(questions.entries.filter(({ isAllowed }) => !isAllowed)).not.toEqual([]), PATIENCE);

  expect(live.names()).toContain(KEPT);
  live.world.rights.giveBack();
  await live.becomesWell();
});

it('an API server whose clock is set back: who comes later is older, and gets the name', async () => {
  live.world.clock.skewMs = -HOUR_MS;
  live.user.wantService('red/web', { tunnel: 'blue/home', hostname: KEPT });

  await eventually(() => expect(live.exposedOf('red/web')).toMatchObject({ status: 'True' }), PATIENCE);
  await eventually(() => expect(live.exposedOf('blue/web')).toMatchObject({ status: 'False' }), PATIENCE);

  live.world.clock.skewMs = 0;
  live.user.wantService('red/web', undefined);
  await live.becomesWell();
});
