import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { CachedList } from '../../../../src/adapters/cloudflare/cached-list/cached-list.ts';
import type { Reading } from '../../../../src/adapters/cloudflare/cached-list/shared-read.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const OURS = {};
const THEIRS = {};

/** A read with our credentials. */
function ours<T>(read: () => Promise<T>): Reading<T> {
  return { read, reader: OURS };
}

const awaiting = <T>(answer: Promise<T>): Reading<T> => ours(() => answer);
const listing = <T>(value: T): Reading<T> => awaiting(Promise.resolve(value));

/** A source that returns 1, 2, 3... and counts its reads. */
function aSource() {
  let reads = 0;
  return { read: ours(async () => (reads += 1)), reads: () => reads };
}

const broken = ours((): Promise<number> => Promise.reject(new Error('down')));

it('reads at the first call', async () => {
  const { read, reads } = aSource();

  await expect(new CachedList<number>().get(60_000, read)).resolves.toBe(1);
  expect(reads()).toBe(1);
});

it('returns the known list, however old', async () => {
  const list = new CachedList<number>();
  const { read } = aSource();
  expect(list.known).toBeUndefined();

  await list.get(0, read);

  expect(list.known).toBe(1);
});

it('returns the known list while it is fresh enough for the caller', async () => {
  const list = new CachedList<number>();
  const { read } = aSource();
  await list.get(0, read);

  jest.advanceTimersByTime(10_000);

  await expect(list.get(10_000, read)).resolves.toBe(1);
  await expect(list.get(9_999, read)).resolves.toBe(2);
});

it('shares one read between concurrent callers', async () => {
  const list = new CachedList<number>();
  const { read, reads } = aSource();

  const answers = await Promise.all([list.get(0, read), list.get(60_000, read), list.get(1_000, read)]);

  expect(answers).toEqual([1, 1, 1]);
  expect(reads()).toBe(1);
});

it('does not let a caller join a read that began too early for it', async () => {
  const list = new CachedList<string>();
  const early = Promise.withResolvers<string>();
  const first = list.get(0, awaiting(early.promise));
  jest.advanceTimersByTime(1_000);

  const late = Promise.all([999, 0, 1_000].map((maxAgeMs) => list.get(maxAgeMs, listing('late'))));
  early.resolve('early');

  await expect(first).resolves.toBe('early');
  await expect(late).resolves.toEqual(['late', 'late', 'early']);
});

it('waits for a read that began too early, and does not fail with it', async () => {
  const list = new CachedList<number>();
  const early = Promise.withResolvers<number>();
  const first = list.get(0, awaiting(early.promise));
  jest.advanceTimersByTime(1_000);
  const { read, reads } = aSource();

  const late = list.get(0, read);
  expect(reads()).toBe(0);
  early.reject(new Error('down'));

  await expect(first).rejects.toThrow('down');
  await expect(late).resolves.toBe(1);
});

it('fails for every waiting caller, and reads again at the next call', async () => {
  const list = new CachedList<number>();
  const { read } = aSource();

  const answers = await Promise.allSettled([list.get(0, broken), list.get(1_000, broken)]);

  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(list.get(0, read)).resolves.toBe(1);
});

// Invariant 59.
it('shares what was read by other credentials, but not their failure', async () => {
  const list = new CachedList<number>();
  const { read, reads } = aSource();
  const theirs = Promise.withResolvers<number>();

  const refused = list.get(0, { read: () => theirs.promise, reader: THEIRS });
  const waiting = [list.get(0, read), list.get(0, read), list.get(0, { ...read, reader: {} })];
  theirs.reject(new Error('not permitted'));

  await expect(refused).rejects.toThrow('not permitted');
  await expect(Promise.all(waiting)).resolves.toEqual([1, 1, 1]);
  expect(reads()).toBe(1);
});

