import type { KubeApi } from '../../../sandbox/kubernetes/api.ts';
import {
  type ControllerOptions,
  startControllers,
} from '../../../sandbox/kubernetes/controllers/controller-manager.ts';
import { startKubernetes } from '../../../sandbox/kubernetes/server.ts';
import type { Image } from '../../../sandbox/kubelet/image.ts';
import { type Kubelet, startKubelet } from '../../../sandbox/kubelet/kubelet.ts';

export interface ClusterOptions extends ControllerOptions {
  readonly images?: readonly Image[];
}

/** An API server with controllers and a node, as the sandbox runs them together. */
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
