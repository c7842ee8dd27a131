import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs } from '../../src/runtime/backoff.ts';

const DISPOSITIONS = ['retry', 'wait', 'stall'] as const;

describe('backoffMs', () => {
  it.each([
    { disposition: 'retry', failures: 0, whole: 500 },
    { disposition: 'retry', failures: 3, whole: 4_000 },
    { disposition: 'retry', failures: 7, whole: 60_000 },
    { disposition: 'wait', failures: 0, whole: 2_000 },
    { disposition: 'wait', failures: 2, whole: 8_000 },
    { disposition: 'wait', failures: 3, whole: 10_000 },
    { disposition: 'stall', failures: 0, whole: 2_000 },
    { disposition: 'stall', failures: 8, whole: 300_000 },
    { disposition: 'stall', failures: 5_000, whole: 300_000 },
  ] as const)('of $disposition after $failures failures is between half of $whole ms and all of it', (row) => {
    const { disposition, failures, whole } = row;

    expect(backoffMs(disposition, failures, () => 1)).toBe(whole);
    expect(backoffMs(disposition, failures, () => 0)).toBe(whole / 2);
  });

  it('never shrinks with more failures', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DISPOSITIONS), fc.nat({ max: 100 }), (disposition, failures) => {
        const now = backoffMs(disposition, failures, () => 0.5);

        expect(backoffMs(disposition, failures + 1, () => 0.5)).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});
