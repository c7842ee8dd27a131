/** Which mutants are tried, and which tests have to kill them. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { importDistances } from './import-graph.ts';
import { type NumberedMutant, mutantsOf } from './mutants.ts';

export function allMutants(folders: readonly string[]): readonly NumberedMutant[] {
  return folders
    .flatMap((folder) =>
      folder.endsWith('.ts') ? [relative('.', folder)] : globSync(join(relative('.', folder), '**/*.ts')),
    )
    .filter((file) => !file.endsWith('.gen.ts'))
    .toSorted()
    .flatMap((file) => mutantsOf(readFileSync(file, 'utf8')).map((mutant) => ({ ...mutant, file })))
    .map((mutant, index) => ({ ...mutant, id: index + 1 }));
}

/** The same mutants for the same seed, from all folders alike. */
export function sampleOf(
  mutants: readonly NumberedMutant[],
  { sample, seed }: { readonly sample: number | undefined; readonly seed: number },
): readonly NumberedMutant[] {
  if (sample === undefined) return mutants;
  const rank = ({ file, start, end, text }: NumberedMutant) =>
    createHash('sha256').update([seed, file, start, end, text].join(' ')).digest('hex');
  const ranked = mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked
    .slice(0, sample)
    .map(({ mutant }) => mutant)
    .toSorted((a, b) => a.id - b.id);
}

/** Tests that import it start programs such as Envoy, which takes seconds for each mutant. */
const STARTS_PROGRAMS = resolve('test/support/programs.ts');

/** The tests that mirror the folders, `test/core` for all of `src/core`, and import any of the mutated files. */
export function testFiles(folders: readonly string[], mutants: readonly NumberedMutant[]): readonly string[] {
  const mirrors = folders.map((folder) => relative('.', folder).replace(/^src\/([^/]+).*$/, 'test/$1/**/*.test.ts'));
  const mutated = new Set(mutants.map(({ file }) => resolve(file)));
  const paths = [...new Set(mirrors)].flatMap((mirror) => globSync(mirror)).map((file) => resolve(file));
  return paths.filter((path) => isAffected([...importDistances(path).keys()], mutated)).toSorted();
}

function isAffected(imported: readonly string[], mutated: ReadonlySet<string>): boolean {
  return !imported.includes(STARTS_PROGRAMS) && imported.some((file) => mutated.has(file));
}
