/** A real Envoy in a folder of its own, with the configuration that the operator publishes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { ProxyFiles } from '../../src/core/proxy/compile.ts';
import type { ProxyPlace } from '../../src/core/proxy/place.ts';
import { type Answer, type VisitorRequest, ask } from './visitor.ts';

export interface Envoy {
  /** Replaces the configuration as the kubelet does, and waits until Envoy has read it. */
  publish(files: ProxyFiles): Promise<void>;
  /** Replaces the configuration without waiting. */
  replace(files: ProxyFiles): void;
  /** Sends a request as cloudflared does. */
  ask(request: VisitorRequest): Promise<Answer>;
  /** A page of the port for the kubelet and for metrics. */
  page(path: string): Promise<Answer>;
  /** What Envoy has warned about. */
  log(): string;
  stop(): Promise<void>;
}

/** A folder for an Envoy, and free ports. */
export async function aPlace(certificate?: { readonly cert: string; readonly key: string }): Promise<ProxyPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  const [configFolder, socketFolder, certificateFolder] = ['config', 'sockets', 'certificate'].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  }) as [string, string, string];
  if (certificate !== undefined) {
    writeFileSync(join(certificateFolder, 'tls.crt'), certificate.cert);
    writeFileSync(join(certificateFolder, 'tls.key'), certificate.key);
  }
  const ports = { readyPort: await freePort(), httpPort: await freePort(), http2Port: await freePort() };
  return { configFolder, socketFolder, ...ports, ...(certificate === undefined ? {} : { certificateFolder }) };
}

export async function startEnvoy(program: string, place: ProxyPlace, files: ProxyFiles): Promise<Envoy> {
  const { configFolder, readyPort, httpPort, http2Port } = place;
  let published = 0;
  const replace = (next: ProxyFiles): void => {
    published += 1;
    writeVersion(configFolder, next, published);
  };
  replace(files);
  const process = spawn(
    program,
    ['-c', join(configFolder, 'bootstrap.json'), '--disable-hot-restart', '--concurrency', '2', '--log-level', 'warn'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const log: string[] = [];
  process.stderr.on('data', (chunk: Buffer) => log.push(String(chunk)));
  const page = (path: string): Promise<Answer> => ask({ port: readyPort }, { path });
  const reads = async (): Promise<number> => readsIn((await page('/stats/prometheus')).text);
  await eventually(async () => {
    if (process.exitCode !== null) throw new Error(`Envoy has ended: ${log.join('')}`);
    expect((await page('/ready')).status).toBe(200);
  });
  return {
    replace,
    page,
    log: () => log.join(''),
    ask: (request) => ask({ port: request.isHttp2 ? http2Port : httpPort }, request),
    publish: async (next) => {
      const before = await reads();
      replace(next);
      await eventually(async () => {
        expect(await reads()).toBe(before + 2);
      });
    },
    stop: () => stop(process, configFolder),
  };
}

/** How often Envoy has read a file of routes or clusters. */
function readsIn(stats: string): number {
  const lines = stats.split('\n').filter((line) => /^envoy_(http_rds|cluster_manager_cds)_update_attempt\{/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** A mounted ConfigMap is a folder of links to files in a folder that is replaced as a whole. */
function writeVersion(folder: string, files: ProxyFiles, version: number): void {
  const name = `..${version}`;
  mkdirSync(join(folder, name));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, name, file), content);
  symlinkSync(name, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  if (version > 1) return rmSync(join(folder, `..${version - 1}`), { recursive: true });
  for (const file of Object.keys(files)) symlinkSync(join('..data', file), join(folder, file));
}

async function stop(process: ChildProcess, configFolder: string): Promise<void> {
  if (process.exitCode === null) {
    process.kill('SIGTERM');
    await once(process, 'exit');
  }
  rmSync(join(configFolder, '..'), { recursive: true });
}

/** Below the range from which systems take the ports of connections, so that none of these is taken meanwhile. */
const PORTS = { min: 10_000, max: 30_000 };

async function freePort(): Promise<number> {
  const port = randomInt(PORTS.min, PORTS.max);
  const server = createServer().listen(port, '127.0.0.1');
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (!isFree) return freePort();
  await once(server.close(), 'close');
  return port;
}
