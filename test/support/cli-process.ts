/** The command line as users run it: the bundle, as a separate process, with the rights of an administrator. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { World } from './world.ts';

const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'cftunnel.js');

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  /** For files of the scenario. */
  readonly folder: string;
  run(...args: readonly string[]): Promise<CliRun>;
  stop(): Promise<void>;
}

export async function startCli(world: Pick<World, 'kubeUrl' | 'cloudflare'>): Promise<CliProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'cftunnel-cli-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  await writeFile(kubeconfig, kubeconfigFor(world.kubeUrl));
  const env = { PATH: process.env['PATH'], KUBECONFIG: kubeconfig, CLOUDFLARE_BASE_URL: world.cloudflare.url };
  return {
    folder,
    run: (...args) =>
      new Promise((resolve) => {
        const child = execFile(process.execPath, [BUNDLE, ...args], { env }, (_, stdout, stderr) =>
          resolve({ code: child.exitCode, stdout, stderr }),
        );
      }),
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The server of a scenario treats a request without a token as the administrator's. */
export function kubeconfigFor(server: string): string {
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'world', cluster: { server } }],
    users: [{ name: 'admin', user: {} }],
    contexts: [{ name: 'world', context: { cluster: 'world', user: 'admin' } }],
    'current-context': 'world',
  });
}
