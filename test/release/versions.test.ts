/** Every place that names the version of this release. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { expect, it } from '@jest/globals';
import { VERSION } from '../../src/version.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const KUSTOMIZATIONS = ['deploy', 'deploy/namespaced', 'deploy/release'];
const CHARTS = existsSync(path.join(ROOT, 'deploy/helm')) ? readdirSync(path.join(ROOT, 'deploy/helm')) : [];

// Invariant 46.
it.each(readdirSync(path.join(ROOT, 'packages')))('packages/%s has the version of the operator', (name) => {
  expect(readYaml(`packages/${name}/package.json`)).toMatchObject({ version: VERSION });
});

it('the lock file has the version of the operator', () => {
  expect(readYaml('package-lock.json')).toMatchObject({ version: VERSION, packages: { '': { version: VERSION } } });
});

it.each(KUSTOMIZATIONS)('the image in %s has the version of the operator', (folder) => {
  const { images } = readYaml(`${folder}/kustomization.yaml`) as { readonly images: readonly object[] };

  expect(images).toEqual([expect.objectContaining({ newTag: VERSION })]);
});

it('every chart has the version of the operator', () => {
  const charts = CHARTS.map((chart) => readYaml(`deploy/helm/${chart}/Chart.yaml`));

  expect(charts).toEqual(charts.map(() => expect.objectContaining({ version: VERSION, appVersion: VERSION })));
});

function readYaml(file: string): unknown {
  return load(readFileSync(path.join(ROOT, file), 'utf8'));
}
