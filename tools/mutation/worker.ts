/** A process that runs test files: once to see which mutants their tests execute, then with one mutant on. */
import { resolve } from 'node:path';
import fc from 'fast-check';
import { generationCount, hookImports, loadTests } from './generations.ts';
import { instrument } from './instrument.ts';
import type { FileReport, FileTrial, Reply, Request, Setup, Trial, Verdict } from './messages.ts';
import { type Suite, type Test, TimeLimitError, firstFailure } from './suite.ts';
import { IS_ON, installSwitchboard, takeHits, turnOn } from './switchboard.ts';

/** Modules of earlier generations cannot be unloaded, so the process is replaced now and then. */
const MAX_GENERATIONS = 1500;
const OBSERVE_LIMIT_MS = 60_000;

const suites = new Map<string, Suite>();

async function observe(file: string): Promise<FileReport> {
  const started = performance.now();
  takeHits();
  const suite = await loadTests(file);
  suites.set(file, suite);
  const loadHits = takeHits();
  const tests: { ms: number; hits: readonly number[] }[] = [];
  let since = performance.now();
  const failed = await firstFailure(suite.tests, OBSERVE_LIMIT_MS, () => {
    tests.push({ ms: performance.now() - since, hits: takeHits() });
    since = performance.now();
  });
  const failure = failed === undefined ? undefined : `${failed.test.name}: ${String(failed.error)}`;
  return { file, ms: performance.now() - started, loadHits, tests, failure };
}

async function judge({ mutant, files, testLimitMs }: Trial): Promise<Verdict> {
  for (const trial of files) {
    const verdict =
      trial.tests === undefined
        ? await judgeAnew(mutant, trial.file, testLimitMs)
        : await judgeLoaded(mutant, trial, testLimitMs);
    if (verdict !== undefined) return verdict;
  }
  return { status: 'survived' };
}

/** Loads the file with the mutant on. */
async function judgeAnew(mutant: number, file: string, limitMs: number): Promise<Verdict | undefined> {
  turnOn(mutant);
  try {
    const suite = await loadTests(file);
    return verdictOn(await firstFailure(suite.tests, limitMs));
  } catch (error) {
    return { status: 'killed', by: String(error) };
  } finally {
    turnOn(0);
  }
}

async function judgeLoaded(mutant: number, { file, tests }: FileTrial, limitMs: number): Promise<Verdict | undefined> {
  const suite = suites.get(file) ?? (await loadTests(file));
  suites.set(file, suite);
  turnOn(mutant);
  const failed = await firstFailure(
    (tests ?? []).flatMap((at) => suite.tests[at] ?? []),
    limitMs,
  );
  turnOn(0);
  const verdict = verdictOn(failed);
  if (failed === undefined || verdict === undefined || verdict.isSpoiled) return verdict;
  return { ...verdict, isSpoiled: (await firstFailure([failed.test], limitMs)) !== undefined };
}

function verdictOn(failed: { readonly test: Test; readonly error: unknown } | undefined): Verdict | undefined {
  if (failed === undefined) return undefined;
  const isTimeout = failed.error instanceof TimeLimitError;
  return { status: isTimeout ? 'timeout' : 'killed', by: failed.test.name, ...(isTimeout ? { isSpoiled: true } : {}) };
}

function setUp({ mutants, seed }: Setup): void {
  const byPath = Map.groupBy(mutants, ({ file }) => resolve(file));
  fc.configureGlobal({ seed, endOnFailure: true });
  installSwitchboard();
  hookImports((path, source) => {
    const own = byPath.get(path);
    return own === undefined ? undefined : instrument(source, own, IS_ON);
  });
}

async function answer(request: Exclude<Request, { readonly setup: Setup }>): Promise<Reply> {
  if ('trial' in request) {
    const verdict = await judge(request.trial);
    return { verdict: { ...verdict, isSpoiled: verdict.isSpoiled === true || generationCount() > MAX_GENERATIONS } };
  }
  const file = request.observe;
  return { report: await observe(file).catch((error: unknown) => unloadable(file, error)) };
}

function unloadable(file: string, error: unknown): FileReport {
  return { file, ms: 0, loadHits: [], tests: [], failure: String(error) };
}

// What a mutant leaves behind may fail at any time.
process.on('unhandledRejection', () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (request: Request) => {
  if ('setup' in request) setUp(request.setup);
  else void answer(request).then((reply) => process.send?.(reply));
});
