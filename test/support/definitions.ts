import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { KubeObject } from './kube-client.ts';

const FOLDER = join(import.meta.dirname, '../../crds');

/** The CustomResourceDefinitions of this project, in the order of their names. */
export function definitions(): readonly KubeObject[] {
  return readdirSync(FOLDER)
    .toSorted()
    .map((file) => load(readFileSync(join(FOLDER, file), 'utf8')) as KubeObject);
}
