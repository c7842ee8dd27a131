/** Which tests have to kill a mutant: those that execute it, nearest first. */
import { resolve } from 'node:path';
import { importDistances } from './import-graph.ts';
import type { FileReport, FileTrial, Trial } from './messages.ts';
import type { NumberedMutant } from './mutants.ts';

const MIN_LIMIT_MS = 1_000;
const TIME_FACTOR = 10;
/** A file that has to be loaded anew costs the most, and a mutant that its nearest tests miss is missed. */
const MAX_LOADS = 5;

/** A test file that has been observed. */
export interface ObservedFile {
  readonly file: string;
  readonly ms: number;
  readonly loadHits: ReadonlySet<number>;
  readonly tests: readonly { readonly ms: number; readonly hits: ReadonlySet<number> }[];
  /** From every file that it imports. */
  readonly distances: ReadonlyMap<string, number>;
}

export function observedFile({ file, ms, loadHits, tests }: FileReport): ObservedFile {
  return {
    file,
    ms,
    loadHits: new Set(loadHits),
    tests: tests.map((test) => ({ ms: test.ms, hits: new Set(test.hits) })),
    distances: importDistances(file),
  };
}

export function trialOf({ id, file }: NumberedMutant, observed: readonly ObservedFile[]): Trial {
  const near = observed.toSorted((a, b) => distance(a, file) - distance(b, file) || a.ms - b.ms);
  const all = near.flatMap((report) => fileTrial(id, report) ?? []);
  const loads = new Set(all.filter(({ tests }) => tests === undefined).slice(0, MAX_LOADS));
  const files = all.filter((trial) => trial.tests !== undefined || loads.has(trial));
  const tests = observed.flatMap((report) => report.tests.filter(({ hits }) => hits.has(id)));
  return { mutant: id, files, testLimitMs: MIN_LIMIT_MS + TIME_FACTOR * Math.max(0, ...tests.map(({ ms }) => ms)) };
}

/** The longest that a trial may take: far more than its tests do without a mutant. */
export function trialLimitMs({ files, testLimitMs }: Trial, observed: readonly ObservedFile[]): number {
  const involved = new Set(files.map(({ file }) => file));
  const ms = observed.filter(({ file }) => involved.has(file)).reduce((sum, report) => sum + report.ms, 0);
  return testLimitMs + TIME_FACTOR * ms;
}

function fileTrial(id: number, { file, loadHits, tests }: ObservedFile): FileTrial | undefined {
  if (loadHits.has(id)) return { file, tests: undefined };
  const positions = [...tests.keys()].filter((at) => tests[at]?.hits.has(id));
  return positions.length > 0 ? { file, tests: positions } : undefined;
}

function distance({ distances }: ObservedFile, file: string): number {
  return distances.get(resolve(file)) ?? Number.POSITIVE_INFINITY;
}
