import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { suggest } from '../../src/core/suggest.ts';

describe('suggest', () => {
  it.each([
    { case: 'a missing letter', word: 'hostnme', candidates: ['hostname', 'tunnel'], meant: 'hostname' },
    { case: 'swapped letters', word: 'tunenl', candidates: ['hostname', 'tunnel'], meant: 'tunnel' },
    { case: 'the closest of several', word: 'ports', candidates: ['porting', 'port'], meant: 'port' },
    { case: 'the first of equals', word: 'pert', candidates: ['port', 'part'], meant: 'port' },
    { case: 'the word itself', word: 'port', candidates: ['part', 'port'], meant: 'port' },
    { case: 'nothing for a different word', word: 'colour', candidates: ['hostname', 'tunnel'], meant: undefined },
    { case: 'nothing without candidates', word: 'port', candidates: [], meant: undefined },
  ])('finds $case', ({ word, candidates, meant }) => {
    expect(suggest(word, candidates)).toBe(meant);
  });

  it('returns a candidate or nothing for any word', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string(), { maxLength: 4 }), (word, candidates) => {
        expect([...candidates, undefined]).toContain(suggest(word, candidates));
        expect(suggest(word, [...candidates, word])).toBe(word);
      }),
    );
  });
});
