/** The whole operator inside this process: `main.ts` without its flags, probes and election. */
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { createCloudflareSessions } from '../../src/adapters/cloudflare/sessions.ts';
import { RestClient } from '../../src/adapters/kubernetes/rest-client.ts';
import type { Logger } from '../../src/adapters/telemetry/logger.ts';
import { assemble } from '../../src/assembly.ts';
import type { TunnelFigures } from '../../src/core/status/figures.ts';
import type { Options } from '../../src/options.ts';
import { createClock } from '../../src/runtime/clock.ts';
import type { PassObserver } from '../../src/runtime/controller.ts';

export interface LocalOperator {
  /** Resolves when its caches are filled and it works; never, if it is stopped before. */
  readonly working: Promise<void>;
  /** What its metrics would say. */
  figures(): readonly TunnelFigures[];
  orphans(kind: 'tunnel' | 'record'): number;
  /** Ends every pass, as SIGTERM does; resolves when all of it is over. */
  stop(): Promise<void>;
}

export interface LocalOperatorOptions {
  /** Name of the cluster in tunnel names and DNS marks. */
  readonly cluster: string;
  readonly kubernetesUrl: string;
  /** Whom the API server takes it for; the sender of a request without a token by default. */
  readonly kubernetesUser?: string;
  readonly cloudflareUrl: string;
  /** How many times faster than real time it waits. */
  readonly speed: number;
  readonly observer: PassObserver;
  /** In real time, as lists are kept; a short one by default. */
  readonly driftIntervalMs?: number;
}

/** Longest time for one call of either API: stalled ones would make every test last half a minute. */
const CALL_TIMEOUT_MS = 1_000;

export function startLocalOperator(options: LocalOperatorOptions): LocalOperator {
  const { cluster, kubernetesUrl, cloudflareUrl, speed, observer, driftIntervalMs = DRIFT_INTERVAL_MS } = options;
  const clock = createClock(speed);
  const kubeConfig = plainConfig(kubernetesUrl, options.kubernetesUser);
  const rest = new RestClient(kubeConfig, CALL_TIMEOUT_MS);
  const cloudflare = createCloudflareSessions(cloudflareUrl, () => undefined, {
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
    clock,
  });
  const stopped = new AbortController();
  const begin = async (): Promise<void> => {
    await operator.start();
    await operator.synced();
    if (stopped.signal.aborted) return;
    await assembly.prime();
    for (const controller of controllers) controller.start();
  };
  return {
    working: begin(),
    figures: () => assembly.figures(),
    orphans: (kind) => assembly.orphans.count(kind),
    async stop() {
      stopped.abort();
      operator.stop();
      await Promise.all(controllers.map((controller) => controller.stop()));
      cloudflare.close();
      rest.close();
    },
  };
}

const MUTE: Logger = { debug: mute, info: mute, warn: mute, error: mute };
function mute(): void {}

/** Lists are shared and kept for the drift interval, which is real time: short enough for a test. */
const DRIFT_INTERVAL_MS = 2_000;

function flagsFor(clusterName: string, cloudflareBaseUrl: string): Omit<Options, 'driftIntervalMs'> {
  return {
    clusterName,
    watchNamespace: undefined,
    leaderElect: false,
    namespace: 'cftunnel-system',
    metricsBindAddress: '',
    healthBindAddress: '',
    workers: 4,
    logLevel: 'error',
    logFormat: 'json',
    cloudflareBaseUrl,
    kubeconfig: undefined,
  };
}

/** What the REST client asks of a KubeConfig, for a server on loopback. */
function plainConfig(server: string, user: string | undefined): KubeConfig {
  const config = {
    getCurrentCluster: () => ({ name: 'loopback', server }),
    applyToHTTPSOptions: async (request: RequestOptions) => {
      if (user !== undefined) request.headers = { 'impersonate-user': user };
    },
  };
  return config as unknown as KubeConfig;
}
