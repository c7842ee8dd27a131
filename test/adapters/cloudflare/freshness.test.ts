import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Freshness } from '../../../src/adapters/cloudflare/freshness.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A source that gives 1, 2, 3... and counts as it is read. */
function aSource() {
  let reads = 0;
  return { read: async () => (reads += 1), reads: () => reads };
}

const broken = (): Promise<number> => Promise.reject(new Error('down'));

it('reads at the first question', async () => {
  const { read, reads } = aSource();

  await expect(new Freshness<number>().get(60_000, read)).resolves.toBe(1);
  expect(reads()).toBe(1);
});

it('says what it knows, however old', async () => {
  const freshness = new Freshness<number>();
  const { read } = aSource();
  expect(freshness.known).toBeUndefined();

  await freshness.get(0, read);

  expect(freshness.known).toBe(1);
});

it('gives what it knows as long as that is young enough for the caller', async () => {
  const freshness = new Freshness<number>();
  const { read } = aSource();
  await freshness.get(0, read);

  jest.advanceTimersByTime(10_000);

  await expect(freshness.get(10_000, read)).resolves.toBe(1);
  await expect(freshness.get(9_999, read)).resolves.toBe(2);
});

it('lets callers that ask at the same time share one read', async () => {
  const freshness = new Freshness<number>();
  const { read, reads } = aSource();

  const answers = await Promise.all([freshness.get(0, read), freshness.get(60_000, read), freshness.get(1_000, read)]);

  expect(answers).toEqual([1, 1, 1]);
  expect(reads()).toBe(1);
});

it('does not give a caller what was asked for before it, if that is too old for it', async () => {
  const freshness = new Freshness<string>();
  const early = Promise.withResolvers<string>();
  const first = freshness.get(0, () => early.promise);
  jest.advanceTimersByTime(1_000);

  const late = Promise.all([999, 0, 1_000].map((maxAgeMs) => freshness.get(maxAgeMs, async () => 'late')));
  early.resolve('early');

  await expect(first).resolves.toBe('early');
  await expect(late).resolves.toEqual(['late', 'late', 'early']);
});

it('waits for a read that is too old, and does not fail with it', async () => {
  const freshness = new Freshness<number>();
  const early = Promise.withResolvers<number>();
  const first = freshness.get(0, () => early.promise);
  jest.advanceTimersByTime(1_000);
  const { read, reads } = aSource();

  const late = freshness.get(0, read);
  expect(reads()).toBe(0);
  early.reject(new Error('down'));

  await expect(first).rejects.toThrow('down');
  await expect(late).resolves.toBe(1);
});

it('tells a failure to everybody who waits, and reads again at the next question', async () => {
  const freshness = new Freshness<number>();
  const { read } = aSource();

  const answers = await Promise.allSettled([freshness.get(0, broken), freshness.get(1_000, broken)]);

  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(freshness.get(0, read)).resolves.toBe(1);
});

it('keeps the old value over a read that failed', async () => {
  const freshness = new Freshness<number>();
  const { read } = aSource();
  await freshness.get(0, read);
  jest.advanceTimersByTime(10_000);

  await freshness.get(0, broken).catch(() => undefined);

  await expect(freshness.get(10_000, read)).resolves.toBe(1);
});

const withB = (names: readonly string[]): readonly string[] => [...names.filter((name) => name !== 'b'), 'b'];

it('keeps what it knows true through a change of our own, without making it younger', async () => {
  const freshness = new Freshness<readonly string[]>();
  await freshness.get(0, async () => ['a']);
  jest.advanceTimersByTime(10_000);

  freshness.amend(withB);

  await expect(freshness.get(10_000, async () => [])).resolves.toEqual(['a', 'b']);
  await expect(freshness.get(9_999, async () => ['read again', 'b'])).resolves.toEqual(['read again', 'b']);
});

it('does not lose a change of our own to a read that began before it', async () => {
  const freshness = new Freshness<readonly string[]>();
  const answer = Promise.withResolvers<readonly string[]>();
  const reading = freshness.get(0, () => answer.promise);

  freshness.amend(withB);
  answer.resolve(['a']);

  await expect(reading).resolves.toEqual(['a', 'b']);
});

it('does not lose a change of our own to a list that lags behind it, and believes the list later', async () => {
  const freshness = new Freshness<readonly string[]>();

  freshness.amend(withB);
  jest.advanceTimersByTime(5_000);
  await expect(freshness.get(0, async () => ['a'])).resolves.toEqual(['a', 'b']);

  jest.advanceTimersByTime(1);
  await expect(freshness.get(0, async () => ['a'])).resolves.toEqual(['a']);
});

// Invariant 28.
it('is no proof of what it lacks for some time after a change in doubt, and then reads once more', async () => {
  const freshness = new Freshness<number>();
  const { read, reads } = aSource();
  expect(freshness.isAuthoritative).toBe(false);
  await freshness.get(60_000, read);
  expect(freshness.isAuthoritative).toBe(true);

  freshness.markUncertain();
  await freshness.get(60_000, read);
  expect([freshness.isAuthoritative, reads()]).toEqual([false, 1]);
  jest.advanceTimersByTime(4_999);
  await freshness.get(0, read);
  expect([freshness.isAuthoritative, reads()]).toEqual([false, 2]);

  jest.advanceTimersByTime(1);
  expect(freshness.isAuthoritative).toBe(false);
  await freshness.get(60_000, read);
  await freshness.get(60_000, read);
  expect([freshness.isAuthoritative, reads()]).toEqual([true, 3]);
});

it('tells its age, and has none before anything is known', async () => {
  const freshness = new Freshness<number>();
  const { read } = aSource();
  expect(freshness.ageMs).toBe(Number.POSITIVE_INFINITY);

  await freshness.get(0, read);
  jest.advanceTimersByTime(5_000);

  expect(freshness.ageMs).toBe(5_000);
});

it('reads anew what was found to be wrong, and knows it until then', async () => {
  const freshness = new Freshness<number>();
  const { read } = aSource();
  await freshness.get(0, read);

  freshness.expire();

  expect(freshness.known).toBe(1);
  await expect(freshness.get(60_000, read)).resolves.toBe(2);
});
