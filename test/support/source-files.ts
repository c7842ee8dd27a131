/** The source files of the repository, for tests of the code base itself. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

export interface SourceFile {
  /** Relative to the repository, as in `src/core/keys.ts`. */
  readonly path: string;
  readonly text: string;
  /** What it imports; relative paths are resolved to the repository. */
  readonly imports: readonly string[];
}

const ROOT = join(import.meta.dirname, '..', '..');

/** Every TypeScript file below a folder of the repository, by path. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .map((file) => sourceFile(posix.join(folder, ...file.split(sep))));
}

export function sourceFile(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const targets = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].flatMap(([, target]) => target ?? []);
  const resolve = (target: string): string => posix.join(posix.dirname(path), target);
  return { path, text, imports: targets.map((target) => (target.startsWith('.') ? resolve(target) : target)) };
}

/** A source text without its comments. */
export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}
