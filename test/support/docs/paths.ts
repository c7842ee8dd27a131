/** Paths of the repository that commands name. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './pages.ts';

const TOP_FOLDERS = /^(?:\.\/)?(?:bench|crds|demo|deploy|docs|examples|packages|src|test|tools)(?:\/|$)/;

/** What is wrong with a word that looks like a path of the repository. */
export function pathProblem(word: string): string | undefined {
  if (!TOP_FOLDERS.test(word) || /[$*{]/.test(word)) return undefined;
  return existsSync(join(ROOT, word)) ? undefined : `there is no ${word}`;
}

/** Whether the build makes this file. */
export function isBuilt(path: string): boolean {
  const config = readFileSync(join(ROOT, 'rolldown.config.mjs'), 'utf8');
  const [, entry] = /^dist\/(\w+)\.js$/.exec(path) ?? [];
  return entry !== undefined && config.includes(`input: { ${entry}:`);
}
