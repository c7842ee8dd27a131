/** A sandbox in which only the real helm installs the operator, which then runs as a pod. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from 'cftunnel-sandbox/sandbox';
import { CHART_FOLDER } from './chart.ts';
import { type KubeClient, createKubeClient } from './kube-client.ts';
import { operatorImage } from './operator-image.ts';
import { SPEED } from './world.ts';
import { CLOUDFLARE } from './world-cluster.ts';

const exec = promisify(execFile);

export interface HelmWorld {
  readonly sandbox: Sandbox;
  readonly kube: KubeClient;
  readonly token: string;
  /** The values that every operator in this world needs. */
  readonly values: readonly string[];
  /** Runs helm in the namespace of the operator. Resolves with all that it prints, and how it ends. */
  helm(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }>;
  stop(): Promise<void>;
}

/** `program`: the path of helm. */
export async function startHelmWorld(program: string): Promise<HelmWorld> {
  const sandbox = await startSandbox({
    timeScale: 50,
    cloudflare: CLOUDFLARE,
    kubernetes: { enforceOwnerReferences: true },
    images: (kubernetes) => [operatorImage(kubernetes, SPEED)],
  });
  const { admin, url } = sandbox.cloudflare;
  const account = admin.addAccount({ name: 'test', team: 'test' }).id;
  const zones = [admin.addZone({ name: 'example.com', account }).id];
  const home = await mkdtemp(join(tmpdir(), 'cftunnel-helm-'));
  await writeFile(join(home, 'config'), sandbox.kubernetes.kubeconfig());
  const env = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: join(home, 'config') };
  return {
    sandbox,
    kube: createKubeClient(sandbox.kubernetes.url, sandbox.kubernetes.api),
    token: admin.addToken({ accounts: [account], zones }),
    values: [
      `--set=flags.cloudflareBaseUrl=${url},flags.clusterName=test,flags.podProxy=${sandbox.podProxyUrl}`,
      // The clocks of the cluster run faster, the operator's start does not.
      '--set=startupProbe.failureThreshold=6000,livenessProbe.failureThreshold=600',
    ],
    helm: (...args) => run(program, ['--namespace=cftunnel-system', ...args], env),
    async stop() {
      await sandbox.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  try {
    const { stdout, stderr } = await exec(program, args.map(chartPath), { env });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as {
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    };
    return { code, output: stdout + stderr };
  }
}

function chartPath(arg: string): string {
  return arg === 'CHART' ? CHART_FOLDER : arg;
}
