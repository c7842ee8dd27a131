import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The path of a program in the first of the folders that has it. Undefined if none does. */
export function findExecutable(program: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => path.join(folder, program)).find(isExecutable);
}

/** The folders of the PATH. */
export function pathFolders(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
