/** Effects of lost permissions and wrong clocks. Afterwards everything is as desired. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { KEPT, LiveWorld } from './live-world.ts';

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
  live.requestHostname();
  await eventually(() => expect(live.readyOf('blue/home')).toMatchObject({ status: 'False' }));

  expect(live.names()).toEqual(before);
  live.world.rights.restoreAll();
  await live.recovers();
});

it.each(['tunnels/status', 'services', 'secrets'])('an operator that may no longer access %s', async (resource) => {
  const { authorizations, faults } = live.world.sandbox.kubernetes;
  authorizations.clear();

  live.world.rights.withoutRule(live.world.rights.ruleOn(resource));
  faults.closeWatches();
  live.requestHostname();
  live.user.wantTunnel('blue/home', live.desired.tunnels.get('blue/home') === 1 ? 2 : 1);
  await eventually(() => expect(authorizations.entries.filter(({ isAllowed }) => !isAllowed)).not.toEqual([]));

  expect(live.names()).toContain(KEPT);
  live.world.rights.restoreAll();
  await live.recovers();
});

it('an API server whose clock is set back: a later Service counts as older, and gets the name', async () => {
  live.world.skews.kubernetesMs = -HOUR_MS;
  live.user.wantService('red/web', { tunnel: 'blue/home', hostname: KEPT });

  await eventually(() => expect(live.exposedOf('red/web')).toMatchObject({ status: 'True' }));
  await eventually(() => expect(live.exposedOf('blue/web')).toMatchObject({ status: 'False' }));

  live.world.skews.kubernetesMs = 0;
  live.user.wantService('red/web', undefined);
  await live.recovers();
});

it.each([
  { case: 'back', byMs: -HOUR_MS },
  { case: 'forth', byMs: HOUR_MS },
])('a Cloudflare whose clock is set $case: nothing changes', async ({ byMs }) => {
  live.world.skews.cloudflareMs = byMs;
  const hostname = live.requestHostname();
  live.user.wantTunnel('red/home', 1);
  await live.recovers();

  const made = live.world.records().find(({ name }) => name === hostname)?.createdOn ?? '';
  expect(Math.abs(Date.parse(made) - Date.now() - byMs)).toBeLessThan(HOUR_MS / 2);
  live.user.deleteTunnel('red/home');
  await live.recovers();
  live.world.skews.cloudflareMs = 0;
});
