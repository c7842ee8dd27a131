import { describe, expect, it } from '@jest/globals';
import { listed, quoted } from '../../src/core/quote.ts';

/** The maximum length of a condition's message. */
const MAX_MESSAGE = 32_768;

describe('a list in a message', () => {
  it.each([
    { case: 'nothing', count: 0, text: '' },
    { case: 'two', count: 2, text: 'n0, n1' },
    { case: 'twenty', count: 20, text: Array.from({ length: 20 }, (_, index) => `n${index}`).join(', ') },
  ])('contains all of $case', ({ count, text }) => {
    expect(listed(names(count))).toBe(text);
  });

  it('names at most twenty, and the number of further items', () => {
    expect(listed(names(1000))).toMatch(/^n0, n1, .*, n19 and 980 more$/);
    expect(listed(names(3), '; ')).toBe('n0; n1; n2');
  });

  it('fits into a condition, however long its items are', () => {
    expect(listed(names(1000).map((name) => name.padEnd(4000, 'x'))).length).toBeLessThan(MAX_MESSAGE);
  });
});

it('a quotation is truncated', () => {
  expect(quoted('short')).toBe('"short"');
  expect(quoted('x'.repeat(200))).toBe(`"${'x'.repeat(80)}..."`);
});

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}
