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

  const answers = await Promise.all([freshness.get(0, read), freshness.get(60_000, read), freshness.get(0, read)]);

  expect(answers).toEqual([1, 1, 1]);
  expect(reads()).toBe(1);
});

it('tells a failure to everybody who waits, and reads again at the next question', async () => {
  const freshness = new Freshness<number>();
  const { read } = aSource();

  const answers = await Promise.allSettled([freshness.get(0, broken), freshness.get(0, broken)]);

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

it('keeps what it knows true through a change of our own, without making it younger', async () => {
  const freshness = new Freshness<readonly string[]>();
  await freshness.get(0, async () => ['a']);
  jest.advanceTimersByTime(10_000);

  freshness.amend((names) => [...names, 'b']);

  await expect(freshness.get(10_000, async () => [])).resolves.toEqual(['a', 'b']);
  await expect(freshness.get(9_999, async () => ['read again'])).resolves.toEqual(['read again']);
});

it('has nothing to amend before the first read', async () => {
  const freshness = new Freshness<readonly string[]>();

  freshness.amend((names) => [...names, 'b']);

  await expect(freshness.get(60_000, async () => ['a'])).resolves.toEqual(['a']);
});

it('does not lose a change of our own to a read that began before it', async () => {
  const freshness = new Freshness<readonly string[]>();
  await freshness.get(0, async () => ['a']);
  const answer = Promise.withResolvers<readonly string[]>();
  jest.advanceTimersByTime(1);
  const reading = freshness.get(0, () => answer.promise);

  freshness.amend((names) => [...names, 'b']);
  answer.resolve(['a']);
  await reading;

  await expect(freshness.get(60_000, async () => ['a', 'b'])).resolves.toEqual(['a', 'b']);
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
