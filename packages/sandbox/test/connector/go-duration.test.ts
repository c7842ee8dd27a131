import { expect, it } from '@jest/globals';
import { parseGoDuration } from '../../src/connector/go-duration.ts';

it.each([
  { text: '30s', ms: 30_000 },
  { text: '1m30s', ms: 90_000 },
  { text: '1.5h', ms: 5_400_000 },
  { text: '250ms', ms: 250 },
  { text: '-2s', ms: -2000 },
  { text: '0', ms: 0 },
  { text: '30', ms: undefined },
  { text: 's', ms: undefined },
  { text: '1 s', ms: undefined },
  { text: '', ms: undefined },
])('"$text" is $ms ms', ({ text, ms }) => {
  expect(parseGoDuration(text)).toBe(ms);
});
