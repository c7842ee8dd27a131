/** The whole miniature cloud on loopback: a Kubernetes cluster, Cloudflare's API, and the edge between them. */
import { type CloudflareOptions, type CloudflareSandbox, startCloudflare } from './cloudflare/server.ts';
import { cloudflaredImage } from './connector/cloudflared-image.ts';
import { type FrontDoor, startFrontDoor } from './edge/front-door.ts';
import type { OriginAddress } from './connector/origin-agent.ts';
import { type ClusterDns, startClusterDns } from './kubelet/cluster-dns.ts';
import { httpEcho, whoami } from './kubelet/images/whoami.ts';
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts';
import { startControllers } from './kubernetes/controllers/controller-manager.ts';
import { type KubernetesOptions, type KubernetesSandbox, startKubernetes } from './kubernetes/server.ts';

export interface SandboxOptions {
  readonly kubernetes?: KubernetesOptions;
  readonly cloudflare?: CloudflareOptions;
  /** Port of the front door; any free one by default. */
  readonly edgePort?: number;
  /** How much faster the cluster's clocks run (probe periods, minReadySeconds, crash back-off). 1 is real time. */
  readonly timeScale?: number;
  /** Whether the cluster's own controllers write Events, as real ones do. */
  readonly events?: boolean;
}

export interface Sandbox {
  readonly kubernetes: KubernetesSandbox;
  readonly kubelet: Kubelet;
  readonly cloudflare: CloudflareSandbox;
  readonly edge: FrontDoor;
  stop(): Promise<void>;
}

/** Starts everything, empty: no Tunnel CRD, no account, no zone. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { timeScale = 1, events = true } = options;
  const kubernetes = await startKubernetes(options.kubernetes);
  const cloudflare = await startCloudflare(options.cloudflare);
  let dns: ClusterDns | undefined;
  const connectors = cloudflaredImage({
    registry: cloudflare.connectors,
    resolveOrigin: (host, port) => resolveOrigin(dns, host, port),
  });
  const kubelet = startKubelet(kubernetes.api, { images: [connectors, whoami, httpEcho], timeScale, events });
  dns = startClusterDns(kubernetes.api, kubelet);
  kubernetes.podLogs = (namespace, pod, container) => kubelet.logs(namespace, pod, container);
  const controllers = startControllers(kubernetes.api, { timeScale, events });
  const edge = await startFrontDoor({
    port: options.edgePort ?? 0,
    resolve: (host) => cloudflare.backdoor.resolve(host),
    connectors: cloudflare.connectors,
  });
  return {
    kubernetes,
    kubelet,
    cloudflare,
    edge,
    async stop() {
      await edge.stop();
      await controllers.stop();
      await kubelet.stop();
      dns?.stop();
      await Promise.all([kubernetes.stop(), cloudflare.stop()]);
    },
  };
}

function resolveOrigin(dns: ClusterDns | undefined, host: string, port: number): OriginAddress {
  return dns?.resolveService(`${host}:${port}`) ?? { kind: 'unknown-host' };
}
