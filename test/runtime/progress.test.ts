import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Progress } from '../../src/runtime/progress.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the number of remaining items', () => {
  it('is waited for at first', () => {
    jest.advanceTimersByTime(5_000);

    expect(new Progress(1_000).recordAndCheck(3)).toBe(true);
  });

  it('is waited for as long as it decreases', () => {
    const progress = new Progress(1_000);

    expect([3, 2, 1].map((left) => progress.recordAndCheck(left))).toEqual([true, true, true]);
  });

  it('is not waited for when it is zero', () => {
    expect(new Progress(1_000).recordAndCheck(0)).toBe(false);
  });

  it.each([
    { case: 'stays', left: 3 },
    { case: 'grows', left: 4 },
  ])('is waited for another second when it $case, and then no longer', ({ left }) => {
    const progress = new Progress(10_000);
    progress.recordAndCheck(3);

    jest.advanceTimersByTime(999);
    expect(progress.recordAndCheck(left)).toBe(true);
    jest.advanceTimersByTime(1);
    expect(progress.recordAndCheck(left)).toBe(false);
  });

  it('is waited for again when it decreases after it has stalled', () => {
    const progress = new Progress(10_000);
    progress.recordAndCheck(3);

    jest.advanceTimersByTime(5_000);
    expect(progress.recordAndCheck(2)).toBe(true);
  });

  it('is not waited for after the timeout, until it starts again', () => {
    const progress = new Progress(1_000);
    progress.recordAndCheck(3);

    jest.advanceTimersByTime(1_000);
    expect(progress.recordAndCheck(2)).toBe(false);
    progress.recordAndCheck(0);

    expect(progress.recordAndCheck(5)).toBe(true);
  });
});
