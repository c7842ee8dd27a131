import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import type { KubeObject } from '../sandbox/kubernetes/api.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';

export const NAMESPACE = 'bench';
const CRD_FILE = path.resolve(import.meta.dirname, '../crds/tunnels.cftunnel.io.yaml');

const core = (plural: string) => ({ group: '', version: 'v1', plural });
const SERVICES = core('services');
const TUNNELS = { group: 'cftunnel.io', version: 'v1alpha1', plural: 'tunnels' };
const CRDS = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };

/** The miniature cloud of a run: one paid zone, one Tunnel `edge`, and as many Services as asked for. */
export class BenchWorld {
  readonly sandbox: Sandbox;

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  static async start(): Promise<BenchWorld> {
    const sandbox = await startSandbox({ timeScale: 20, events: false });
    const { backdoor } = sandbox.cloudflare;
    const { id } = backdoor.addAccount({ name: 'bench' });
    backdoor.addZone({ name: 'example.com', account: id, plan: 'pro' });
    const { api } = sandbox.kubernetes;
    api.create(CRDS, load(readFileSync(CRD_FILE, 'utf8')) as KubeObject);
    for (const name of [NAMESPACE, 'cftunnel-system'])
      api.create(core('namespaces'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    api.create(core('secrets'), {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'cloudflare', namespace: NAMESPACE },
      stringData: { CLOUDFLARE_API_TOKEN: backdoor.addToken() },
    });
    return new BenchWorld(sandbox);
  }

  createTunnel(): void {
    this.sandbox.kubernetes.api.create(TUNNELS, {
      apiVersion: 'cftunnel.io/v1alpha1',
      kind: 'Tunnel',
      metadata: { name: 'edge', namespace: NAMESPACE },
      spec: { credentialsRef: { name: 'cloudflare' } },
    });
  }

  createServices(count: number): void {
    for (let index = 0; index < count; index += 1)
      this.sandbox.kubernetes.api.create(SERVICES, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: `app-${index}`,
          namespace: NAMESPACE,
          annotations: { 'cftunnel.io/tunnel': 'edge', 'cftunnel.io/hostname': `app-${index}.example.com` },
        },
        spec: { ports: [{ port: 80 }] },
      });
  }

  unexposeServices(): void {
    for (const service of this.#services()) {
      const { annotations: _, ...metadata } = service.metadata;
      this.sandbox.kubernetes.api.update(SERVICES, { ...service, metadata });
    }
  }

  isTunnelReady(): boolean {
    const tunnel = this.sandbox.kubernetes.api.get(TUNNELS, NAMESPACE, 'edge');
    return hasCondition(tunnel, 'Ready');
  }

  /** Every Service says that it is exposed, and as many records stand at Cloudflare. */
  isExposed(count: number): boolean {
    if (this.sandbox.cloudflare.backdoor.records('example.com').length !== count || !this.isTunnelReady()) return false;
    return this.#services().every((service) => hasCondition(service, 'cftunnel.io/Exposed'));
  }

  /** Nothing is left of any exposure. */
  isClean(): boolean {
    if (this.sandbox.cloudflare.backdoor.records('example.com').length > 0 || !this.isTunnelReady()) return false;
    return this.#services().every((service) => (service.metadata.finalizers ?? []).length === 0);
  }

  #services(): readonly KubeObject[] {
    return this.sandbox.kubernetes.api.list(SERVICES, NAMESPACE);
  }
}

interface WithConditions {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

function hasCondition(object: KubeObject | undefined, type: string): boolean {
  const { conditions = [] } = (object?.['status'] ?? {}) as WithConditions;
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}
