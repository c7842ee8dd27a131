import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sameJson } from '../../src/core/equal.ts';

describe('sameJson', () => {
  it.each([
    { case: 'the order of keys does not count', a: { x: 1, y: 2 }, b: { y: 2, x: 1 }, same: true },
    { case: 'the order of a list counts', a: [1, 2], b: [2, 1], same: false },
    { case: 'a longer list differs', a: [1], b: [1, 2], same: false },
    { case: 'an absent key equals an undefined one', a: { x: 1 }, b: { x: 1, y: undefined }, same: true },
    { case: 'an absent key is not null', a: {}, b: { x: null }, same: false },
    { case: 'an additional key differs', a: { x: 1 }, b: { x: 1, y: 2 }, same: false },
    { case: 'a list is not an object', a: [], b: {}, same: false },
    { case: 'null is not an object', a: null, b: {}, same: false },
    { case: 'a number is not its text', a: 1, b: '1', same: false },
    { case: 'depth does not matter', a: { x: [{ y: 1 }] }, b: { x: [{ y: 1 }] }, same: true },
    { case: 'a difference in depth is seen', a: { x: [{ y: 1 }] }, b: { x: [{ y: 2 }] }, same: false },
  ])('$case', ({ a, b, same }) => {
    expect(sameJson(a, b)).toBe(same);
    expect(sameJson(b, a)).toBe(same);
  });

  it('treats a value and its copy as equal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sameJson(value, structuredClone(value))).toBe(true);
      }),
    );
  });

  it('agrees with the text of values that list their keys in one order', () => {
    const anyValue = fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom('a', 'b') });

    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        expect(sameJson([a], [b])).toBe(sortedText(a) === sortedText(b));
      }),
      { numRuns: 300 },
    );
  });
});

function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, nested: unknown) =>
    typeof nested === 'object' && nested !== null && !Array.isArray(nested)
      ? Object.fromEntries(Object.entries(nested).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : nested,
  );
}
