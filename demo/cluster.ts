import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';

/** Paths of the kinds that the demo handles, by `apiVersion` and `kind`. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  'v1 Namespace': '/api/v1/namespaces',
  'v1 Secret': '/api/v1/namespaces/{ns}/secrets',
  'v1 Service': '/api/v1/namespaces/{ns}/services',
  'apps/v1 Deployment': '/apis/apps/v1/namespaces/{ns}/deployments',
  'cftunnel.io/v1alpha1 Tunnel': '/apis/cftunnel.io/v1alpha1/namespaces/{ns}/tunnels',
  'apiextensions.k8s.io/v1 CustomResourceDefinition': '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
};

/** The part of kubectl that the demo needs, over plain HTTP, for a machine without kubectl. */
export class Cluster {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** `kubectl apply --server-side -f` of every YAML file in a folder. */
  async applyFolder(folder: string): Promise<readonly KubeObject[]> {
    const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
    const objects = files.toSorted().flatMap((file) => loadAll(readFileSync(path.join(folder, file), 'utf8')));
    for (const object of objects) await this.apply(object as KubeObject);
    return objects as KubeObject[];
  }

  async apply(object: KubeObject): Promise<void> {
    const { name, namespace } = object.metadata;
    const collection = COLLECTIONS[`${object.apiVersion} ${object.kind}`] ?? '';
    const target = `${collection.replace('{ns}', namespace ?? '')}/${name}?fieldManager=demo`;
    await this.#send('PATCH', target, 'application/apply-patch+yaml', object);
  }

  /** `undefined` for an object that does not exist. */
  async get<T = KubeObject>(apiPath: string): Promise<T | undefined> {
    const response = await fetch(this.#url + apiPath);
    const body: unknown = await response.json();
    return response.ok ? (body as T) : undefined;
  }

  async patch(apiPath: string, body: unknown): Promise<void> {
    await this.#send('PATCH', apiPath, 'application/merge-patch+json', body);
  }

  async delete(apiPath: string): Promise<void> {
    await this.#send('DELETE', apiPath, 'application/json', { propagationPolicy: 'Background' });
  }

  async #send(method: string, apiPath: string, contentType: string, body: unknown): Promise<void> {
    const response = await fetch(this.#url + apiPath, {
      method,
      headers: { 'content-type': contentType },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${apiPath}: ${text}`);
  }
}
