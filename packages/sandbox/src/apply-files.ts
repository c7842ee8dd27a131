import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import type { KubeObject } from './kubernetes/api.ts';

/** Applies the objects in YAML files, or in all YAML files of a folder, as `kubectl apply --server-side -f` does. */
export async function applyFiles(server: string, paths: readonly string[]): Promise<void> {
  for (const file of paths.flatMap(yamlFiles)) {
    for (const object of loadAll(readFileSync(file, 'utf8'))) await apply(server, object as KubeObject);
  }
}

function yamlFiles(target: string): readonly string[] {
  if (!statSync(target).isDirectory()) return [target];
  const names = readdirSync(target).filter((name) => name.endsWith('.yaml'));
  return names.toSorted().map((name) => path.join(target, name));
}

async function apply(server: string, object: KubeObject): Promise<void> {
  const { name } = object.metadata;
  const response = await fetch(`${await collectionUrl(server, object)}/${name}?fieldManager=cftunnel-sandbox`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(object),
  });
  if (!response.ok) throw new Error(`${object.kind} ${name} cannot be applied: ${await response.text()}`);
}

async function collectionUrl(server: string, { apiVersion, kind, metadata }: KubeObject): Promise<string> {
  const group = `${server}/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
  const { resources = [] } = (await (await fetch(group)).json()) as ResourceList;
  const resource = resources.find((served) => served.kind === kind && !served.name.includes('/'));
  if (resource === undefined) throw new Error(`${apiVersion} ${kind} is not served`);
  const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
  return `${group}${namespace}/${resource.name}`;
}

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}
