import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import type { Sandbox } from 'cftunnel-sandbox/sandbox';

const MAIN = path.resolve(import.meta.dirname, '../dist/main.js');

export interface OperatorProcess {
  readonly child: ChildProcess;
  /** SIGTERM. Resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built operator as a separate process, as in a cluster. Its log goes to a file. */
export function startOperator(
  kubeconfig: string,
  { cloudflare, podProxyUrl }: Pick<Sandbox, 'cloudflare' | 'podProxyUrl'>,
  logFile: string,
): OperatorProcess {
  const flags = {
    kubeconfig,
    'cloudflare-base-url': cloudflare.url,
    'pod-proxy': podProxyUrl,
    'cluster-name': 'demo',
    'metrics-bind-address': '127.0.0.1:0',
    'health-bind-address': '127.0.0.1:0',
  };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr?.pipe(createWriteStream(logFile));
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  return {
    child,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
