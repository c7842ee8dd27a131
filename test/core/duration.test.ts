import { describe, expect, it } from '@jest/globals';
import { isDuration, parseSeconds } from '../../src/core/duration.ts';

describe('isDuration', () => {
  it.each(['30s', '250us', '1ns', '2562047h'])('takes %s', (text) => {
    expect(isDuration(text)).toBe(true);
  });

  it.each(['30', '2562048h', '99999999999999999h', '1s'.repeat(20)])('does not take %s, as Go does not', (text) => {
    expect(isDuration(text)).toBe(false);
  });
});

describe('parseSeconds', () => {
  it.each([
    { text: '30s', seconds: 30 },
    { text: '1m30s', seconds: 90 },
    { text: '2h', seconds: 7200 },
    { text: '500ms', seconds: 0.5 },
    { text: '1m500ms', seconds: 60.5 },
    { text: '1.5h', seconds: 5400 },
    { text: '0s', seconds: 0 },
  ])('reads $text as $seconds s', ({ text, seconds }) => {
    expect(parseSeconds(text)).toBe(seconds);
  });

  it.each(['', '30', 's', '30 s', '-30s', '30sec', '1d', '.5s', '30s\n'])('does not read %j', (text) => {
    expect(parseSeconds(text)).toBeUndefined();
  });
});
