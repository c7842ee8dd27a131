/** Emulates a Kubernetes cluster, Cloudflare's API, and the edge between them, on loopback. */
import { type CloudflareOptions, type CloudflareSandbox, startCloudflare } from './cloudflare/server.ts';
import { findCloudflared } from './connector/find-cloudflared.ts';
import { provideCloudflared } from './connector/provide-cloudflared.ts';
import type { EdgeAssumptions } from './edge/assumptions.ts';
import { type Edge, startEdge } from './edge/edge.ts';
import { teamSiteAt } from './edge/team-site.ts';
import type { KubeletAssumptions } from './kubelet/assumptions.ts';
import { type ClusterDns, startClusterDns } from './kubelet/cluster-dns.ts';
import { BUILT_IN_IMAGES } from './kubelet/images/built-in-images.ts';
import type { Image } from './kubelet/image.ts';
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts';
import { startControllers } from './kubernetes/controllers/controller-manager.ts';
import { startPodProxy } from './kubelet/pod-proxy.ts';
import { type KubernetesOptions, type KubernetesSandbox, startKubernetes } from './kubernetes/server.ts';

export interface SandboxOptions {
  readonly kubernetes?: KubernetesOptions;
  readonly cloudflare?: CloudflareOptions;
  /** Port of the front door. Default: any free port. */
  readonly edgePort?: number;
  /** TLS port of the front door. Default: any free port. */
  readonly secureEdgePort?: number;
  readonly edge?: Partial<EdgeAssumptions>;
  /**
   * Factor by which the clocks of the cluster run faster (probe periods, minReadySeconds, crash back-off). 1 is real
   * time.
   */
  readonly timeScale?: number;
  /**
   * The cloudflared binary that Pods run. Default: `CLOUDFLARED_BIN`, the one on the PATH, or the built-in connector.
   * `null`: the built-in connector in any case.
   */
  readonly cloudflared?: string | null;
  /** Further programs that Pods run, by the name of their image. */
  readonly images?: (kubernetes: KubernetesSandbox) => readonly Image[];
  /** Whether the controllers of the cluster write Events, as real ones do. */
  readonly events?: boolean;
  readonly kubelet?: Partial<KubeletAssumptions>;
}

export interface Sandbox {
  readonly kubernetes: KubernetesSandbox;
  readonly kubelet: Kubelet;
  readonly cloudflare: CloudflareSandbox;
  readonly edge: Edge;
  /** HTTP proxy to the Pods, for a process outside of the cluster. */
  readonly podProxyUrl: string;
  stop(): Promise<void>;
}

/** Starts an empty sandbox: no CRDs, accounts or zones. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { timeScale = 1, events = true } = options;
  const kubernetes = await startKubernetes(options.kubernetes);
  const cloudflare = await startCloudflare(options.cloudflare);
  const edge = await startEdge({
    port: options.edgePort ?? 0,
    securePort: options.secureEdgePort ?? 0,
    resolve: (host) => cloudflare.admin.resolve(host),
    registry: cloudflare.connectors,
    gate: cloudflare.gate,
    assumptions: options.edge ?? {},
  });
  let dns: ClusterDns | undefined;
  const cloudflared = await provideCloudflared({
    edge: edge.address,
    resolveService: (hostPort) =>
      teamSiteAt(hostPort, edge) ?? dns?.resolveService(hostPort) ?? { kind: 'unknown-host' },
    timeScale,
    program: options.cloudflared === undefined ? findCloudflared(process.env) : (options.cloudflared ?? undefined),
  });
  const images = [...(options.images?.(kubernetes) ?? []), cloudflared.image, ...BUILT_IN_IMAGES];
  const kubelet = startKubelet(kubernetes.api, { images, timeScale, events, assumptions: options.kubelet });
  const podProxy = await startPodProxy(kubelet);
  dns = startClusterDns(kubernetes.api, kubelet);
  kubernetes.podLogs = (namespace, pod, container) => kubelet.logs(namespace, pod, container);
  const controllers = startControllers(kubernetes.api, { timeScale, events });
  return {
    kubernetes,
    kubelet,
    cloudflare,
    edge,
    podProxyUrl: podProxy.url,
    async stop() {
      await controllers.stop();
      await podProxy.stop();
      await kubelet.stop();
      dns?.stop();
      await cloudflared.stop();
      await edge.stop();
      await Promise.all([kubernetes.stop(), cloudflare.stop()]);
    },
  };
}
