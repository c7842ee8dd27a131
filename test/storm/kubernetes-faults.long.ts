/** Under each API server fault, new routes wait or take another path, and live ones stay. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { KEPT, LiveWorld } from './live-world.ts';
import { KINDS } from './storm-world.ts';
import { AT_KUBERNETES } from './faults.ts';

const LIST_SERVICES = /\/services\?.*limit=/;
const WATCH_SERVICES = /\/services\?.*watch=true/;

/** The faults that fail a call as long as they last. */
const FAILURES = AT_KUBERNETES.filter(({ kind }) => kind !== 'delay');

/** Faults after which the work is done but the client does not know it. */
const HALF_WAY = new Set(['drop-after', 'truncate', 'stall']);
const REFUSALS = FAILURES.filter(({ kind }) => !HALF_WAY.has(kind));
const LOST_ANSWERS = FAILURES.filter(({ kind }) => HALF_WAY.has(kind));

let live: LiveWorld;

beforeAll(async () => {
  live = await LiveWorld.start();
});
afterEach(async () => {
  live.world.sandbox.kubernetes.faults.clear();
  await live.recovers();
});
afterAll(() => live.stop());

it.each(LOST_ANSWERS)('a list that ends in %j is retried, and nothing is done before it succeeds', async (effect) => {
  const list = live.world.sandbox.kubernetes.faults.add({ path: LIST_SERVICES, effect });
  await live.world.restartOperator();
  const hostname = live.requestHostname();
  await eventually(() => expect(list.fired()).toBeGreaterThan(1));

  expect(live.isServed(hostname)).toBe(false);
  expect(live.names()).toContain(KEPT);
});

describe('a write of rules', () => {
  const RULES = { method: 'PATCH', path: /\/configmaps\// };

  it.each(REFUSALS)('that is rejected with %j is retried, and nothing continues before it succeeds', async (effect) => {
    const write = live.world.sandbox.kubernetes.faults.add({ ...RULES, effect });
    const hostname = live.requestHostname();
    await eventually(() => expect(write.fired()).toBeGreaterThan(1));

    expect(live.names()).not.toContain(hostname);
    expect(live.names()).toContain(KEPT);
  });

  it.each(LOST_ANSWERS)('that succeeds, but is answered with %j, is seen by the watch', async (effect) => {
    const write = live.world.sandbox.kubernetes.faults.add({ ...RULES, effect });
    const hostname = live.requestHostname();
    await eventually(() => expect(live.isServed(hostname)).toBe(true));

    expect(write.fired()).toBeGreaterThan(0);
  });
});

describe('watches', () => {
  it.each([
    { are: 'lost go on where they ended', isExpired: false, lists: 0 },
    { are: 'lost with their history begin with one list', isExpired: true, lists: 1 },
  ])('that $are', async ({ isExpired, lists }) => {
    const { faults, calls } = live.world.sandbox.kubernetes;
    calls.clear();
    faults.closeWatches();
    const hostname = live.requestHostname();
    if (isExpired) faults.expireVersions();
    await eventually(() => expect(live.isServed(hostname)).toBe(true));

    const listed = calls.entries.filter(
      ({ path, query }) => path.endsWith('/services') && query.startsWith('limit=500'),
    );
    expect(listed).toHaveLength(lists);
  });

  it('that cannot be opened hide changes that stale lists do not show either', async () => {
    const { faults } = live.world.sandbox.kubernetes;
    await live.world.stopOperator();
    const services = live.world.api.list(KINDS.services);
    const version = Math.max(...services.map(({ metadata }) => Number(metadata.resourceVersion)));
    const hostname = live.requestHostname();
    const watch = faults.add({ path: WATCH_SERVICES, effect: { kind: 'status', status: 503 } });
    const list = faults.add({ path: LIST_SERVICES, effect: { kind: 'frozen-reads', version } });
    void live.world.startOperator();
    await eventually(() => expect(watch.fired()).toBeGreaterThan(2));

    expect(list.fired()).toBeGreaterThan(0);
    expect(live.isServed(hostname)).toBe(false);
    watch.remove();
    await eventually(() => expect(live.isServed(hostname)).toBe(true));
    expect(live.names()).toContain(KEPT);
  });
});
