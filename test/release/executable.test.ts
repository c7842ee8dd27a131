import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-executable-'));
const program = path.join(folder, 'program');

/** Has what the bundle of a command line has: a first line for the shell, `require`, and `await` outside a function. */
const BUNDLE = `#!/usr/bin/env node
import { createRequire } from 'node:module';
const { basename } = createRequire(import.meta.url)('path');
const { EOL } = await import('node:os');
if (process.argv[2] === 'fail') throw new Error('failed on purpose');
process.stdout.write(JSON.stringify([basename(process.execPath), ...process.argv.slice(2)]) + EOL);
process.exitCode = 3;
`;

/** In a process of its own, as `npm run release` does it: postject takes hundreds of megabytes. */
beforeAll(() => {
  const bundle = path.join(folder, 'bundle.js');
  writeFileSync(bundle, BUNDLE);
  const make = `(await import('./tools/release/executable.ts')).makeExecutable(...process.argv.slice(1))`;
  execFileSync(process.execPath, ['--eval', make, bundle, program], { stdio: 'pipe' });
  rmSync(bundle);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('an executable runs the bundle, with its arguments and exit code, and needs no other file and no Node', () => {
  const { status, stdout, stderr } = spawnSync(program, ['get', '--help', '-o', 'json'], { env: {}, encoding: 'utf8' });

  expect({ stdout, stderr }).toEqual({ stdout: '["program","get","--help","-o","json"]\n', stderr: '' });
  expect(status).toBe(3);
});

it('an executable reports a failure of the bundle', () => {
  const { status, stderr } = spawnSync(program, ['fail'], { env: {}, encoding: 'utf8' });

  expect(status).toBe(1);
  expect(stderr).toContain('Error: failed on purpose');
});
