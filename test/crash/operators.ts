/** The two ways to run an operator that is going to be killed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PassObserver } from '../../src/runtime/controller.ts';
import { startLocalOperator } from '../support/local-operator.ts';
import { startOperator } from '../support/operator-process.ts';
import { CLUSTER, type CrashWorld } from './crash-world.ts';

export interface Operator {
  /** Ends it without ado: what it had in mind is lost. */
  kill(): Promise<void>;
  /** Ends it with SIGTERM, or with what comes to the same. */
  stop(): Promise<void>;
}

export interface Surroundings {
  readonly world: CrashWorld;
  readonly kubernetesUrl: string;
  readonly cloudflareUrl: string;
  /** False: it leads without a Lease. */
  readonly hasElection: boolean;
  /** How many times faster than real time it waits, if its time can be hurried. */
  readonly speed: number;
  readonly observer: PassObserver;
}

/** Starts an operator; it need not live to work. */
export type StartOperator = (surroundings: Surroundings) => Promise<Operator>;

/** A real Lease, of 10 s, that is waited out after every kill would make a story three times as long. */
const LEASE_MS = 6_000;

/**
 * In this process, with its time sped up. Once its gates are closed nothing it does can be seen from outside, which
 * is what makes ending it as good as a kill.
 */
export const startInProcess: StartOperator = async ({ hasElection, kubernetesUrl, cloudflareUrl, speed, observer }) => {
  const lease = hasElection ? { leaseMs: LEASE_MS } : {};
  const operator = startLocalOperator({ cluster: CLUSTER, kubernetesUrl, cloudflareUrl, speed, observer, ...lease });
  operator.working.catch(() => undefined);
  return { kill: () => operator.stop(), stop: () => operator.stop() };
};

/** As its own process, which gets a SIGKILL; in real time. */
export const startAsProcess: StartOperator = async ({ world, hasElection, kubernetesUrl, cloudflareUrl }) => {
  const folder = await mkdtemp(join(tmpdir(), 'cftunnel-crash-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const { kubernetes } = world.sandbox;
  await writeFile(kubeconfig, kubernetes.kubeconfig().replace(kubernetes.url, kubernetesUrl));
  const running = startOperator([
    `--kubeconfig=${kubeconfig}`,
    `--cloudflare-base-url=${cloudflareUrl}`,
    `--cluster-name=${CLUSTER}`,
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
