/** A cluster on a real API server with real controllers. Its one node is the sandbox's, before the sandbox's edge. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { startCloudflare } from 'cftunnel-sandbox/cloudflare/server';
import { findCloudflared } from 'cftunnel-sandbox/connector/find-cloudflared';
import { provideCloudflared } from 'cftunnel-sandbox/connector/provide-cloudflared';
import { startEdge } from 'cftunnel-sandbox/edge/edge';
import { teamSiteAt } from 'cftunnel-sandbox/edge/team-site';
import { type ClusterDns, startClusterDns } from 'cftunnel-sandbox/kubelet/cluster-dns';
import { BUILT_IN_IMAGES } from 'cftunnel-sandbox/kubelet/images/built-in-images';
import { startKubelet } from 'cftunnel-sandbox/kubelet/kubelet';
import { NODE_LABELS, NODE_NAME } from 'cftunnel-sandbox/kubelet/node';
import { startPodProxy } from 'cftunnel-sandbox/kubelet/pod-proxy';
import { controllersFolder } from './controllers-folder.ts';
import { createKubeClient } from './kube-client.ts';
import { startNodeLogServer } from './node-log-server.ts';
import { RemoteKubeApi } from './remote-kube-api.ts';
import { CLOUDFLARE, type Cluster, type ConnectorChoice, startCluster } from './world-cluster.ts';

/** What rollouts, drains and the deletion of a namespace need. The node reports nothing to the others. */
const CONTROLLERS = ['deployment', 'replicaset', 'disruption', 'endpointslice', 'garbage-collector', 'namespace'];

/** The cluster that the environment asks for. A real API server gets a node if its controllers are there too. */
export function startClusterWithNode(choice: ConnectorChoice = {}): Promise<Cluster> {
  return controllersFolder === undefined ? startCluster(choice) : startRealNodeCluster(controllersFolder, choice);
}

/** `folder` has etcd, kube-apiserver and kube-controller-manager. Everything takes its real time. */
async function startRealNodeCluster(
  folder: string,
  { cloudflared: program, images }: ConnectorChoice,
): Promise<Cluster> {
  const cloudflare = await startCloudflare(CLOUDFLARE);
  const { startRealApiServer } = await import('cftunnel-sandbox/testing/real-api-server');
  const server = await startRealApiServer({ KUBEBUILDER_ASSETS: folder });
  const controllers = await startControllers(folder, server.url);
  // The real controller leaves out endpoints on a node that does not exist.
  const metadata = { name: NODE_NAME, labels: NODE_LABELS };
  const kube = createKubeClient(server.url);
  await kube.create({ apiVersion: 'v1', kind: 'Node', metadata });
  const api = new RemoteKubeApi(server.url);
  const edge = await startEdge({
    resolve: (host) => cloudflare.admin.resolve(host),
    registry: cloudflare.connectors,
    gate: cloudflare.gate,
  });
  let dns: ClusterDns | undefined;
  const cloudflared = await provideCloudflared({
    edge: edge.address,
    resolveService: (hostPort) =>
      teamSiteAt(hostPort, edge) ?? dns?.resolveService(hostPort) ?? { kind: 'unknown-host' },
    timeScale: 1,
    program: program === null ? undefined : findCloudflared(process.env),
  });
  const programs = [...(images?.() ?? []), cloudflared.image, ...BUILT_IN_IMAGES];
  const kubelet = startKubelet(api, { images: programs, events: false });
  dns = startClusterDns(api, kubelet);
  const podProxy = await startPodProxy(kubelet);
  const logServer = await startNodeLogServer({ logs: (...container) => kubelet.logs(...container) });
  await kube.patchStatus('Node', NODE_NAME, { status: logServer.nodeStatus });
  return {
    url: server.url,
    calls: server.calls,
    cloudflare,
    sandbox: undefined,
    node: { kubelet, edge, podProxyUrl: podProxy.url },
    async stop() {
      await controllers.stop();
      await podProxy.stop();
      await logServer.stop();
      await kubelet.stop();
      dns?.stop();
      await api.stop();
      await cloudflared.stop();
      await edge.stop();
      await server.stop();
      await cloudflare.stop();
    },
  };
}

async function startControllers(folder: string, server: string): Promise<{ stop(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'cftunnel-controllers-'));
  const kubeconfig = join(home, 'kubeconfig.yaml');
  await writeFile(kubeconfig, kubeconfigFor(server));
  const names = CONTROLLERS.map((name) => `${name}-controller`);
  const flags = [`--kubeconfig=${kubeconfig}`, `--cert-dir=${home}`, `--controllers=${names.join(',')}`];
  const program = join(folder, 'kube-controller-manager');
  const child = spawn(program, [...flags, '--leader-elect=false', '--secure-port=0'], { stdio: 'ignore' });
  return {
    async stop() {
      await end(child);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The recorder before the server is the administrator, whoever asks. */
function kubeconfigFor(server: string): string {
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'world', cluster: { server } }],
    users: [{ name: 'controllers', user: {} }],
    contexts: [{ name: 'world', context: { cluster: 'world', user: 'controllers' } }],
    'current-context': 'world',
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
}
