/** Another emulated cluster behind the Cloudflare and the edge of a world, with an operator of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCloudflared } from 'cftunnel-sandbox/connector/find-cloudflared';
import { provideCloudflared } from 'cftunnel-sandbox/connector/provide-cloudflared';
import { type ClusterDns, startClusterDns } from 'cftunnel-sandbox/kubelet/cluster-dns';
import { whoami } from 'cftunnel-sandbox/kubelet/images/whoami';
import { startKubelet } from 'cftunnel-sandbox/kubelet/kubelet';
import { startPodProxy } from 'cftunnel-sandbox/kubelet/pod-proxy';
import { startControllers } from 'cftunnel-sandbox/kubernetes/controllers/controller-manager';
import { startKubernetes } from 'cftunnel-sandbox/kubernetes/server';
import { type KubeClient, createKubeClient } from './kube-client.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';
import { install } from './world-install.ts';
import { SPEED, type World } from './world.ts';

const TIME_SCALE = 50;

export interface SecondCluster {
  readonly kube: KubeClient;
  /** Installs the operator, and resolves once it leads. */
  startOperator(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSecondCluster(world: World): Promise<SecondCluster> {
  const { address } = world.edge;
  if (address === undefined) throw new Error('the world has no edge');
  const kubernetes = await startKubernetes({ enforceOwnerReferences: true });
  const { api, url } = kubernetes;
  let dns: ClusterDns | undefined;
  const cloudflared = await provideCloudflared({
    edge: address,
    resolveService: (hostPort) => dns?.resolveService(hostPort) ?? { kind: 'unknown-host' },
    timeScale: TIME_SCALE,
    program: findCloudflared(process.env),
  });
  const kubelet = startKubelet(api, { images: [cloudflared.image, whoami], timeScale: TIME_SCALE, events: false });
  dns = startClusterDns(api, kubelet);
  const podProxy = await startPodProxy(kubelet);
  const controllers = startControllers(api, { timeScale: TIME_SCALE, events: false });
  const kube = createKubeClient(url, api);
  const folder = await mkdtemp(join(tmpdir(), 'cftunnel-second-'));
  let operator: OperatorProcess | undefined;
  return {
    kube,
    async startOperator() {
      const kubeconfig = join(folder, 'kubeconfig.yaml');
      await writeFile(kubeconfig, await install(kube, url));
      operator = startOperator(flagsLike(world, kubeconfig, podProxy.url), SPEED);
      await operator.logged('Leading');
    },
    async stop() {
      await operator?.end();
      await controllers.stop();
      await podProxy.stop();
      await kubelet.stop();
      dns?.stop();
      await cloudflared.stop();
      await kubernetes.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The flags of the world's operator, and so the name of its cluster, but for this cluster. */
function flagsLike(world: World, kubeconfig: string, podProxy: string): readonly string[] {
  const others = world.operator.flags.filter((flag) => !/^--(?:kubeconfig|pod-proxy)=/.test(flag));
  return [...others, `--kubeconfig=${kubeconfig}`, `--pod-proxy=${podProxy}`];
}
