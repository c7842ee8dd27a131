import type { KubeApi } from '../../src/kubernetes/api.ts';
import { type ControllerOptions, startControllers } from '../../src/kubernetes/controllers/controller-manager.ts';
import { startKubernetes } from '../../src/kubernetes/server.ts';
import type { KubeletAssumptions } from '../../src/kubelet/assumptions.ts';
import type { Image } from '../../src/kubelet/image.ts';
import { type Kubelet, startKubelet } from '../../src/kubelet/kubelet.ts';

export interface ClusterOptions extends ControllerOptions {
  readonly images?: readonly Image[];
  readonly assumptions?: Partial<KubeletAssumptions>;
}

/** An API server with controllers and a node, as the sandbox combines them. */
export interface Cluster {
  readonly api: KubeApi;
  readonly kubelet: Kubelet;
  /** For kubectl. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

export async function startCluster({ images = [], ...options }: ClusterOptions = {}): Promise<Cluster> {
  const server = await startKubernetes();
  const controllers = startControllers(server.api, options);
  const kubelet = startKubelet(server.api, {
    images,
    timeScale: options.timeScale ?? 1,
    events: options.events ?? true,
    assumptions: options.assumptions,
  });
  return {
    api: server.api,
    kubelet,
    kubeconfig: server.kubeconfig(),
    async stop() {
      await kubelet.stop();
      await controllers.stop();
      await server.stop();
    },
  };
}
