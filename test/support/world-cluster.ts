/** The two kinds of cluster that a world can stand on. */
import type { Call } from '../../sandbox/kubernetes/http/call-log.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { startCloudflare, type CloudflareSandbox } from '../../sandbox/cloudflare/server.ts';
import type { Kubelet } from '../../sandbox/kubelet/kubelet.ts';
import type { KubeApi } from '../../sandbox/kubernetes/api.ts';
import type { Questions } from '../../sandbox/kubernetes/access/questions.ts';
import type { Faults } from '../../sandbox/kubernetes/http/faults.ts';
import type { RealApiSource } from './real-api-server.ts';

export interface Cluster {
  /** Plain HTTP, on loopback. */
  readonly url: string;
  readonly calls: CallRecord;
  readonly cloudflare: CloudflareSandbox;
  /** What only the sandbox has: pods behind an edge, and trouble on request. */
  readonly sandbox: SandboxSide | undefined;
  stop(): Promise<void>;
}

export interface SandboxSide {
  /** The Kubernetes API without HTTP. */
  readonly api: KubeApi;
  readonly kubelet: Kubelet;
  readonly edgeUrl: string;
  readonly faults: Faults;
  /** What authorization was asked about the operator. */
  readonly questions: Questions;
}

/** Every request to the API server, in the order of the answers. */
export interface CallRecord {
  readonly entries: readonly Call[];
  clear(): void;
}

/** Whether scenarios run against a real kube-apiserver, which has no kubelet and no edge behind it. */
export const isRealApi = process.env['CFTUNNEL_TEST_API'] === 'real';

/** Starts the cluster that the environment asks for, with an empty Cloudflare beside it. */
export function startCluster(): Promise<Cluster> {
  return isRealApi ? startRealCluster() : startSandboxCluster();
}

/** Scenarios ask far more often than an operator may; the limit itself is tested with faults. */
const CLOUDFLARE = { rateLimit: { quota: 100_000 } };

async function startSandboxCluster(): Promise<Cluster> {
  const sandbox = await startSandbox({
    timeScale: 50,
    events: false,
    cloudflare: CLOUDFLARE,
    kubernetes: { enforceOwnerReferences: true },
  });
  const { kubernetes, kubelet, cloudflare, edge } = sandbox;
  return {
    url: kubernetes.url,
    calls: kubernetes.calls,
    cloudflare,
    sandbox: {
      api: kubernetes.api,
      edgeUrl: edge.url,
      faults: kubernetes.faults,
      questions: kubernetes.questions,
      kubelet,
    },
    stop: () => sandbox.stop(),
  };
}

/**
 * A cluster on a real API server; `source` says where that comes from, the environment by default. Only this loads
 * client-node, which costs every test file that imports it half a second.
 */
export async function startRealCluster(source?: RealApiSource): Promise<Cluster> {
  const cloudflare = await startCloudflare(CLOUDFLARE);
  const { startRealApiServer } = await import('./real-api-server.ts');
  const server = await startRealApiServer(source);
  return {
    url: server.url,
    calls: server.calls,
    cloudflare,
    sandbox: undefined,
    async stop() {
      await server.stop();
      await cloudflare.stop();
    },
  };
}
