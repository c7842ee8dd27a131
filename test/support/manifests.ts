/** The manifests that are shipped with the operator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import type { KubeObject } from './kube-client.ts';

export const DEPLOY_FOLDER = join(import.meta.dirname, '..', '..', 'deploy');

/** The objects of a kustomization, in its order, without transformations. */
export function manifestsIn(folder = DEPLOY_FOLDER): readonly KubeObject[] {
  const kustomization = readFileSync(join(folder, 'kustomization.yaml'), 'utf8');
  const { resources } = load(kustomization) as { readonly resources: readonly string[] };
  return resources.flatMap((file) => objectsIn(join(folder, file)));
}

/** The objects of a file. */
export function objectsIn(file: string): readonly KubeObject[] {
  return loadAll(readFileSync(file, 'utf8')) as readonly KubeObject[];
}
