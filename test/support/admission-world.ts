/** An API server with the policies of `deploy/admission`, which are asked about a Service without storing it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { type KubernetesSandbox, startKubernetes } from 'cftunnel-sandbox/kubernetes/server';
import { Client } from 'cftunnel-sandbox/testing/kubernetes-client';
import type { KubeObject } from '../../src/api/objects.ts';
import { type AdmissionCase, namespaceOf, serviceWith, tunnelsOf } from './admission-cases.ts';
import { DEPLOY_FOLDER, manifestsIn } from './manifests.ts';

const POLICIES = '/apis/admissionregistration.k8s.io/v1';
const SHOP = '/api/v1/namespaces/shop';
const TUNNELS = '/apis/cftunnel.io/v1alpha1/namespaces/infra/tunnels';
const DENIED =
  /^services "web" is forbidden: ValidatingAdmissionPolicy '\S+' with binding '\S+' denied request: (.*)$/s;

export class AdmissionWorld {
  readonly #sandbox: KubernetesSandbox;
  readonly #client: Client;

  private constructor(sandbox: KubernetesSandbox) {
    this.#sandbox = sandbox;
    this.#client = new Client(sandbox.url);
  }

  static async start(): Promise<AdmissionWorld> {
    const world = new AdmissionWorld(await startKubernetes({}));
    for (const name of ['shop', 'infra'])
      await world.#write('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const definition = load(readFileSync(join(DEPLOY_FOLDER, '../crds/tunnels.cftunnel.io.yaml'), 'utf8'));
    await world.#write('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    for (const object of manifestsIn(join(DEPLOY_FOLDER, 'admission'))) {
      const { kind } = object;
      await world.#write('POST', `${POLICIES}/${kind.replace(/y$/, 'ie').toLowerCase()}s`, inInfra(object));
    }
    return world;
  }

  stop(): Promise<void> {
    return this.#sandbox.stop();
  }

  /** The message with which the Service is refused; undefined if it is let in. */
  async refusal(each: AdmissionCase): Promise<string | undefined> {
    await this.#setUp({ name: 'before' });
    if (each.before !== undefined) await this.#write('POST', `${SHOP}/services`, asWritten(serviceWith(each.before)));
    await this.#setUp(each);
    const service = asWritten(serviceWith(each.annotations));
    const { status, body } = await (each.before === undefined
      ? this.#client.request('POST', `${SHOP}/services?dryRun=All`, service)
      : this.#client.patch('merge', `${SHOP}/services/web?dryRun=All`, service));
    await this.#client.request('DELETE', `${SHOP}/services/web`);
    if (status < 300) return undefined;
    const [, message] = DENIED.exec(body['message']) ?? [];
    if (message === undefined) throw new Error(JSON.stringify(body));
    return message;
  }

  /** The Namespace and the Tunnel of a case. */
  async #setUp(each: AdmissionCase): Promise<void> {
    const { labels, annotations } = namespaceOf(each).metadata;
    await this.#client.patch('json', SHOP, [
      { op: 'add', path: '/metadata/labels', value: labels },
      { op: 'add', path: '/metadata/annotations', value: annotations },
    ]);
    await this.#client.request('DELETE', `${TUNNELS}/home`);
    for (const tunnel of tunnelsOf(each)) await this.#write('POST', TUNNELS, asWritten(tunnel));
  }

  async #write(method: string, path: string, object: unknown): Promise<void> {
    const { status, body } = await this.#client.request(method, path, object);
    if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(body)}`);
  }
}

/** The binding for Tunnels that are shared, with the namespace of these cases. */
function inInfra(object: { readonly kind: string }): object {
  return JSON.parse(
    JSON.stringify(object).replaceAll('"namespace":"cftunnel-system"', '"namespace":"infra"'),
  ) as object;
}

/** Without what the API server sets itself. */
function asWritten({ metadata, ...object }: KubeObject): object {
  const { name, namespace, annotations } = metadata;
  return { ...object, metadata: { name, namespace, annotations } };
}
