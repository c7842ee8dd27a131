/** The whole operator inside this process: `main.ts` without its flags and probes. */
import { randomUUID } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { createCloudflareSessions } from '../../src/adapters/cloudflare/sessions.ts';
import { createLeaseLock } from '../../src/adapters/kubernetes/lease.ts';
import { RestClient } from '../../src/adapters/kubernetes/rest-client.ts';
import type { Logger } from '../../src/adapters/telemetry/logger.ts';
import { assemble } from '../../src/wiring/assemble.ts';
import { LEASE_NAME } from '../../src/api/names.ts';
import type { TunnelFigures } from '../../src/core/status/figures.ts';
import type { Options } from '../../src/options.ts';
import { createClock } from '../../src/runtime/clock.ts';
import type { PassObserver } from '../../src/runtime/controller.ts';
import { LeaderElection } from '../../src/runtime/leader.ts';

export interface LocalOperator {
  /** Resolves when its caches are filled and it works. Never resolves if it is stopped before. */
  readonly working: Promise<void>;
  /** The values of its metrics. */
  figures(): readonly TunnelFigures[];
  orphans(kind: 'tunnel' | 'record'): number;
  /** Ends every pass and releases the Lease, as SIGTERM does. Resolves when everything has ended. */
  stop(): Promise<void>;
}

export interface LocalOperatorOptions {
  /** Name of the cluster in tunnel names and record marks. */
  readonly cluster: string;
  readonly kubernetesUrl: string;
  /** Its user at the API server. Default: that of requests without a token. */
  readonly kubernetesUser?: string;
  readonly cloudflareUrl: string;
  /** Factor by which it waits faster than in real time. */
  readonly speed: number;
  /** HTTP proxy to the pods of the cluster. */
  readonly podProxyUrl?: string;
  readonly observer: PassObserver;
  /** In real time, as is the age of lists. Default: a short one. */
  readonly driftIntervalMs?: number;
  /** Duration of its Lease in real time. Without it there is no election. */
  readonly leaseMs?: number;
}

/** Timeout of a call to either API. Stalled calls would otherwise make every test last half a minute. */
const CALL_TIMEOUT_MS = 2_000;

const NAMESPACE = 'cftunnel-system';

export function startLocalOperator(options: LocalOperatorOptions): LocalOperator {
  const { cluster, kubernetesUrl, cloudflareUrl, speed, observer, driftIntervalMs = DRIFT_INTERVAL_MS } = options;
  const clock = createClock(speed);
  const kubeConfig = plainConfig(kubernetesUrl, options.kubernetesUser);
  const rest = new RestClient(kubeConfig, CALL_TIMEOUT_MS);
  const election = options.leaseMs === undefined ? undefined : electionOn(rest, options.leaseMs);
  const assertLeading = (): void => election?.assertLeading();
  const cloudflare = createCloudflareSessions(cloudflareUrl, () => undefined, {
    assertLeading,
    clock,
    callTimeoutMs: CALL_TIMEOUT_MS,
  });
  const { operator, controllers, ...assembly } = assemble({
    options: { ...flagsFor(cluster, cloudflareUrl), driftIntervalMs },
    cluster,
    kubeConfig,
    rest,
    cloudflare,
    observer,
    log: MUTE,
    podProxy: options.podProxyUrl === undefined ? undefined : new URL(options.podProxyUrl),
    clock,
    assertLeading,
  });
  const stopped = new AbortController();
  const begin = async (): Promise<void> => {
    await operator.start();
    await operator.synced();
    if (stopped.signal.aborted) return;
    await election?.acquire();
    await assembly.prime();
    for (const controller of controllers) controller.start();
    void election?.keep();
  };
  return {
    working: begin(),
    figures: () => assembly.figures(),
    orphans: (kind) => assembly.orphans.count(kind),
    async stop() {
      stopped.abort();
      operator.stop();
      await Promise.all(controllers.map((controller) => controller.stop()));
      await election?.release();
      cloudflare.close();
      rest.close();
    },
  };
}

function electionOn(rest: RestClient, durationMs: number): LeaderElection {
  return new LeaderElection(createLeaseLock(rest, { namespace: NAMESPACE, name: LEASE_NAME }, CALL_TIMEOUT_MS), {
    identity: randomUUID(),
    durationMs,
    renewEveryMs: durationMs / 5,
    onFailure: () => undefined,
  });
}

const MUTE: Logger = { debug: mute, info: mute, warn: mute, error: mute };
function mute(): void {}

/** Lists are shared and kept for the drift interval, which is in real time and short enough for a test. */
const DRIFT_INTERVAL_MS = 2_000;

function flagsFor(clusterName: string, cloudflareBaseUrl: string): Omit<Options, 'driftIntervalMs'> {
  return {
    clusterName,
    watchNamespace: undefined,
    servesGatewayApi: true,
    leaderElect: false,
    namespace: NAMESPACE,
    metricsBindAddress: '',
    metricsHostnames: 500,
    healthBindAddress: '',
    workers: 4,
    logLevel: 'error',
    logFormat: 'json',
    cloudflareBaseUrl,
    kubeconfig: undefined,
    podProxy: undefined,
  };
}

/** The part of a KubeConfig that the REST client uses, for a server on loopback. */
export function plainConfig(server: string, user?: string): KubeConfig {
  const config = {
    getCurrentCluster: () => ({ name: 'loopback', server }),
    applyToHTTPSOptions: async (request: RequestOptions) => {
      if (user !== undefined) request.headers = { 'impersonate-user': user };
    },
  };
  return config as unknown as KubeConfig;
}
