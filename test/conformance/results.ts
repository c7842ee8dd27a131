/** What the output of the suite says about its tests. */

export type Verdict = 'pass' | 'fail' | 'skip';

export interface TestResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly seconds: number;
}

const ROOT = 'TestConformance/';
/** Marks the lines that are not output of the test itself. */
const MARK = '\u0016';
const LINE = /^\s*--- (?<verdict>PASS|FAIL|SKIP): (?<name>\S+) \((?<seconds>[\d.]+)s\)$/;

/** The result of a whole test, if the line tells one. Those of its parts are left out. */
export function resultIn(line: string): TestResult | undefined {
  const { verdict = '', name = '', seconds = '' } = LINE.exec(line.replace(MARK, ''))?.groups ?? {};
  if (!name.startsWith(ROOT)) return undefined;
  const test = name.slice(ROOT.length);
  if (test.includes('/')) return undefined;
  return { name: test, verdict: verdict.toLowerCase() as Verdict, seconds: Number(seconds) };
}

/** One line for each test that was run, and how many there were of each kind. */
export function asTable(results: readonly TestResult[]): string {
  const run = results.filter(({ verdict }) => verdict !== 'skip');
  const width = Math.max(4, ...run.map(({ name }) => name.length));
  const lines = run.map(({ name, verdict, seconds }) => `${name.padEnd(width)}  ${verdict}  ${seconds.toFixed(1)} s`);
  const count = (wanted: Verdict) => results.filter(({ verdict }) => verdict === wanted).length;
  return [...lines, '', `${count('pass')} passed, ${count('fail')} failed, ${count('skip')} skipped`].join('\n');
}
