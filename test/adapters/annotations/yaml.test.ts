import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readYaml } from '../../../src/adapters/annotations/yaml.ts';

describe('readYaml', () => {
  it('reads plain values, and a date as a string', () => {
    expect(readYaml('- {hostname: app.example.com, port: 8080, on: 2026-01-01}')).toEqual({
      value: [{ hostname: 'app.example.com', port: 8080, on: '2026-01-01' }],
    });
  });

  it('reads a key called __proto__ as any other', () => {
    const read = readYaml('{__proto__: {polluted: true}}');

    expect(Object.keys('value' in read ? (read.value as object) : {})).toEqual(['__proto__']);
  });

  it.each([
    { case: 'an alias', text: '- &a x\n- *a', says: 'alias' },
    { case: 'a depth that no list of routes has', text: '['.repeat(20) + ']'.repeat(20), says: 'maxDepth' },
    { case: 'a tag of JavaScript', text: 'a: !!js/function x', says: 'unknown scalar tag' },
    { case: 'bytes', text: 'a: !!binary aGk=', says: 'unknown scalar tag' },
    { case: 'a key twice', text: '{a: 1, a: 2}', says: 'duplicated mapping key' },
    { case: 'several documents', text: 'a\n---\nb', says: 'single document' },
    { case: 'nothing', text: '', says: 'empty' },
    { case: 'a broken text', text: '{a: [', says: '' },
  ])('rejects $case, in one line', ({ text, says }) => {
    expect(readYaml(text)).toEqual({ problem: expect.stringMatching(new RegExp(`^[^\n]*${says}[^\n]*$`)) });
  });

  it('rejects a text that would expand', () => {
    const laughs = ['a: &a [x,x]', 'b: &b [*a,*a]', 'c: &c [*b,*b]', 'd: [*c,*c]'].join('\n');

    expect(readYaml(laughs)).toHaveProperty('problem');
  });

  it('accepts any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => readYaml(text)).not.toThrow();
      }),
    );
  });
});
