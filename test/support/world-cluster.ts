/** The two kinds of cluster for a world. */
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';
import type { RealApiSource } from 'cftunnel-sandbox/testing/real-api-server';
import type { CallRecord } from 'cftunnel-sandbox/testing/recorder';
import { startSandbox } from 'cftunnel-sandbox/sandbox';
import { startCloudflare, type CloudflareSandbox } from 'cftunnel-sandbox/cloudflare/server';
import type { Edge } from 'cftunnel-sandbox/edge/edge';
import type { Image } from 'cftunnel-sandbox/kubelet/image';
import type { Kubelet } from 'cftunnel-sandbox/kubelet/kubelet';
import type { KubeApi } from 'cftunnel-sandbox/kubernetes/api';
import type { AuthorizationLog } from 'cftunnel-sandbox/kubernetes/access/authorization-log';
import type { Faults } from 'cftunnel-sandbox/kubernetes/http/faults';
import { startStandIns } from './world-stand-ins.ts';

export interface Cluster {
  /** Plain HTTP, on loopback. */
  readonly url: string;
  readonly calls: CallRecord;
  readonly cloudflare: CloudflareSandbox;
  /** What only an emulated API server has. */
  readonly sandbox: SandboxSide | undefined;
  /** Undefined in a cluster without a node. */
  readonly node: NodeSide | undefined;
  stop(): Promise<void>;
}

export interface SandboxSide {
  /** The Kubernetes API without HTTP. */
  readonly api: KubeApi;
  readonly faults: Faults;
  /** The authorization decisions about the operator. */
  readonly authorizations: AuthorizationLog;
}

/** Pods, and the edge before them. */
export interface NodeSide {
  readonly kubelet: Kubelet;
  readonly edge: Edge;
  /** HTTP proxy to the pods. */
  readonly podProxyUrl: string;
}

export interface ConnectorChoice {
  /** `null`: the built-in connector, even if there is a cloudflared. */
  readonly cloudflared?: null;
  /** Further programs that pods run. */
  readonly images?: () => readonly Image[];
}

/** Starts the cluster that the environment selects, with an empty Cloudflare. */
export function startCluster(choice: ConnectorChoice = {}): Promise<Cluster> {
  return isRealApi ? startRealCluster() : startSandboxCluster(choice);
}

/** Scenarios make far more calls than an operator may. The limit itself is tested with faults. */
export const CLOUDFLARE = { rateLimit: { quota: 100_000 } };

async function startSandboxCluster(choice: ConnectorChoice): Promise<Cluster> {
  const sandbox = await startSandbox({
    ...choice,
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
      faults: kubernetes.faults,
      authorizations: kubernetes.authorizations,
    },
    node: { kubelet, edge, podProxyUrl: sandbox.podProxyUrl },
    stop: () => sandbox.stop(),
  };
}

/**
 * A cluster on a real API server, with substitutes for the controllers that a bare one lacks. `source`: where the
 * server comes from, by default the environment. Only this loads client-node, which costs every importing test file
 * half a second.
 */
export async function startRealCluster(source?: RealApiSource): Promise<Cluster> {
  const cloudflare = await startCloudflare(CLOUDFLARE);
  const { startRealApiServer } = await import('cftunnel-sandbox/testing/real-api-server');
  const server = await startRealApiServer(source);
  const hasGarbageCollector = process.env['CFTUNNEL_TEST_HAS_GARBAGE_COLLECTOR'] !== undefined;
  const standIns = startStandIns(server.url, { hasGarbageCollector });
  return {
    url: server.url,
    calls: server.calls,
    cloudflare,
    sandbox: undefined,
    node: undefined,
    async stop() {
      await standIns.stop();
      await server.stop();
      await cloudflare.stop();
    },
  };
}