it('reads once for each of the credentials while all of them fail', async () => {
  const list = new CachedList<number>();
  let reads = 0;
  const read = async (): Promise<number> => {
    reads += 1;
    throw new Error('down');
  };

  const answers = await Promise.allSettled([OURS, THEIRS, OURS, THEIRS].map((reader) => list.get(0, { read, reader })));

  expect(answers.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  expect(reads).toBe(2);
});

it('keeps the known list when a read fails', async () => {
  const list = new CachedList<number>();
  const { read } = aSource();
  await list.get(0, read);
  jest.advanceTimersByTime(10_000);

  await list.get(0, broken).catch(() => undefined);

  await expect(list.get(10_000, read)).resolves.toBe(1);
});

const withB = (names: readonly string[]): readonly string[] => [...names.filter((name) => name !== 'b'), 'b'];

it('applies a change of our own to the known list, and keeps its age', async () => {
  const list = new CachedList<readonly string[]>();
  await list.get(0, listing(['a']));
  jest.advanceTimersByTime(10_000);

  list.amend(withB);

  await expect(list.get(10_000, listing([]))).resolves.toEqual(['a', 'b']);
  await expect(list.get(9_999, listing(['read again', 'b']))).resolves.toEqual(['read again', 'b']);
});

it('keeps a change of our own that is made during a read', async () => {
  const list = new CachedList<readonly string[]>();
  const answer = Promise.withResolvers<readonly string[]>();
  const reading = list.get(0, awaiting(answer.promise));

  list.amend(withB);
  answer.resolve(['a']);

  await expect(reading).resolves.toEqual(['a', 'b']);
});

it('applies a change of our own to lists that lag behind it, but not to later ones', async () => {
  const list = new CachedList<readonly string[]>();

  list.amend(withB);
  jest.advanceTimersByTime(5_000);
  await expect(list.get(0, listing(['a']))).resolves.toEqual(['a', 'b']);

  jest.advanceTimersByTime(1);
  await expect(list.get(0, listing(['a']))).resolves.toEqual(['a']);
});

// Invariant 28.
it('is not authoritative for a while after an uncertain change, and then reads again', async () => {
  const list = new CachedList<number>();
  const { read, reads } = aSource();
  expect(list.isAuthoritative).toBe(false);
  await list.get(60_000, read);
  expect(list.isAuthoritative).toBe(true);

  list.markUncertain();
  await list.get(60_000, read);
  expect([list.isAuthoritative, reads()]).toEqual([false, 1]);
  jest.advanceTimersByTime(4_999);
  await list.get(0, read);
  expect([list.isAuthoritative, reads()]).toEqual([false, 2]);

  jest.advanceTimersByTime(1);
  expect(list.isAuthoritative).toBe(false);
  await list.get(60_000, read);
  await list.get(60_000, read);
  expect([list.isAuthoritative, reads()]).toEqual([true, 3]);
});

it('forgets the known list, and one that is being read', async () => {
  const list = new CachedList<number>();
  const { read, reads } = aSource();
  await list.get(0, read);
  jest.advanceTimersByTime(1);
  const reading = list.get(0, read);

  list.forget();
  await reading;

  expect([list.known, list.isAuthoritative, reads()]).toEqual([undefined, false, 2]);
  jest.advanceTimersByTime(1);
  await expect(list.get(60_000, read)).resolves.toBe(3);
  expect(list.known).toBe(3);
});

it('reloads a list that is fresh, or just being read', async () => {
  const list = new CachedList<number>();
  const { read } = aSource();
  const reading = list.get(0, read);
  jest.advanceTimersByTime(1);

  await expect(Promise.all([reading, list.reload(read)])).resolves.toEqual([1, 2]);
  expect(list.known).toBe(2);
});

it('has an age once it is read', async () => {
  const list = new CachedList<number>();
  const { read } = aSource();
  expect(list.ageMs).toBe(Number.POSITIVE_INFINITY);

  await list.get(0, read);
  jest.advanceTimersByTime(5_000);

  expect(list.ageMs).toBe(5_000);
});

it('reads an expired list again, and knows it until then', async () => {
  const list = new CachedList<number>();
  const { read } = aSource();
  await list.get(0, read);

  list.expire();

  expect(list.known).toBe(1);
  await expect(list.get(60_000, read)).resolves.toBe(2);
});
