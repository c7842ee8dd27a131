import { expect, it } from '@jest/globals';
import { isUnanswered } from '../../../src/core/status/endpoints.ts';

// Invariant 32.
it.each([
  { case: 'with an unknown state', forMs: undefined, reason: 'Exposed', is: false },
  { case: 'whose state is no longer known', forMs: undefined, reason: 'NoReadyEndpoints', is: false },
  { case: 'that is rolling', forMs: 1_000, reason: 'Exposed', is: false },
  { case: 'that has had no pod for a while', forMs: 5_000, reason: 'Exposed', is: true },
  { case: 'that had none before a restart', forMs: 0, reason: 'NoReadyEndpoints', is: true },
])('a Service $case is reported: $is', ({ forMs, reason, is }) => {
  expect(isUnanswered(forMs, { reason })).toBe(is);
});
