/** Real programs that some tests need: from `npm run programs`, or anywhere on the PATH. */
import { resolve } from 'node:path';
import { describe } from '@jest/globals';
import { findExecutable, pathFolders } from 'cftunnel-sandbox/connector/find-executable';

/** The path of a program, or undefined. */
export function findProgram(name: string): string | undefined {
  return findExecutable(name, [resolve('node_modules/.programs'), ...pathFolders(process.env)]);
}

/** Groups tests that need a program. Where it is missing they are left out, and one line names it. */
export function describeWith(name: string, title: string, body: (path: string) => void): void {
  const path = findProgram(name);
  const group = path === undefined ? describe.skip : describe;
  const need = path === undefined ? ` (left out: needs ${name}, see npm run programs)` : '';
  group(`${title}${need}`, () => {
    body(path ?? name);
  });
}
