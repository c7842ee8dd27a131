/** One run: the mutants of some folders against the tests that mirror them. */
import { relative } from 'node:path';
import { splitEquivalents } from './equivalents.ts';
import type { Verdict } from './messages.ts';
import type { NumberedMutant } from './mutants.ts';
import { Worker } from './pool.ts';
import { type Outcome, isSurvivor, printReport, survivorLine } from './report.ts';
import { allMutants, sampleOf, testFiles } from './selection.ts';
import { type ObservedFile, observedFile, trialLimitMs, trialOf } from './trials.ts';

export interface RunOptions {
  readonly folders: readonly string[];
  /** The percentage of mutants that must be killed. */
  readonly atLeast: number;
  /** How many mutants to try; all of them if undefined. */
  readonly sample: number | undefined;
  readonly seed: number;
  readonly workers: number;
}

/** Returns the exit code. */
export async function mutationRun(options: RunOptions): Promise<number> {
  const { mutants, stale } = splitEquivalents(allMutants(options.folders));
  const chosen = sampleOf(mutants, options);
  const setup = { mutants: chosen, seed: options.seed };
  const workers = Array.from({ length: options.workers }, () => new Worker(setup));
  // A worker that is stuck in a loop would outlive this process.
  process.once('exit', () => workers.forEach((worker) => worker.end()));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const observed = await observeAll(testFiles(options.folders, chosen), workers);
  const outcomes = await judgeAll(chosen, observed, workers);
  return printReport(outcomes, { atLeast: options.atLeast, stale: options.sample === undefined ? stale : [] });
}

async function observeAll(files: readonly string[], workers: readonly Worker[]): Promise<readonly ObservedFile[]> {
  const reports = await inParallel(files, workers, (file, worker) => worker.observe(file));
  const failures = reports.flatMap(({ file, failure }) =>
    failure === undefined ? [] : `${relative('.', file)}: ${failure}`,
  );
  if (failures.length > 0) throw new Error(`These tests fail without any mutant:\n${failures.join('\n')}`);
  return reports.map(observedFile);
}

function judgeAll(
  mutants: readonly NumberedMutant[],
  observed: readonly ObservedFile[],
  workers: readonly Worker[],
): Promise<readonly Outcome[]> {
  return inParallel(mutants, workers, async (mutant, worker) => {
    const trial = trialOf(mutant, observed);
    const verdict: Verdict =
      trial.files.length === 0 ? { status: 'survived' } : await worker.judge(trial, trialLimitMs(trial, observed));
    const outcome = { mutant, verdict, isCovered: trial.files.length > 0 };
    if (isSurvivor(outcome)) console.log(survivorLine(outcome));
    return outcome;
  });
}

/** Gives each worker the next item as soon as it is done with one. */
async function inParallel<T, R>(
  items: readonly T[],
  workers: readonly Worker[],
  work: (item: T, worker: Worker) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const drain = async (worker: Worker): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, worker);
  };
  await Promise.all(workers.map(drain));
  return results;
}
