import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { withinDeadline } from '../../src/adapters/deadline.ts';

const LONG_MS = 60_000;

/** A task that ends only when it is aborted, with the reason of the abort. */
function untilToldOff(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

describe('a deadline', () => {
  it('returns the result of the task', async () => {
    expect(await withinDeadline(LONG_MS, undefined, () => Promise.resolve('done'))).toBe('done');
  });

  it('aborts a task that takes too long', async () => {
    await expect(withinDeadline(1, null, untilToldOff)).rejects.toThrow('no answer within 1 ms');
  });

  it('aborts the task with the parent, with the same reason', async () => {
    const parent = new AbortController();
    const task = withinDeadline(LONG_MS, parent.signal, untilToldOff);
    parent.abort(new Error('the operator stops'));
    await expect(task).rejects.toThrow('the operator stops');
  });

  it('aborts the task at once if the parent is aborted already', async () => {
    await expect(withinDeadline(LONG_MS, AbortSignal.abort(new Error('over')), untilToldOff)).rejects.toThrow('over');
  });

  it.each([
    ['has ended', () => Promise.resolve()],
    ['has failed', () => Promise.reject(new Error('no'))],
  ])('leaves no listener on the parent when the task %s', async (_, task) => {
    const parent = new AbortController();
    await withinDeadline(LONG_MS, parent.signal, task).catch(() => undefined);
    expect(getEventListeners(parent.signal, 'abort')).toEqual([]);
  });
});
