/**
 * The built-in connector as a program: `node src/connector/main.ts tunnel run`, with cloudflared's arguments,
 * environment and files. It connects only to the configured edge.
 */
import { existsSync, readFileSync } from 'node:fs';
import { runCloudflared } from './cloudflared-run.ts';
import { dialByName, type DialOrigin } from './dial-origin.ts';
import { dialThroughProxy } from './dial-through-proxy.ts';
import { EarlyExit } from './early-exit.ts';

const files = {
  has: (path: string) => existsSync(path),
  get: (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
};

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function dialer(proxyUrl: string | undefined): DialOrigin {
  if (proxyUrl !== undefined) return dialThroughProxy(proxyUrl);
  return dialByName((host, port) => ({ kind: 'address', address: `${host}:${port}` }));
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

try {
  const env = environment();
  const run = runCloudflared({ argv: process.argv.slice(2), env, files }, { dial: dialer(env['HTTP_PROXY']), log });
  process.on('SIGTERM', run.terminate).on('SIGINT', run.terminate);
  process.exit(await run.exited);
} catch (error) {
  if (!(error instanceof EarlyExit)) throw error;
  if (error.message !== '') log(error.message);
  process.exitCode = error.code;
}
