/** Mutants that behave exactly as the source does, so that no test can kill them. */
import { existsSync, readFileSync } from 'node:fs';
import { type NumberedMutant, changeOf } from './mutants.ts';

/** By the reason: `file: original -> replacement`, as a run prints it, without the line. */
export type Equivalents = Readonly<Record<string, readonly string[]>>;

export const EQUIVALENTS: Equivalents = JSON.parse(
  readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'),
) as Equivalents;

export interface Split {
  /** Those that tests can kill. */
  readonly mutants: readonly NumberedMutant[];
  /** Entries that match no mutant of their file, or whose file no longer exists. */
  readonly stale: readonly string[];
}

export function splitEquivalents(mutants: readonly NumberedMutant[], equivalents = EQUIVALENTS): Split {
  const files = new Set(mutants.map(({ file }) => file));
  const found = new Set(mutants.map(keyOf));
  const known = new Set(Object.values(equivalents).flat());
  return {
    mutants: mutants.filter((mutant) => !known.has(keyOf(mutant))),
    stale: [...known].filter((key) => !found.has(key) && (files.has(fileOf(key)) || !existsSync(fileOf(key)))),
  };
}

function fileOf(key: string): string {
  return key.slice(0, key.indexOf(': '));
}

function keyOf(mutant: NumberedMutant): string {
  return `${mutant.file}: ${changeOf(mutant)}`;
}
