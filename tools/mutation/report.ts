/** What a run prints. */
import { dirname } from 'node:path';
import type { Verdict } from './messages.ts';
import { type NumberedMutant, changeOf } from './mutants.ts';

export interface Outcome {
  readonly mutant: NumberedMutant;
  readonly verdict: Verdict;
  /** Whether any test executes the mutant. */
  readonly isCovered: boolean;
}

/** Prints the score of each folder, and of the whole; returns the exit code. */
export function printReport(
  outcomes: readonly Outcome[],
  { atLeast, stale }: { readonly atLeast: number; readonly stale: readonly string[] },
): number {
  for (const line of folderLines(outcomes)) console.log(line);
  for (const entry of stale) console.log(`equivalent.json lists a mutant that no longer exists: ${entry}`);
  const score = scoreOf(outcomes);
  console.log(`${percent(score)} of ${outcomes.length} mutants were killed; at least ${atLeast} % must be`);
  return score >= atLeast ? 0 : 1;
}

/** `src/core/keys.ts:12: a === b -> true`. */
export function survivorLine({ mutant, isCovered }: Outcome): string {
  return `${mutant.file}:${mutant.line}: ${changeOf(mutant)}${isCovered ? '' : ' (no test executes it)'}`;
}

function folderLines(outcomes: readonly Outcome[]): readonly string[] {
  const folders = Map.groupBy(outcomes, ({ mutant }) => dirname(mutant.file));
  return [...folders].map(([folder, own]) => {
    const survivors = own.filter(isSurvivor).length;
    return `${percent(scoreOf(own)).padStart(7)}  ${folder}: ${own.length} mutants, ${survivors} survived`;
  });
}

/** The percentage that was killed. Without any mutant, nothing is wrong. */
function scoreOf(outcomes: readonly Outcome[]): number {
  if (outcomes.length === 0) return 100;
  return (100 * outcomes.filter((outcome) => !isSurvivor(outcome)).length) / outcomes.length;
}

export function isSurvivor({ verdict }: Outcome): boolean {
  return verdict.status === 'survived';
}

function percent(score: number): string {
  return `${score.toFixed(1)} %`;
}
