/** What helm commands of pages refer to: the chart and its values. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { parseArguments, valuesOf } from './arguments.ts';
import { ROOT } from './pages.ts';
import { pathProblem } from './paths.ts';

export const CHART = 'deploy/helm/cftunnel-operator';
const TAKES_CHART = new Set(['install', 'upgrade', 'template', 'lint', 'package', 'show']);

/** `words` follow `helm`. */
export function helmProblems(words: readonly string[]): readonly string[] {
  const given = parseArguments(words);
  const [command = ''] = given.positional;
  const paths = given.positional.flatMap((word) => pathProblem(word) ?? []);
  if (!TAKES_CHART.has(command)) return paths;
  const settings = valuesOf(given, '--set', '--set-string').flatMap((list) => list.split(/(?<!\\),/));
  return [...paths, ...settings.flatMap((setting) => valueProblems(setting.split('=')[0] ?? ''))];
}

/** Whether YAML has values of the chart at its top. */
export function isOfChart(values: object): boolean {
  const known = new Set(Object.keys(readValues()));
  return Object.keys(values).some((key) => known.has(key));
}

function readValues(): object {
  return load(readFileSync(join(ROOT, CHART, 'values.yaml'), 'utf8')) as object;
}

/** What is wrong with the path of a value, such as `image.repository`. */
export function valueProblems(path: string): readonly string[] {
  let at: unknown = readValues();
  for (const key of path.split(/(?<!\\)\./).map((part) => part.replaceAll('\\', '').replace(/\[\d+\]$/, ''))) {
    if (isOpen(at)) return [];
    if (!isObject(at) || !Object.hasOwn(at, key)) return [`the chart has no value ${path}`];
    at = at[key];
  }
  return [];
}

/** Whether the user decides what is in it: an empty object or list, or a value that is null by default. */
function isOpen(value: unknown): boolean {
  return value === null || Array.isArray(value) || (isObject(value) && Object.keys(value).length === 0);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
