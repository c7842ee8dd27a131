import { expect, it } from '@jest/globals';
import { retryAfterMs } from '../../../../src/adapters/cloudflare/calls/retry-after.ts';

it.each([
  { case: 'the time in the header', header: '3', ms: 3_000 },
  { case: 'five minutes if the header says more', header: '86400', ms: 300_000 },
  { case: 'half a minute without the header', header: null, ms: 30_000 },
  { case: 'half a minute if the header contains a date', header: 'Wed, 21 Oct 2026 07:28:00 GMT', ms: 30_000 },
])('lasts $case', ({ header, ms }) => {
  expect(retryAfterMs(header)).toBe(ms);
});
