/** A real Envoy for measurements, with the files that it is given. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import type { ProxyPlace } from '../../src/core/proxy/place.ts';
import { until } from '../until.ts';
import { type Usage, usageOf } from '../usage.ts';

export interface BenchEnvoy {
  readonly port: number;
  usage(): Usage;
  stop(): Promise<void>;
}

/** Texts by the names of files, with `bootstrap.json` among them. */
export type EnvoyFiles = Readonly<Record<string, string>>;

/** Resolves once Envoy says that it is ready, at the `readyPort` of its place. */
export async function startEnvoy(program: string, filesFor: (place: ProxyPlace) => EnvoyFiles): Promise<BenchEnvoy> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-bench-envoy-'));
  const [configFolder, socketFolder] = ['config', 'sockets'].map((name) => path.join(folder, name)) as [string, string];
  for (const made of [configFolder, socketFolder]) mkdirSync(made);
  const [readyPort, httpPort, http2Port] = [await freePort(), await freePort(), await freePort()];
  const files = filesFor({ configFolder, socketFolder, readyPort, httpPort, http2Port });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(configFolder, name), text);
  const bootstrap = path.join(configFolder, 'bootstrap.json');
  const flags = ['--disable-hot-restart', '--concurrency', '2', '--log-level', 'error'];
  const child = spawn(program, ['-c', bootstrap, ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
  await until('Envoy is ready', () => isOk(readyPort));
  return {
    port: httpPort,
    usage: () => usageOf(child.pid),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isOk(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
  return answer?.ok === true;
}
