import { describe, expect, it } from '@jest/globals';
import { parseSeconds } from '../../src/core/duration.ts';

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
