/** Mutants that behave exactly as the source does, so that no test can notice them. */
import { readFileSync } from 'node:fs';
import type { NumberedMutant } from './mutants.ts';

export interface Equivalent {
  readonly file: string;
  readonly original: string;
  readonly replacement: string;
  readonly reason: string;
}

export const EQUIVALENTS: readonly Equivalent[] = JSON.parse(
  readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'),
);

/** The mutants that tests can notice, and the entries for the files of the mutants that fit none any more. */
export function splitEquivalents(
  mutants: readonly NumberedMutant[],
  equivalents: readonly Equivalent[] = EQUIVALENTS,
): { readonly mutants: readonly NumberedMutant[]; readonly stale: readonly Equivalent[] } {
  const files = new Set(mutants.map(({ file }) => file));
  const keys = new Set(mutants.map(keyOf));
  const known = new Set(equivalents.map(keyOf));
  return {
    mutants: mutants.filter((mutant) => !known.has(keyOf(mutant))),
    stale: equivalents.filter((entry) => files.has(entry.file) && !keys.has(keyOf(entry))),
  };
}

function keyOf({ file, original, replacement }: Omit<Equivalent, 'reason'>): string {
  return JSON.stringify([file, original, replacement]);
}
