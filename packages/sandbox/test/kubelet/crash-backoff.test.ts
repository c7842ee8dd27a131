import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CrashBackoff } from '../../src/kubelet/crash-backoff.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** Makes a container crash at once, `times` times. Returns the delays in seconds. */
function waitsOf(backoff: CrashBackoff, times: number): number[] {
  return Array.from({ length: times }, () => {
    backoff.started();
    return Math.round(backoff.crashed()) / 1000;
  });
}

describe('the crash back-off', () => {
  it('is zero at first, then doubles from ten seconds to five minutes', () => {
    expect(waitsOf(new CrashBackoff(1), 8)).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('is shorter in a faster sandbox', () => {
    expect(waitsOf(new CrashBackoff(10), 3)).toEqual([0, 1, 2]);
  });

  it('is reset after a run of ten minutes', () => {
    const backoff = new CrashBackoff(1);
    waitsOf(backoff, 5);

    backoff.started();
    jest.advanceTimersByTime(600_000);

    expect([backoff.crashed(), ...waitsOf(backoff, 1)]).toEqual([0, 10]);
  });

  it('ends when its time has passed', () => {
    const backoff = new CrashBackoff(1);
    waitsOf(backoff, 2);

    jest.advanceTimersByTime(9_999);
    const before = backoff.remainingMs();
    jest.advanceTimersByTime(1);

    expect([Math.round(before), backoff.remainingMs()]).toEqual([1, 0]);
  });
});
