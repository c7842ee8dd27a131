/** Runs the real promtool on files that a test makes. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { dump } from 'js-yaml';

const run = promisify(execFile);

/** One of the `tests` in a file for `promtool test rules`. */
export interface UnitTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test?: readonly object[];
  readonly promql_expr_test?: readonly object[];
}

/** What promtool printed, which is an error if it failed. */
async function promtool(path: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run(path, args);
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`promtool ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Checks a rule file as Prometheus does when it loads it. */
export async function checkRules(path: string, file: string): Promise<string> {
  return promtool(path, ['check', 'rules', '--lint-fatal', file]);
}

/** Checks a configuration of Prometheus, with the rule files that it names. */
export async function checkConfig(path: string, config: object): Promise<string> {
  return withFile('prometheus.yaml', config, (file) => promtool(path, ['check', 'config', '--lint-fatal', file]));
}

/** Evaluates rules and expressions on samples, all in one run, because a run takes a second. */
export async function testRules(path: string, rules: string, tests: readonly UnitTest[]): Promise<string> {
  const content = { rule_files: [rules], evaluation_interval: '1m', tests };
  return withFile('tests.yaml', content, (file) => promtool(path, ['test', 'rules', file]));
}

/** Checks rules that a test makes. */
export async function checkExpressions(path: string, expressions: readonly string[]): Promise<string> {
  const rules = expressions.map((expr, index) => ({ record: `query:${index}`, expr }));
  return withFile('rules.yaml', { groups: [{ name: 'queries', rules }] }, (file) => checkRules(path, file));
}

/** What Prometheus' linter has to say about metrics in the text format. */
export async function checkMetrics(path: string, text: string): Promise<string> {
  const child = spawn(path, ['check', 'metrics']);
  child.stdin.end(text);
  const output = await Promise.all([child.stdout, child.stderr].map(textOf));
  return output.join('');
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
  return text;
}

async function withFile<T>(name: string, content: unknown, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cftunnel-promtool-'));
  try {
    const file = join(folder, name);
    await writeFile(file, dump(content, { lineWidth: -1 }));
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
