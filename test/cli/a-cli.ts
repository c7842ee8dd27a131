/** The command line in this process, on an emulated cluster whose objects the test writes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudflareSandbox, startCloudflare } from 'cftunnel-sandbox/cloudflare/server';
import { type KubernetesSandbox, startKubernetes } from 'cftunnel-sandbox/kubernetes/server';
import { runCli } from '../../src/cli/program.ts';
import type { Io } from '../../src/cli/frame/io.ts';
import { type KubeClient, createKubeClient } from '../support/kube-client.ts';
import { manifestsIn } from '../support/manifests.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliWorld {
  readonly kubernetes: KubernetesSandbox;
  readonly kube: KubeClient;
  readonly cloudflare: CloudflareSandbox;
  /** An account with the zone example.com. */
  readonly accountId: string;
  /** A token with the permissions that the operator needs. */
  readonly token: string;
  /** A new folder for the files of a test. */
  readonly folder: string;
  /** Sets what happens while a command waits before it looks again. */
  whilePausing(happen: () => Promise<unknown>): void;
  /** Runs a command line as the administrator of the cluster, with its output as on no terminal. */
  run(...args: readonly string[]): Promise<Run>;
  /** The same on a terminal. */
  runOnTerminal(...args: readonly string[]): Promise<Run>;
  /** The same with standard input. */
  runWithInput(stdin: string, ...args: readonly string[]): Promise<Run>;
  stop(): Promise<void>;
}

/** Environment variables and standard input of a run. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly isTerminal?: boolean;
  readonly pause?: () => Promise<void>;
}

export async function startCliWorld(): Promise<CliWorld> {
  const kubernetes = await startKubernetes();
  const cloudflare = await startCloudflare({ rateLimit: { quota: 100_000 } });
  const accountId = cloudflare.admin.addAccount({ name: 'test', team: 'test' }).id;
  const zone = cloudflare.admin.addZone({ name: 'example.com', account: accountId }).id;
  const token = cloudflare.admin.addToken({ accounts: [accountId], zones: [zone] });
  const kube = createKubeClient(kubernetes.url, kubernetes.api);
  const folder = await mkdtemp(join(tmpdir(), 'cftunnel-cli-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  await writeFile(kubeconfig, kubernetes.kubeconfig());
  const definition = manifestsIn().find(({ kind }) => kind === 'CustomResourceDefinition');
  if (definition !== undefined) await kube.apply(definition);
  await eventually(() => kube.list('Tunnel'));
  let whilePausing: () => Promise<unknown> = nextTurn;
  const pause = async (): Promise<void> => void (await whilePausing());
  const env = { KUBECONFIG: kubeconfig, CLOUDFLARE_BASE_URL: cloudflare.url };
  return {
    kubernetes,
    kube,
    whilePausing: (happen) => {
      whilePausing = happen;
    },
    cloudflare,
    accountId,
    token,
    folder,
    run: (...args) => runWith({ env, pause }, ...args),
    runOnTerminal: (...args) => runWith({ env, pause, isTerminal: true }, ...args),
    runWithInput: (stdin, ...args) => runWith({ env, pause, stdin }, ...args),
    async stop() {
      await kubernetes.stop();
      await cloudflare.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Lets the emulated cluster go on. */
function nextTurn(): Promise<void> {
  return new Promise(setImmediate);
}

/** Runs a command line and collects what it prints. */
export async function runWith(surroundings: Surroundings, ...args: readonly string[]): Promise<Run> {
  const { env = {}, stdin = '', isTerminal = false, pause = () => Promise.resolve() } = surroundings;
  const printed = { out: '', err: '' };
  const collect = (key: 'out' | 'err') => ({
    write: (text: string) => void (printed[key] += text),
    isColoured: isTerminal,
  });
  const io: Io = {
    out: collect('out'),
    err: collect('err'),
    env,
    readStdin: () => Promise.resolve(stdin),
    nowMs: () => Date.now(),
    pause,
  };
  const flags = env['KUBECONFIG'] === undefined || args.includes('--help') ? [] : [`--kubeconfig=${env['KUBECONFIG']}`];
  const code = await runCli([...args.slice(0, 1), ...flags, ...args.slice(1)], io);
  return { code, ...printed };
}
