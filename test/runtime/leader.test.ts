import { describe, expect, it, jest } from '@jest/globals';
import { type Fault, aLease } from './a-lease.ts';
import { DURATION_MS, RENEW_EVERY_MS, aLeader, anElection, pass, run } from './an-election.ts';

describe('acquire', () => {
  it('creates a missing lease', async () => {
    jest.setSystemTime(new Date('2026-03-01T10:00:00.123Z'));
    const lease = aLease();

    const { election } = anElection(lease.lock());
    await election.acquire();

    expect(election.isLeader).toBe(true);
    expect(lease.record).toEqual({
      version: '2',
      holder: 'us',
      renewedAt: '2026-03-01T10:00:00.123000Z',
      acquiredAt: '2026-03-01T10:00:00.123000Z',
      transitions: 0,
      durationSeconds: 15,
    });
  });

  it.each([
    { case: 'that was released', holder: '' },
    { case: 'that it already holds, from before a restart', holder: 'us' },
  ])('takes a lease $case at once', async ({ holder }) => {
    const lease = aLease({ holder, transitions: 4 });

    await anElection(lease.lock()).election.acquire();

    expect(lease.record).toMatchObject({ holder: 'us', transitions: 5 });
  });

  it.each([
    { case: 'has the correct time', renewedAt: () => new Date().toISOString() },
    { case: 'is in 1970', renewedAt: () => `1970-01-01T00:00:00.${Date.now() % 1000}Z` },
    { case: 'is in 2099', renewedAt: () => `2099-01-01T00:00:00.${Date.now()}Z` },
  ])('waits for a holder that renews, even if its clock $case', async ({ renewedAt }) => {
    const lease = aLease({ holder: 'other' });
    const renewal = setInterval(() => lease.put({ renewedAt: renewedAt() }), 10_001);

    const { election } = run(anElection(lease.lock()));
    await pass(3_600_000);
    clearInterval(renewal);

    expect(election.isLeader).toBe(false);
  });

  it.each(['1970-01-01T00:00:00.000000Z', '2026-03-01T10:00:00.000000Z', '2099-01-01T00:00:00.000000Z'])(
    'takes over when a record of %s has not changed for a whole lease duration by its own clock',
    async (renewedAt) => {
      const lease = aLease({ holder: 'other', renewedAt });

      const { election } = run(anElection(lease.lock()));
      await pass(DURATION_MS);
      expect(election.isLeader).toBe(false);
      await pass(2 * RENEW_EVERY_MS);

      expect(election.isLeader).toBe(true);
    },
  );

  it('takes over as soon as a silent holder counts as dead', async () => {
    const lease = aLease({ holder: 'other' });

    const { election } = run(anElection(lease.lock()));
    await pass(DURATION_MS + 1);

    expect(election.isLeader).toBe(true);
  });

  it('does not retry faster when it cannot take a free lease', async () => {
    let fault: Fault = 'works';
    const lease = aLease({ holder: 'other' });
    const { failures, election } = anElection(lease.lock(() => fault));
    run({ election });
    await pass(DURATION_MS - 100);

    fault = 'fails';
    await pass(10 * RENEW_EVERY_MS);

    expect(failures.length).toBeLessThanOrEqual(14);
  });

  it('respects the duration in the record of the holder', async () => {
    const lease = aLease({ holder: 'other', durationSeconds: 60 });

    const { election } = run(anElection(lease.lock()));
    await pass(60_000);
    expect(election.isLeader).toBe(false);
    await pass(2 * RENEW_EVERY_MS);

    expect(election.isLeader).toBe(true);
  });

  it('does not lead if somebody else writes first', async () => {
    const lease = aLease();
    const lock = lease.lock();
    const { election } = run(anElection({ ...lock, read: () => Promise.resolve(undefined) }));
    lease.put({ holder: 'other' });

    await pass(60_000);

    expect(election.isLeader).toBe(false);
    expect(lease.record?.holder).toBe('other');
  });

  it('reports a failed call, and retries', async () => {
    let fault: Fault = 'fails';
    const { election, failures } = anElection(aLease().lock(() => fault));

    const acquired = election.acquire();
    await pass(0);
    expect(failures).toHaveLength(1);
    fault = 'works';
    await pass(2 * RENEW_EVERY_MS);
    await acquired;

    expect(election.isLeader).toBe(true);
  });

  it('never resolves after the release, and releases a lease that was won meanwhile', async () => {
    const answer = Promise.withResolvers<void>();
    const lease = aLease();
    const lock = lease.lock();
    const { election } = anElection({
      ...lock,
      write: async (record) => {
        const written = await lock.write(record);
        await answer.promise;
        return written;
      },
    });
    let isAcquired = false;
    election.acquire().then(
      () => (isAcquired = true),
      () => undefined,
    );
    await pass(0);

    const released = election.release();
    answer.resolve();
    await released;
    await pass(0);

    expect(isAcquired).toBe(false);
    expect(election.isLeader).toBe(false);
    expect(lease.record?.holder).toBe('');
  });
});

