/** The end of an election. */
import { expect, it } from '@jest/globals';
import type { LeaseLock } from '../../src/runtime/leader.ts';
import { delay } from '../support/fake-delay.ts';
import { type Fault, aLease } from './a-lease.ts';
import { RENEW_EVERY_MS, aLeader, anElection, pass, run } from './an-election.ts';

// Invariant 27.
it('releases the lease, so that the next leader does not have to wait', async () => {
  const lease = aLease();
  const { election, done } = await aLeader(lease);

  await election.release();
  await done;

  expect(election.isLeader).toBe(false);
  expect(lease.record).toMatchObject({ holder: '', durationSeconds: 1 });
  await anElection(lease.lock(), 'successor').election.acquire();
  expect(lease.record?.holder).toBe('successor');
});

it('releases the lease even during a renewal', async () => {
  const lease = aLease();
  const lock = lease.lock();
  const slow: LeaseLock = {
    ...lock,
    write: async (record) => {
      await delay(100);
      return lock.write(record);
    },
  };
  const { election, done } = run(anElection(slow));
  await pass(100 + RENEW_EVERY_MS + 50);

  const released = election.release();
  await pass(1_000);
  await Promise.all([released, done]);

  expect(election.isLeader).toBe(false);
  expect(lease.record?.holder).toBe('');
});

it('releases the lease although the answer to its last renewal was lost', async () => {
  let fault: Fault = 'works';
  const lease = aLease();
  const { election } = await aLeader(lease, () => fault);

  fault = 'loses the answer';
  await pass(RENEW_EVERY_MS);
  fault = 'works';
  await election.release();

  expect(lease.record?.holder).toBe('');
});

it('releases a lease that it acquired with a lost answer', async () => {
  let fault: Fault = 'works';
  const lease = aLease();
  const lock = lease.lock();
  const { election } = run(anElection({ ...lock, write: (record) => lease.lock(() => fault).write(record) }));
  fault = 'loses the answer';
  await pass(0);
  expect(election.isLeader).toBe(false);
  expect(lease.record?.holder).toBe('us');

  fault = 'works';
  await election.release();

  expect(lease.record?.holder).toBe('');
});

it("does not release somebody else's lease", async () => {
  const lease = aLease({ holder: 'other' });
  const { election } = run(anElection(lease.lock()));
  await pass(RENEW_EVERY_MS);

  await election.release();

  expect(lease.writers).toEqual([]);
});

it('does not change a lease that it does not hold', async () => {
  const [ours, taken] = [aLease({ holder: 'us' }), aLease()];
  const { election } = await aLeader(taken);
  taken.put({ holder: 'other' });

  await anElection(ours.lock()).election.release();
  await election.release();

  expect([ours.record?.holder, taken.record?.holder]).toEqual(['us', 'other']);
});

it('ends without a failure if the lease is gone', async () => {
  const { election, failures } = anElection({ ...aLease().lock(), read: () => Promise.resolve(undefined) });
  await election.acquire();

  await election.release();

  expect(failures).toEqual([]);
});

it('reports that the lease could not be released, and ends', async () => {
  let fault: Fault = 'works';
  const lease = aLease();
  const { election, failures } = anElection(lease.lock(() => fault));
  await election.acquire();

  fault = 'fails';
  await election.release();

  expect(failures).toHaveLength(1);
  expect(election.isLeader).toBe(false);
});
