/** The words that docs/glossary.md replaces must not come back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sourceFiles } from './support/source-files.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', 'docs', 'glossary.md'), 'utf8');
const [TERMS = '', REPLACED = ''] = PAGE.split('## Words that were replaced');

const FILES = [...sourceFiles('src'), ...sourceFiles('packages/sandbox/src')];

describe('the glossary', () => {
  it('lists its terms in alphabetical order, each once', () => {
    const terms = rowsIn(TERMS).map(([term = '']) => term.toLowerCase());

    expect(terms).toEqual([...new Set(terms)].toSorted((a, b) => a.localeCompare(b)));
    expect(terms).not.toEqual([]);
  });

  const banned = rowsIn(REPLACED).flatMap(([say = '', not = '']) => not.split(', ').map((word) => ({ word, say })));

  it.each(banned)('keeps "$word" out of the source: say "$say"', ({ word }) => {
    expect(FILES.filter(({ text }) => wordsIn(text).has(word)).map(({ path }) => path)).toEqual([]);
  });
});

/** The cells of the rows below the header of a table. */
function rowsIn(section: string): readonly (readonly string[])[] {
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}

/** The words of a text in lower case. Identifiers in camel case or capitals are split. */
function wordsIn(text: string): ReadonlySet<string> {
  const words = text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .match(/[a-z]+/g);
  return new Set(words);
}
