import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { instrument } from '../../../tools/mutation/instrument.ts';
import { type NumberedMutant, mutantsOf } from '../../../tools/mutation/mutants.ts';
import { withoutTypes } from '../../../tools/mutation/syntax.ts';

/** The whole text as each mutant has it. */
function mutatedTexts(source: string): readonly string[] {
  return mutantsOf(source).map(({ start, end, text }) => source.slice(0, start) + text + source.slice(end));
}

it.each([
  ['a < b;', ['a <= b;', 'a >= b;', 'true;', 'false;']],
  ['a === b;', ['a !== b;', 'true;', 'false;']],
  ['a && b;', ['a || b;', 'a;', 'b;']],
  ['a ?? b;', ['a;', 'b;']],
  ['f(true);', ['f(false);']],
  ['a + b;', ['a - b;']],
  ['(a + b) * c;', ['(a - b) * c;', '(a + b) / c;']],
  ['a += b;', ['a -= b;']],
  ['i++;', ['i--;']],
  ['!a;', ['a;']],
  ["f('a');", ["f('');"]],
  ["f('');", ["f('mutated');"]],
  ['f(`a${b}`);', ['f(``);']],
  ['f([a]);', ['f([]);']],
  ['f([]);', ["f(['mutated']);"]],
  ['f({ a });', ['f({});']],
  ['/^a$/;', ['/a$/;', '/^a/;']],
  ['if (a) b;', ['if (false) b;', 'if (true) b;', 'if (!(a)) b;']],
  ['while (a) b;', ['while (false) b;']],
  ['if (a) { b; }', ['if (false) { b; }', 'if (true) { b; }', 'if (!(a)) { b; }', 'if (a) {}']],
  ['() => a;', ['() => undefined;']],
  ['function f() { return a; }', ['function f() {}', 'function f() { return undefined; }']],
  ['a?.b[c]?.(d);', ['a.b[c]?.(d);', 'a?.b[c](d);']],
  ['a.filter(b).c;', ['a.c;']],
  ['a?.b.filter(c).d;', ['a?.b.d;', 'a.b.filter(c).d;']],
  ['a.some(b);', ['a.every(b);']],
  ['Math.min(a);', ['Math.max(a);']],
])('%s may become %j', (source, texts) => {
  expect(mutatedTexts(source).toSorted()).toEqual(texts.toSorted());
});

it.each([
  "import a from 'a';",
  "export * from 'a';",
  "'use strict';",
  "class A { 'a' = b; }",
  "type A = 'a' | 'b';",
  'class A { constructor() { b(); } }',
  'tag`a`;',
])('%s has no mutant', (source) => {
  expect(mutatedTexts(source)).toEqual([]);
});

it('shows the line and the change', () => {
  expect(mutantsOf('const a: number = 1;\nf(a as 1,\n  b <\n c);')[0]).toMatchObject({
    line: 3,
    original: 'b < c',
    replacement: 'b <= c',
  });
});

describe('an instrumented text', () => {
  const source = `
    function first(list: readonly number[], limit?: { readonly at?: number }): string {
      const found = list.filter((each) => each > (limit?.at ?? 1) && each !== 5);
      if (found.length === 0) { return ''; }
      let sum = 0;
      for (const each of found) { sum += each; }
      return found.some((each) => each === 3) ? \`\${sum} of \${found.length}\` : found.map((each) => -each).join('+');
    }
    result = [first([1, 2, 3], { at: 1 }), first([4, 5]), first([], {}), first([0])].join();`;
  const mutants: readonly NumberedMutant[] = mutantsOf(source).map((mutant, at) => ({
    ...mutant,
    file: 'a',
    id: at + 1,
  }));
  const code = instrument(source, mutants, 'isOn');
  const unchanged = withoutTypes(source);

  it('behaves like the source while no mutant is active', () => {
    expect(resultOf(code, 0)).toBe(resultOf(unchanged, 0));
  });

  it.each(mutants)('behaves like mutant $id while that is active', (mutant) => {
    const { id, start, end, text, isBlock } = mutant;
    const mutated = `${unchanged.slice(0, start)}${isBlock ? text : `(${text})`}${unchanged.slice(end)}`;

    expect(resultOf(code, id)).toBe(resultOf(mutated, 0));
  });
});

/** What the text leaves as its `result`, or why it fails. */
function resultOf(code: string, active: number): unknown {
  const scope = { isOn: (id: number) => id === active, result: undefined };
  try {
    runInNewContext(code, scope, { timeout: 1000 });
  } catch (error) {
    return String(error).slice(0, 20);
  }
  return scope.result;
}
