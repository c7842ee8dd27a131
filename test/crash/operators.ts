/** The two ways to run an operator that is going to be killed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PassObserver } from '../../src/runtime/controller.ts';
import { startLocalOperator } from '../support/local-operator.ts';
import { startOperator } from '../support/operator-process.ts';
import type { LocalWorld } from '../support/local-world.ts';

export interface Operator {
  /** Ends it immediately. Its work in progress is lost. */
  kill(): Promise<void>;
  /** Ends it with SIGTERM or an equivalent. */
  stop(): Promise<void>;
}

export interface OperatorOptions {
  readonly world: LocalWorld;
  readonly kubernetesUrl: string;
  readonly cloudflareUrl: string;
  /** False: it leads without a Lease. */
  readonly hasElection: boolean;
  /** How much faster than real time it waits, if its clock can be sped up. */
  readonly speed: number;
  readonly observer: PassObserver;
}

/** Starts an operator. It may be killed before it is ready. */
export type StartOperator = (options: OperatorOptions) => Promise<Operator>;

/** Shorter than the real Lease, which would make a story three times as long after every kill. */
const LEASE_MS = 6_000;

/**
 * In this process, with a faster clock. Once its proxies are closed, nothing that it does has an effect: ending it is
 * equivalent to a kill.
 */
export const startInProcess: StartOperator = async ({
  world,
  hasElection,
  kubernetesUrl,
  cloudflareUrl,
  speed,
  observer,
}) => {
  const lease = hasElection ? { leaseMs: LEASE_MS } : {};
  const { podProxyUrl } = world.sandbox;
  const urls = { kubernetesUrl, cloudflareUrl, podProxyUrl };
  const operator = startLocalOperator({ cluster: world.cluster, ...urls, speed, observer, ...lease });
  operator.working.catch(() => undefined);
  return { kill: () => operator.stop(), stop: () => operator.stop() };
};

/** As a separate process, killed with SIGKILL, in real time. */
export const startAsProcess: StartOperator = async ({ world, hasElection, kubernetesUrl, cloudflareUrl }) => {
  const folder = await mkdtemp(join(tmpdir(), 'cftunnel-crash-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const { kubernetes } = world.sandbox;
  await writeFile(kubeconfig, kubernetes.kubeconfig().replace(kubernetes.url, kubernetesUrl));
  const running = startOperator([
    `--kubeconfig=${kubeconfig}`,
    `--cloudflare-base-url=${cloudflareUrl}`,
    `--pod-proxy=${world.sandbox.podProxyUrl}`,
    `--cluster-name=${world.cluster}`,
    `--leader-elect=${hasElection}`,
    '--drift-interval=2s',
    '--metrics-bind-address=127.0.0.1:0',
    '--health-bind-address=127.0.0.1:0',
  ]);
  const after = (end: () => Promise<unknown>) => async (): Promise<void> => {
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  return { kill: after(() => running.kill()), stop: after(() => running.stop()) };
};
