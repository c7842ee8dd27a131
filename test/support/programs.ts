/** Real programs that some tests need: from `npm run programs`, or anywhere on the PATH. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { describe } from '@jest/globals';

const FOLDERS = [resolve('node_modules/.programs'), ...(process.env['PATH'] ?? '').split(delimiter)];

/** The path of a program, or undefined. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find(isExecutable);
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

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
