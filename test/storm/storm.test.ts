/** A few storms in every test run; `npm run test:storm` makes two thousand. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const MAIN = join(import.meta.dirname, 'main.ts');

/** The same ones every time; other seeds are for the long run. */
const FLAGS = ['--runs=4', '--seed=5', '--at-once=4'];

// Invariant 29.
it('storms leave no trace: no tunnel, record or finalizer too many or too few, and nothing foreign touched', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...FLAGS]);

  expect(stdout).toContain('4 storms');
  expect(stdout).toContain(' 0 left a trace');
  expect(stdout).toMatch(/struck [1-9]\d* calls of Cloudflare \(.*\) and [1-9]\d* of Kubernetes/);
});
