/** The invariants in docs/ARCHITECTURE.md and the tests that cite them must match. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sourceFiles } from './support/source-files.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', 'docs', 'ARCHITECTURE.md'), 'utf8');
const [, SECTION = ''] = /^## Invariants\n([^]*?)^## /m.exec(PAGE) ?? [];

/** Each with the test files in its last line. */
const INVARIANTS = SECTION.split(/^(?=\d+\. )/m)
  .slice(1)
  .map((text) => ({ number: Number.parseInt(text, 10), proofs: proofsIn(text) }));

const CITATION = /^ *\/\/ Invariants? (\d+(?:, \d+)*)\.$/gm;
const TESTS = ['test', 'packages/sandbox/test'].flatMap(sourceFiles).filter(({ path }) => path.endsWith('.test.ts'));

/** The cited numbers, by test file. */
const CITED = new Map(TESTS.map(({ path, text }) => [path, citedIn(text)]));

describe('the invariants', () => {
  it('are numbered from 1 on, without a gap', () => {
    expect(INVARIANTS.map(({ number }) => number)).toEqual([...INVARIANTS.keys()].map((index) => index + 1));
    expect(INVARIANTS).not.toEqual([]);
  });

  it.each(INVARIANTS)('name tests that cite their number: $number', ({ number, proofs }) => {
    const silent = proofs.filter((path) => CITED.get(path)?.has(number) !== true);

    expect(proofs).not.toEqual([]);
    expect(silent).toEqual([]);
  });
});

describe('a citation', () => {
  it('is of an invariant that names the test', () => {
    const strays = [...CITED].flatMap(([path, numbers]) =>
      [...numbers].filter((number) => !isNamed(path, number)).map((number) => `${path}: ${number}`),
    );

    expect(strays).toEqual([]);
  });

  it('has a fixed form', () => {
    const odd = TESTS.filter(({ text }) => /invariants?\W+\d/i.test(text.replaceAll(CITATION, '')));

    expect(odd.map(({ path }) => path)).toEqual([]);
  });
});

function proofsIn(text: string): readonly string[] {
  const [, links = ''] = /^ *Proof: (.+)\.$/m.exec(text) ?? [];
  return [...links.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path);
}

function citedIn(text: string): ReadonlySet<number> {
  return new Set([...text.matchAll(CITATION)].flatMap(([, numbers = '']) => numbers.split(', ').map(Number)));
}

function isNamed(path: string, number: number): boolean {
  return INVARIANTS.some((invariant) => invariant.number === number && invariant.proofs.includes(path));
}
