import { expect, it } from '@jest/globals';
import { retryAfterMs } from '../../../../src/adapters/cloudflare/calls/retry-after.ts';

it.each([
  { case: 'as long as it says', header: '3', ms: 3_000 },
  { case: 'five minutes where it says more', header: '86400', ms: 300_000 },
  { case: 'half a minute where it says nothing', header: null, ms: 30_000 },
  { case: 'half a minute where it names a date', header: 'Wed, 21 Oct 2026 07:28:00 GMT', ms: 30_000 },
])('lasts $case', ({ header, ms }) => {
  expect(retryAfterMs(header)).toBe(ms);
});
