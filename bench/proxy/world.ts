/** A Tunnel with two connectors in real time, and three pods behind hostnames with and without the proxy. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import { type Sandbox, startSandbox } from 'cftunnel-sandbox/sandbox';
import { NAMESPACE, tunnel, whoami } from '../manifests.ts';
import { MeasuredOperator } from '../operator.ts';
import { until } from '../until.ts';
import { SERVICES, TUNNELS } from '../sources/kinds.ts';
import { CLUSTER, isReady, prepareCluster } from '../world.ts';

const ZONE = 'example.com';
export const PODS = { group: '', version: 'v1', plural: 'pods' };
export const DEPLOYMENTS = { group: 'apps', version: 'v1', plural: 'deployments' };
const WEB = 'web';
export const WEB_PODS = 3;

/** Hostnames by what they ask for. All lead to the same pods. */
export const HOSTNAMES = {
  plain: `plain.${ZONE}`,
  http: `http.${ZONE}`,
  h2c: `h2c.${ZONE}`,
  grpc: `grpc.${ZONE}`,
  session: `session.${ZONE}`,
} as const;

export type HostnameKind = keyof typeof HOSTNAMES;

/** What a Service asks for, besides its hostname; `http` divides requests among one Service, which needs the proxy. */
const ASKS: Readonly<Record<HostnameKind, (hostname: string) => Readonly<Record<string, string>>>> = {
  plain: (hostname) => ({ hostname }),
  http: (hostname) => ({ routes: JSON.stringify([{ hostname, backends: [{ service: 'http', port: 80 }] }]) }),
  h2c: (hostname) => ({ hostname, protocol: 'h2c' }),
  grpc: (hostname) => ({ hostname, protocol: 'grpc' }),
  session: (hostname) => ({ hostname, session: 'cookie' }),
};

export class ProxyWorld {
  readonly sandbox: Sandbox;
  readonly #operator: MeasuredOperator;
  readonly #folder: string;

  private constructor(sandbox: Sandbox, operator: MeasuredOperator, folder: string) {
    this.sandbox = sandbox;
    this.#operator = operator;
    this.#folder = folder;
  }

  /** Resolves once every hostname of these kinds answers. */
  static async start(kinds: readonly HostnameKind[]): Promise<ProxyWorld> {
    const sandbox = await startSandbox({ timeScale: 1, events: false });
    const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-bench-'));
    const kubeconfig = path.join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, sandbox.kubernetes.kubeconfig());
    populate(sandbox, kinds);
    const operator = await MeasuredOperator.start({
      kubeconfig,
      'cloudflare-base-url': sandbox.cloudflare.url,
      'pod-proxy': sandbox.podProxyUrl,
      'cluster-name': CLUSTER,
      'leader-elect': 'false',
    });
    const world = new ProxyWorld(sandbox, operator, folder);
    await until('the Tunnel is ready', () => sandbox.kubernetes.api.list(TUNNELS, NAMESPACE).every(isReady));
    return world;
  }

  /** Changes annotations of the Service. */
  ask(kind: HostnameKind, asks: Readonly<Record<string, string>>): void {
    const { api } = this.sandbox.kubernetes;
    const current = api.get(SERVICES, NAMESPACE, kind);
    if (current === undefined) throw new Error(`${kind} is gone`);
    const annotations = { ...current.metadata.annotations, ...prefixed(asks) };
    api.update(SERVICES, { ...current, metadata: { ...current.metadata, annotations } });
  }

  /** The pods behind the hostnames that have not been told to end. */
  webPods(): readonly KubeObject[] {
    return this.sandbox.kubernetes.api
      .list(PODS, NAMESPACE)
      .filter(({ metadata }) => metadata.labels?.['app'] === WEB && metadata.deletionTimestamp === undefined);
  }

  /** Whether all of them are ready. */
  isServing(): boolean {
    return this.webPods().filter(isReadyPod).length === WEB_PODS;
  }

  deletePod({ metadata }: KubeObject): void {
    this.sandbox.kubernetes.api.delete(PODS, NAMESPACE, metadata.name);
  }

  async stop(): Promise<void> {
    await this.#operator.stop();
    await this.sandbox.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function populate({ kubernetes: { api }, cloudflare: { admin } }: Sandbox, kinds: readonly HostnameKind[]): void {
  const account = admin.addAccount({ name: 'bench' }).id;
  admin.addZone({ name: ZONE, account });
  prepareCluster(api, admin.addToken());
  const home = tunnel('home');
  api.create(TUNNELS, { ...home, spec: { ...(home.spec as object), replicas: 2 } });
  const web = whoami(WEB);
  api.create(DEPLOYMENTS, { ...web, spec: { ...(web.spec as object), replicas: WEB_PODS } });
  for (const kind of kinds) api.create(SERVICES, serviceFor(kind));
}

function serviceFor(kind: HostnameKind): KubeObject {
  const asks = { tunnel: 'home', ...ASKS[kind](HOSTNAMES[kind]) };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: kind, namespace: NAMESPACE, annotations: prefixed(asks) },
    spec: { selector: { app: WEB }, ports: [{ port: 80 }] },
  };
}

function prefixed(asks: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(asks).map(([name, value]) => [`cftunnel.io/${name}`, value]));
}

function isReadyPod({ status }: KubeObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly { type: string; status: string }[] };
  return conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
}
