import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../api/objects.ts';
import { objectsIn } from '../../core/preview/manifests.ts';
import { whyUnreadable } from '../unreadable.ts';
import { readDocuments } from './yaml.ts';

/** A file that cannot be read or understood. The message names it. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

export interface ManifestOptions {
  /** Folders within folders too. */
  readonly isRecursive: boolean;
  /** The text for the path `-`. */
  readonly stdin: () => Promise<string>;
}

/** The objects in files and folders, as `kubectl apply -f` finds them. */
export async function readManifests(
  paths: readonly string[],
  { isRecursive, stdin }: ManifestOptions,
): Promise<readonly KubeObject[]> {
  const objects: KubeObject[] = [];
  for (const path of paths) {
    if (path === '-') objects.push(...parse(await stdin(), 'standard input'));
    else for (const file of filesIn(path, isRecursive)) objects.push(...parse(read(file), file));
  }
  return objects;
}

function parse(text: string, name: string): readonly KubeObject[] {
  const documents = readDocuments(text);
  const found = typeof documents === 'string' ? documents : objectsIn(documents);
  if (typeof found === 'string') throw new ManifestError(`${name}: ${found}`);
  return found;
}

function filesIn(path: string, isRecursive: boolean): readonly string[] {
  const isFolder = attempt(path, () => statSync(path).isDirectory());
  if (!isFolder) return [path];
  const names = attempt(path, () => readdirSync(path, { recursive: isRecursive, encoding: 'utf8' }));
  return names
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .toSorted()
    .map((name) => join(path, name));
}

function read(file: string): string {
  return attempt(file, () => readFileSync(file, 'utf8'));
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ManifestError(`${path}: ${whyUnreadable(error) ?? String(error)}`, { cause: error });
  }
}
