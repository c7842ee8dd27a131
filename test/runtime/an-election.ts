import { afterEach, beforeEach, expect, jest } from '@jest/globals';
import type { LeaseLock } from '../../src/runtime/leader.ts';
import { delay } from '../support/fake-delay.ts';
import type { Fault, TestLease } from './a-lease.ts';

jest.unstable_mockModule('node:timers/promises', () => ({ setTimeout: delay }));
const { LeaderElection } = await import('../../src/runtime/leader.ts');
type Election = InstanceType<typeof LeaderElection>;

export const DURATION_MS = 15_000;
export const RENEW_EVERY_MS = 3_000;

const elections: Election[] = [];
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(async () => {
  const released = Promise.all(elections.splice(0).map((election) => election.release()));
  await pass(DURATION_MS);
  await released;
  jest.useRealTimers();
});

/** Advances the fake time. */
export function pass(ms: number): Promise<void> {
  return jest.advanceTimersByTimeAsync(ms);
}

/** An election on fake time, released after the test. */
export function anElection(lock: LeaseLock, identity = 'us') {
  const failures: unknown[] = [];
  const election = new LeaderElection(lock, {
    identity,
    durationMs: DURATION_MS,
    renewEveryMs: RENEW_EVERY_MS,
    onFailure: (error) => failures.push(error),
  });
  elections.push(election);
  return { election, failures };
}

/** A running election. */
export type Elector = ReturnType<typeof run>;

/** Acquires the lease, and then keeps it. */
export function run({ election }: { readonly election: Election }) {
  const state = { isLost: false };
  const done = election
    .acquire()
    .then(() => election.keep())
    .then(() => (state.isLost = true))
    .catch(() => undefined);
  return { election, state, done };
}

/** An election that leads and keeps the lease. */
export async function aLeader(lease: TestLease, fault?: () => Fault) {
  const running = run(anElection(lease.lock(fault)));
  await pass(0);
  expect(running.election.isLeader).toBe(true);
  return running;
}
