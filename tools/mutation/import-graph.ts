/** How far files are from what they import. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const imports = new Map<string, readonly string[]>();

/** The number of imports between a file and each file that it imports, directly or indirectly. */
export function importDistances(file: string): ReadonlyMap<string, number> {
  const distances = new Map([[file, 0]]);
  for (const [path, distance] of distances) {
    for (const target of importsOf(path)) if (!distances.has(target)) distances.set(target, distance + 1);
  }
  return distances;
}

function importsOf(path: string): readonly string[] {
  const known = imports.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(path, 'utf8');
  const targets = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+\.ts)'/g)];
  const paths = targets
    .map(([, target]) => resolve(dirname(path), target ?? ''))
    .filter((target) => existsSync(target));
  imports.set(path, paths);
  return paths;
}
