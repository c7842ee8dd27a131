// Has kstatus, the library with which Flux waits, read the recorded states of every kind, by the Go program
// beside this file. Without Go on the machine it says so in one line.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const PROGRAM = resolve(import.meta.dirname, 'check-kstatus');

if (spawnSync('go', ['version']).error)
  console.log('check:kstatus was LEFT OUT: Go is not installed, and only it can run kstatus.');
else process.exitCode = go('test', '.') || go('run', '.', 'states.yaml');

function go(...args) {
  return spawnSync('go', args, { cwd: PROGRAM, stdio: 'inherit' }).status ?? 1;
}
