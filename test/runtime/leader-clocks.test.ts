/** Wrong clocks and clocks that jump. */
import { describe, expect, it, jest } from '@jest/globals';
import type { LeaseLock } from '../../src/runtime/leader.ts';
import { type Fault, aLease } from './a-lease.ts';
import { DURATION_MS, type Elector, RENEW_EVERY_MS, aLeader, anElection, pass, run } from './an-election.ts';

const HOUR_MS = 3_600_000;

/** The wrong time that a writer's clock puts into the Lease. */
function withClockOff(lock: LeaseLock, hours: number): LeaseLock {
  const shifted = (time: string): string => new Date(Date.parse(time) + hours * HOUR_MS).toISOString();
  return {
    ...lock,
    write: (record) =>
      lock.write({ ...record, renewedAt: shifted(record.renewedAt), acquiredAt: shifted(record.acquiredAt) }),
  };
}

/** Who leads over time, in order. */
async function terms(electors: readonly (readonly [string, Elector])[], ms: number): Promise<readonly string[]> {
  const told: string[] = [];
  for (let passed = 0; passed < ms; passed += 500) {
    const leaders = electors.filter(([, { election }]) => election.isLeader).map(([name]) => name);
    const now = leaders.join(' and ') || 'nobody';
    if (told.at(-1) !== now) told.push(now);
    await pass(500);
  }
  return told;
}

const CLOCKS = [
  { off: 'three hours slow', hours: -3 },
  { off: 'three hours fast', hours: 3 },
  { off: 'a day slow', hours: -24 },
  { off: 'fifty years fast', hours: 438_000 },
].flatMap((clock) => (['leader', 'standby'] as const).map((whose) => ({ ...clock, whose })));

// Invariant 26.
it.each(CLOCKS)('the $whose leads only during its term, with a clock that is $off', async ({ whose, hours }) => {
  let fault: Fault = 'works';
  const lease = aLease();
  const locks = { leader: lease.lock(() => fault), standby: lease.lock() };
  const off = { ...locks, [whose]: withClockOff(locks[whose], hours) };
  const leader = run(anElection(off.leader, 'leader'));
  await pass(0);
  const standby = run(anElection(off.standby, 'standby'));
  const electors = [['leader', leader] as const, ['standby', standby] as const];

  expect(await terms(electors, 10 * DURATION_MS)).toEqual(['leader']);
  fault = 'fails';
  expect(await terms(electors, 2 * DURATION_MS)).toEqual(['leader', 'nobody', 'standby']);
});

// Invariant 26.
describe('a clock that jumps while a leader leads', () => {
  it.each([
    { jump: 'back', hours: -3 },
    { jump: 'forward', hours: 3 },
  ])('three hours $jump neither ends nor begins a term', async ({ hours }) => {
    const lease = aLease();
    const leader = await aLeader(lease);
    const standby = run(anElection(lease.lock(), 'standby'));
    await pass(DURATION_MS);

    jest.setSystemTime(Date.now() + hours * HOUR_MS);
    await pass(10 * DURATION_MS);

    expect(leader.election.isLeader).toBe(true);
    expect(leader.state.isLost).toBe(false);
    expect(standby.election.isLeader).toBe(false);
  });

  it('back does not extend a term that cannot be renewed', async () => {
    let fault: Fault = 'works';
    const { election } = await aLeader(aLease(), () => fault);

    jest.setSystemTime(Date.now() - 3 * HOUR_MS);
    fault = 'fails';
    await pass(DURATION_MS);

    expect(election.isLeader).toBe(false);
  });

  it('forward stops all writes until the next renewal, since the machine may have been suspended', async () => {
    const { election } = await aLeader(aLease());

    jest.setSystemTime(Date.now() + HOUR_MS);
    expect(() => election.assertLeading()).toThrow('another replica');
    await pass(RENEW_EVERY_MS);

    expect(() => election.assertLeading()).not.toThrow();
  });

  it('forward, because the machine was suspended while another took over, stops all writes', async () => {
    const lease = aLease();
    const { election, state } = await aLeader(lease);

    jest.setSystemTime(Date.now() + HOUR_MS);
    lease.put({ holder: 'other' });
    expect(election.isLeader).toBe(false);
    await pass(RENEW_EVERY_MS);

    expect(election.isLeader).toBe(false);
    expect(state.isLost).toBe(true);
  });
});
