import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../..');
const ROLLDOWN = path.join(
  path.dirname(createRequire(import.meta.url).resolve('rolldown/package.json')),
  'bin/cli.mjs',
);

let folder: string;

/** As `npm run build:sandbox` builds it, but elsewhere. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-package-'));
  const args = ['-c', 'rolldown.sandbox.config.mjs', '-d', folder, '--log-level', 'silent'];
  await run(process.execPath, [ROLLDOWN, ...args], { cwd: ROOT });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the sandbox that other projects import starts, answers and ends, with nothing of ours beside it', async () => {
  const script = `
    import { startSandbox } from './sandbox.js';
    const sandbox = await startSandbox();
    const { status } = await fetch(sandbox.kubernetes.url + '/version');
    await sandbox.stop();
    console.log(status);`;

  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });

  expect(stdout).toBe('200\n');
});
