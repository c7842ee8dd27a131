/** What a run prints. */
import { dirname } from 'node:path';
import type { Equivalent } from './equivalents.ts';
import type { Verdict } from './messages.ts';
import type { NumberedMutant } from './mutants.ts';

export interface Outcome {
  readonly mutant: NumberedMutant;
  readonly verdict: Verdict;
  /** Whether any test comes by the mutant. */
  readonly isCovered: boolean;
}

const LONGEST_TEXT = 100;

/** Prints the score of each folder, and of the whole; returns the exit code. */
export function printReport(
  outcomes: readonly Outcome[],
  { atLeast, stale }: { readonly atLeast: number; readonly stale: readonly Equivalent[] },
): number {
  for (const line of folderLines(outcomes)) console.log(line);
  for (const { file, original } of stale)
    console.log(`${file}: equivalent.json has an entry for a text that is gone: ${original}`);
  const score = scoreOf(outcomes);
  const isMet = score >= atLeast && stale.length === 0;
  console.log(`${percent(score)} of ${outcomes.length} mutants were noticed; at least ${atLeast} % must be`);
  return isMet ? 0 : 1;
}

/** `src/core/keys.ts:12: a === b -> true`. */
export function survivorLine({ mutant, isCovered }: Outcome): string {
  const { file, line, original, replacement } = mutant;
  return `${file}:${line}: ${shortened(original)} -> ${shortened(replacement)}${isCovered ? '' : ' (no test comes by it)'}`;
}

function folderLines(outcomes: readonly Outcome[]): readonly string[] {
  const folders = Map.groupBy(outcomes, ({ mutant }) => dirname(mutant.file));
  return [...folders].map(([folder, own]) => {
    const survivors = own.filter(isSurvivor).length;
    return `${percent(scoreOf(own)).padStart(7)}  ${folder}: ${own.length} mutants, ${survivors} survived`;
  });
}

/** The percentage that was noticed. Without any mutant, nothing is wrong. */
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

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
