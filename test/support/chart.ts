/** The Helm chart, its files, and what the real helm makes of it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import type { KubeObject } from './kube-client.ts';
import { DEPLOY_FOLDER } from './manifests.ts';

export const CHART_FOLDER = join(DEPLOY_FOLDER, 'helm', 'cftunnel-operator');

/** The release, named as in the manifests. */
const RELEASE = 'cftunnel-operator';

/** A node of the schema of the values. */
export interface ValueSchema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
}

export function chartYaml(name: string): unknown {
  return load(readFileSync(join(CHART_FOLDER, name), 'utf8'));
}

export function valuesSchema(): ValueSchema {
  return JSON.parse(readFileSync(join(CHART_FOLDER, 'values.schema.json'), 'utf8')) as ValueSchema;
}

/** The objects that `helm template` prints, or the error that it ends with. */
export function template(helm: string, ...flags: readonly string[]): readonly KubeObject[] {
  return loadAll(run(helm, 'template', ...flags)).filter(Boolean) as KubeObject[];
}

/** Runs helm on the chart. Throws what helm complains about. */
export function run(helm: string, command: 'template' | 'lint', ...flags: readonly string[]): string {
  return output(helm, command === 'template' ? [command, RELEASE] : [command], flags);
}

/** What `helm install` prints when it is done. */
export function notes(helm: string, ...flags: readonly string[]): string {
  return output(helm, ['install', RELEASE, '--dry-run=client'], flags).split('\nNOTES:\n')[1] ?? '';
}

function output(helm: string, command: readonly string[], flags: readonly string[]): string {
  const args = [...command, CHART_FOLDER, '--namespace', 'cftunnel-system', ...flags];
  const { status, stdout, stderr } = spawnSync(helm, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${stderr}${stdout}`);
  return stdout;
}
