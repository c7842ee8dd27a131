import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { patternProblem } from '../../../src/adapters/annotations/re2.ts';

describe('patternProblem', () => {
  it.each([
    '^/api(/|$)',
    '/v[0-9]+',
    '(?i)/API',
    '(?P<name>a)',
    '[[:alpha:]]+',
    String.raw`\pL\x{10FFFF}`,
    'a{1000}',
    String.raw`^/\p{Greek}\P{^Lu}\pN`,
  ])('accepts %s', (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined();
  });

  it.each([
    { case: 'a look-ahead', pattern: '(?=a)' },
    { case: 'a look-behind', pattern: '(?<=a)b' },
    { case: 'a back-reference', pattern: String.raw`(a)\1` },
    { case: 'a possessive quantifier', pattern: 'a++' },
    { case: 'an escape of JavaScript', pattern: String.raw`\u0041` },
    { case: 'an open class', pattern: '[' },
    { case: 'a repetition beyond 1000', pattern: 'a{1001}' },
    { case: 'a script of a newer Unicode', pattern: String.raw`\p{Todhri}` },
    { case: 'a property of Unicode', pattern: String.raw`[\P{^Alphabetic}]` },
    { case: 'repetitions that multiply', pattern: '((a{100}){100}){100}' },
  ])('rejects $case, which Go does not support', ({ pattern }) => {
    expect(patternProblem(pattern)).toMatch(/^is not an RE2 pattern: /);
  });

  it.each([
    { case: 'nothing', pattern: '', says: 'empty' },
    { case: 'a long one', pattern: 'a'.repeat(300), says: 'longer' },
    { case: 'a line break', pattern: 'a\nb', says: 'control characters' },
    { case: 'half a character', pattern: '\uD800', says: 'control characters' },
    { case: 'one that every connector would pay for', pattern: '.{1000}.{1000}.{1000}', says: 'too large' },
  ])('rejects $case', ({ pattern, says }) => {
    expect(patternProblem(pattern)).toContain(says);
  });

  it('accepts any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(() => patternProblem(text)).not.toThrow();
      }),
    );
  });
});
