/** What npm commands of pages refer to: scripts, their flags, and paths. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Arguments, isPlaceholder, parseArguments, valuesOf } from './arguments.ts';
import { ROOT } from './pages.ts';
import { pathProblem } from './paths.ts';

const SANDBOX = 'cftunnel-sandbox';

/** Commands of npm itself. */
const COMMANDS = new Set(['ci', 'install', 'pack', 'exec', 'audit', 'publish', 'version', 'sbom']);
/** Commands of npm that run the script of their name. */
const SHORT = new Set(['test', 'start']);

/** `words` follow `npm`. */
export function npmProblems(words: readonly string[]): readonly string[] {
  const given = parseArguments(words);
  const [command = '', name = ''] = given.positional;
  const workspaces = valuesOf(given, '-w', '--workspace').filter((workspace) => workspace !== SANDBOX);
  const wrong = workspaces.map((workspace) => `there is no workspace ${workspace}`);
  if (COMMANDS.has(command)) return [...wrong, ...given.rest.flatMap((word) => pathProblem(word) ?? [])];
  const script = SHORT.has(command) ? command : command === 'run' ? name : undefined;
  if (script === undefined) return [`npm has no command ${command}`];
  return [...wrong, ...scriptProblems(script, given)];
}

function scriptProblems(name: string, given: Arguments): readonly string[] {
  const folder = valuesOf(given, '-w').length > 0 ? join('packages', 'sandbox') : '';
  const script = scriptsOf(folder)[name];
  if (script === undefined) return [`package.json has no script ${name}`];
  return given.rest.flatMap((word) => {
    if (word.startsWith('-')) return isFlagOf(script, folder, word) ? [] : [`${name} has no flag ${word}`];
    return pathProblem(word) ?? [];
  });
}

function scriptsOf(folder: string): Readonly<Record<string, string>> {
  const file = readFileSync(join(ROOT, folder, 'package.json'), 'utf8');
  return (JSON.parse(file) as { readonly scripts: Readonly<Record<string, string>> }).scripts;
}

/** Whether the program that the script runs mentions the flag. Jest has too many of its own to look for. */
function isFlagOf(script: string, folder: string, word: string): boolean {
  const [, entry] = /node (?:--import \S+ |--\S+ )*([\w/.-]+\.m?[jt]s)/.exec(script) ?? [];
  if (entry === undefined || script.includes('jest')) return script.includes('jest') || script.includes('-w ');
  const [flag = ''] = word.split('=');
  return isFoundBelow(join(ROOT, folder, dirname(entry)), flag.replace(/^--/, ''));
}

function isFoundBelow(folder: string, text: string): boolean {
  try {
    execFileSync('grep', ['-rqF', '-e', text, folder]);
    return true;
  } catch {
    return false;
  }
}

/** `words` follow `npx`. */
export function npxProblems([program = '', ...rest]: readonly string[]): readonly string[] {
  if (program !== SANDBOX) return [`npx ${program} is not ours`];
  return rest.filter((word) => !isPlaceholder(word) && word.startsWith('--') && word !== '--help');
}
