import { describe, expect, it } from '@jest/globals';
import { commandsIn } from './shell.ts';

const words = (text: string) => commandsIn(text).map((command) => command.words);

describe('shell text', () => {
  it.each<readonly [string, string, readonly (readonly string[])[]]>([
    ['quotes', `a 'b c' "d \\" e" f\\ g`, [['a', 'b c', 'd " e', 'f g']]],
    ['lists and pipes', 'a && b || c; d | e', [['a'], ['b'], ['c'], ['d'], ['e']]],
    ['a line that continues', 'a b \\\n  c', [['a', 'b', 'c']]],
    ['comments', '# no\na # b\nc#d', [['a'], ['c#d']]],
    ['variables', 'X=1 a "$X" b=c\nY=2', [['a', '$X', 'b=c']]],
    ['a subshell', '(cd x && a) && b', [['a'], ['b']]],
    ['redirections', 'a >b 2>&1 <c', [['a']]],
    ['a substitution', 'a "$(b $(c))"', [['a', '$SUBSTITUTED'], ['b', '$SUBSTITUTED'], ['c']]],
    ['a loop', 'for x in 1 2; do a $x; done', [['a', '$x']]],
    ['exports', 'export A=b\na', [['a']]],
  ])('is read with %s', (_what, text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('is read with a here-document', () => {
    expect(commandsIn('a -f - <<END | b\nc: d\nEND\ne')).toEqual([
      { words: ['a', '-f', '-'], input: 'c: d\n' },
      { words: ['b'], input: undefined },
      { words: ['e'], input: undefined },
    ]);
  });

  it.each(["a 'b", 'a "b', 'a $(b', 'a <<END\nb'])('is refused if something does not end: %s', (text) => {
    expect(() => commandsIn(text)).toThrow('not end');
  });
});
