// The chart as the real helm renders it, for the tools that write manifests from it and check them.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { findExecutable, pathFolders } from '../packages/sandbox/src/connector/find-executable.ts';

export const CHART = resolve(import.meta.dirname, '../deploy/helm/cftunnel-operator');

/** The path of helm, or undefined. */
export function findHelm() {
  return findExecutable('helm', [
    resolve(import.meta.dirname, '../node_modules/.programs'),
    ...pathFolders(process.env),
  ]);
}

/** The output of `helm template` for a release in the namespace of the manifests. */
export function renderChart(helm, ...flags) {
  const args = ['template', 'cftunnel-operator', CHART, '--namespace', 'cftunnel-system', ...flags];
  return execFileSync(helm, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

/** Rendered documents by the template that they come from, without its folder. */
export function documentsByTemplate(rendered) {
  const documents = Object.groupBy(rendered.split(/^---\n/m).filter(Boolean), templateOf);
  return new Map(Object.entries(documents).map(([name, texts]) => [name, texts.map(withoutSource).join('---\n')]));
}

function templateOf(document) {
  return /^# Source: [^/]+\/templates\/(\S+)/.exec(document)?.[1] ?? '';
}

function withoutSource(document) {
  return document.replace(/^# Source: .*\n/, '');
}
