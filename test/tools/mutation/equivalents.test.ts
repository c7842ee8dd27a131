import { expect, it } from '@jest/globals';
import { splitEquivalents } from '../../../tools/mutation/equivalents.ts';
import { mutantsOf } from '../../../tools/mutation/mutants.ts';

const MUTANTS = mutantsOf('a && b;').map((mutant, id) => ({ ...mutant, id, file: 'src/core/a.ts' }));

it('leaves out the mutants that are listed, and reports entries that no longer match any', () => {
  const equivalents = {
    'It is a shortcut.': ['src/core/a.ts: a && b -> a', 'src/core/a.ts: gone -> a'],
    'It is in a file that is not part of this run.': ['src/core/keys.ts: gone -> b'],
    'Its file was moved.': ['src/core/moved.ts: gone -> b'],
  };

  const { mutants, stale } = splitEquivalents(MUTANTS, equivalents);

  expect(mutants.map(({ replacement }) => replacement)).toEqual(['a || b', 'b']);
  expect(stale).toEqual(['src/core/a.ts: gone -> a', 'src/core/moved.ts: gone -> b']);
});