describe('keep', () => {
  it('renews only the time in the record', async () => {
    const lease = aLease();
    const { election } = await aLeader(lease);
    const first = lease.record;

    await pass(10 * RENEW_EVERY_MS);

    expect(election.isLeader).toBe(true);
    expect(lease.writers).toHaveLength(11);
    expect(lease.record).toEqual({ ...first, version: '12', renewedAt: lease.record?.renewedAt });
    expect(lease.record?.renewedAt).not.toBe(first?.renewedAt);
  });

  it('ends when somebody else has written, and writes nothing more', async () => {
    const lease = aLease();
    const { election, state } = await aLeader(lease);

    lease.put({ holder: 'other' });
    await pass(RENEW_EVERY_MS);
    expect(state.isLost).toBe(true);
    expect(election.isLeader).toBe(false);
    await pass(60_000);

    expect(lease.record?.holder).toBe('other');
    expect(lease.writers).toEqual(['us']);
  });

  it('survives a short failure', async () => {
    let fault: Fault = 'works';
    const { election, state } = await aLeader(aLease(), () => fault);

    for (let round = 0; round < 10; round += 1) {
      fault = 'fails';
      await pass(2 * RENEW_EVERY_MS);
      fault = 'works';
      await pass(RENEW_EVERY_MS);
    }

    expect(state.isLost).toBe(false);
    expect(election.isLeader).toBe(true);
  });

  it('survives a renewal whose answer is lost', async () => {
    let fault: Fault = 'works';
    const lease = aLease();
    const { election, state } = await aLeader(lease, () => fault);

    fault = 'loses the answer';
    await pass(RENEW_EVERY_MS);
    fault = 'works';
    await pass(2 * DURATION_MS);

    expect(state.isLost).toBe(false);
    expect(election.isLeader).toBe(true);
    expect(lease.record?.holder).toBe('us');
  });

  it('does not lead once the process was suspended beyond the lease', async () => {
    const { election } = await aLeader(aLease());
    expect(() => election.assertLeading()).not.toThrow();

    const woken = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + DURATION_MS);

    expect(election.isLeader).toBe(false);
    expect(() => election.assertLeading()).toThrow('another replica');
    woken.mockRestore();
  });

  it.each(['fails', 'hangs'] as const)('ends before the lease does when every renewal %s', async (kind) => {
    let fault: Fault = 'works';
    const { election, state } = await aLeader(aLease(), () => fault);

    fault = kind;
    await pass(DURATION_MS);

    expect(election.isLeader).toBe(false);
    expect(state.isLost).toBe(true);
  });

  it('counts from the last renewal, however late it starts', async () => {
    let fault: Fault = 'works';
    const { election } = anElection(aLease().lock(() => fault));
    await election.acquire();

    fault = 'fails';
    await pass(9_000);
    const kept = election.keep();
    await pass(DURATION_MS - 9_000);

    expect(election.isLeader).toBe(false);
    await pass(DURATION_MS);
    await kept;
  });
});
