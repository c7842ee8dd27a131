/** Under each Cloudflare fault, new routes wait and live ones stay. Afterwards everything is as desired. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { KEPT, LiveWorld } from './live-world.ts';
import { AT_CLOUDFLARE } from './faults.ts';

/** The faults that fail a call as long as they last. A 429 has tests of its own. */
const FAILURES = AT_CLOUDFLARE.filter(
  (effect) => !['delay', 'stale-reads'].includes(effect.kind) && !('status' in effect && effect.status === 429),
);

const BATCH = /dns_records\/batch$/;

/** On the operator's clock: calls sent before the response arrived. */
const UNDER_WAY_MS = 400;

let live: LiveWorld;

beforeAll(async () => {
  live = await LiveWorld.start();
});
afterEach(() => live.world.sandbox.cloudflare.faults.clear());
afterAll(() => live.stop());

it.each(FAILURES)('calls about records that end in %j are retried as long as the fault lasts', async (effect) => {
  const { faults } = live.world.sandbox.cloudflare;
  const fault = faults.add({ path: /dns_records/, effect });
  const hostname = live.requestHostname();
  await eventually(() => expect(fault.fired()).toBeGreaterThan(1));

  expect(live.isServed(hostname)).toBe(false);
  expect(live.names()).toContain(KEPT);
  fault.remove();
  await live.recovers();
});

it.each([
  { sent: 'Retry-After', headers: { 'retry-after': '20' }, forSeconds: 20, other: 'blue/second' },
  { sent: 'no Retry-After', headers: {}, forSeconds: 30, other: 'blue/third' },
])('after a 429 with $sent no call is sent for $forSeconds s', async ({ headers, forSeconds, other }) => {
  const { faults, calls } = live.world.sandbox.cloudflare;
  const limit = faults.add({ path: BATCH, times: 1, effect: { kind: 'reply', status: 429, headers } });
  calls.clear();
  live.requestHostname();
  await eventually(() => expect(limit.fired()).toBe(1), { everyMs: 1 });
  live.user.wantTunnel(other, 1);
  await live.recovers();

  const limitedAt = calls.entries.find(({ status }) => status === 429)?.at ?? Number.NaN;
  const later = calls.entries.map(({ at }) => at - limitedAt).filter((ms) => ms > UNDER_WAY_MS);
  expect(later).not.toEqual([]);
  expect(Math.min(...later)).toBeGreaterThanOrEqual(forSeconds * 1000);
});

it('a record that lists do not show yet is created again after a restart, and exists once in the end', async () => {
  const { faults, calls } = live.world.sandbox.cloudflare;
  const lag = faults.add({ method: 'GET', path: /dns_records$/, effect: { kind: 'stale-reads', lagMs: 240_000 } });
  const hostname = live.requestHostname();
  await eventually(() => expect(live.names()).toContain(hostname));
  calls.clear();
  await live.world.restartOperator();
  await eventually(() => expect(calls.count(BATCH)).toBeGreaterThan(0));

  expect(lag.fired()).toBeGreaterThan(0);
  lag.remove();
  await live.recovers();
});
