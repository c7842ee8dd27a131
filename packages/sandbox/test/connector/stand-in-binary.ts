import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';

const MAIN = path.resolve(import.meta.dirname, '../../src/connector/main.ts');

/** An executable with cloudflared's arguments and environment that runs the built-in connector. */
export function standInBinary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-stand-in-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'cloudflared');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}
