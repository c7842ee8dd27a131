/** Runs a few storms. `npm run test:storm` runs two thousand. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const MAIN = join(import.meta.dirname, 'main.ts');

/** The seeds are always the same. The long run takes others. */
const FLAGS = ['--runs=4', '--seed=5', '--at-once=4'];

/** Twenty times the duration on two cores, so that only a run that hangs is ended. */
const TIMEOUT_MS = 600_000;

// Invariants 29, 58.
it(
  'random changes and faults leave the right tunnels, records and finalizers, and nothing foreign is touched',
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...FLAGS]);

    expect(stdout).toContain('4 storms');
    expect(stdout).toContain(' 0 left problems');
    // Four storms may be over before any fault of Kubernetes meets a call; the long run counts them.
    expect(stdout).toMatch(/faults hit [1-9]\d* calls to Cloudflare \(/);
  },
  TIMEOUT_MS,
);
