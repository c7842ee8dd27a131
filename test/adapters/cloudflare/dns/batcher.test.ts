import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Batcher } from '../../../../src/adapters/cloudflare/dns/batcher.ts';
import type { WriteOutcome } from '../../../../src/adapters/cloudflare/dns/deliver.ts';
import type { DnsChange } from '../../../../src/core/dns/plan.ts';
import { never } from '../a-session.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const create = (name: string): DnsChange => ({
  kind: 'create',
  name,
  record: { name, type: 'CNAME', content: '', proxied: true, comment: '' },
});

/** A batcher whose writes are answered by `answer`; by default, everything is done. */
function aBatcher(answer = (changes: readonly DnsChange[]): WriteOutcome => ({ ...NOTHING, done: changes })) {
  const sent: (readonly string[])[] = [];
  const batcher = new Batcher(async (changes) => {
    sent.push(changes.map(({ name }) => name));
    return answer(changes);
  });
  return { sent, write: (changes: readonly DnsChange[], signal = never) => batcher.write(changes, signal) };
}

const NOTHING: WriteOutcome = { done: [], refused: [], waiting: [] };

it('sends the changes of several callers as one write, and gives each the outcome of its own', async () => {
  const { sent, write } = aBatcher();
  const [a, b] = [create('a'), create('b')];

  const outcomes = [write([a]), write([b])];
  await jest.advanceTimersByTimeAsync(300);

  expect(sent).toEqual([['a', 'b']]);
  await expect(Promise.all(outcomes)).resolves.toEqual([
    { ...NOTHING, done: [a] },
    { ...NOTHING, done: [b] },
  ]);
});

it('waits for the end of a burst, but no longer than two seconds', async () => {
  const { sent, write } = aBatcher();

  for (let change = 0; change < 12; change += 1) {
    void write([create(String(change))]);
    await jest.advanceTimersByTimeAsync(200);
  }

  expect(sent.map(({ length }) => length)).toEqual([10]);
  await jest.advanceTimersByTimeAsync(300);
  expect(sent.map(({ length }) => length)).toEqual([10, 2]);
});

it('does not send the changes of a caller that has aborted', async () => {
  const { sent, write } = aBatcher();
  const abort = new AbortController();

  const aborted = write([create('a')], abort.signal).catch(String);
  void write([create('b')]);
  abort.abort('stopped');
  await jest.advanceTimersByTimeAsync(300);

  await expect(aborted).resolves.toBe('stopped');
  expect(sent).toEqual([['b']]);
});

it('reports an obstacle and a failure only to callers whose changes wait', async () => {
  const answer = ([first, ...waiting]: readonly DnsChange[]): WriteOutcome => ({
    ...NOTHING,
    done: first === undefined ? [] : [first],
    waiting,
    obstacle: 'clash',
    failure: 'down',
  });
  const { write } = aBatcher(answer);
  const [a, b] = [create('a'), create('b')];

  const outcomes = Promise.all([write([a]), write([b])]);
  await jest.advanceTimersByTimeAsync(300);

  await expect(outcomes).resolves.toEqual([
    { ...NOTHING, done: [a] },
    { ...NOTHING, waiting: [b], obstacle: 'clash', failure: 'down' },
  ]);
});
