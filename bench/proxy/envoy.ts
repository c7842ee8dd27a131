/** Envoy before a backend, with the configuration that the operator publishes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import { digest } from '../../src/adapters/digest.ts';
import { type Hostname, parseHostname } from '../../src/core/model/hostname.ts';
import type { Route } from '../../src/core/model/route.ts';
import { compileProxy } from '../../src/core/proxy/compile.ts';
import { until } from '../until.ts';
import { type Usage, usageOf } from '../usage.ts';

export interface BenchEnvoy {
  readonly port: number;
  usage(): Usage;
  stop(): Promise<void>;
}

/** Resolves once Envoy serves the host. */
export async function startEnvoy(program: string, host: string, backendPort: number): Promise<BenchEnvoy> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-bench-envoy-'));
  const [configFolder, socketFolder] = ['config', 'sockets'].map((name) => path.join(folder, name)) as [string, string];
  for (const made of [configFolder, socketFolder]) mkdirSync(made);
  const [readyPort, httpPort, http2Port] = [await freePort(), await freePort(), await freePort()];
  const files = compileProxy([routeTo(host)], {
    hash: digest,
    endpointsOf: () => [{ address: '127.0.0.1', port: backendPort, id: 'backend' }],
    before: [],
    place: { configFolder, socketFolder, readyPort, httpPort, http2Port },
  });
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

function routeTo(host: string): Route {
  const backend = { service: 'bench/web', port: 80, protocol: 'http' } as const;
  const proxy = { backends: [{ weight: 1, backend }] };
  return { source: 'bench/web', origin: 'http://web.bench.svc:80', hostname: hostname(host), proxy };
}

function hostname(text: string): Hostname {
  const parsed = parseHostname(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.hostname;
}

async function isOk(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
  return answer?.ok === true;
}
