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
}

export interface Surroundings {
  readonly world: CrashWorld;
  readonly kubernetesUrl: string;
  readonly cloudflareUrl: string;
  /** How many times faster than real time it waits, if its time can be hurried. */
  readonly speed: number;
  readonly observer: PassObserver;
}

/** Starts an operator; it need not live to work. */
export type StartOperator = (surroundings: Surroundings) => Promise<Operator>;

/**
 * In this process, with its time sped up. Once its gates are closed nothing it does can be seen from outside, which
 * is what makes ending it as good as a kill.
 */
export const startInProcess: StartOperator = async ({ kubernetesUrl, cloudflareUrl, speed, observer }) => {
  const operator = startLocalOperator({ cluster: CLUSTER, kubernetesUrl, cloudflareUrl, speed, observer });
  operator.working.catch(() => undefined);
  return { kill: () => operator.stop() };
};

/** As its own process, which gets a SIGKILL; in real time. */
export const startAsProcess: StartOperator = async ({ world, kubernetesUrl, cloudflareUrl }) => {
  const folder = await mkdtemp(join(tmpdir(), 'cftunnel-crash-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const { kubernetes } = world.sandbox;
  await writeFile(kubeconfig, kubernetes.kubeconfig().replace(kubernetes.url, kubernetesUrl));
  const running = startOperator([
    `--kubeconfig=${kubeconfig}`,
    `--cloudflare-base-url=${cloudflareUrl}`,
    `--cluster-name=${CLUSTER}`,
    '--leader-elect=false',
    '--drift-interval=2s',
    '--metrics-bind-address=127.0.0.1:0',
    '--health-bind-address=127.0.0.1:0',
  ]);
  return {
    async kill() {
      await running.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
