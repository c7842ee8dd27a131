// Has the API server's own validation check every manifest of this project, by the Go program beside this file.
// Without Go on the machine it says so in one line.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const MANIFESTS = ['crds', 'deploy', 'examples', 'docs', 'README.md', 'CHANGELOG.md'].map((path) => resolve(path));
const program = resolve(import.meta.dirname, 'check-manifests');

if (spawnSync('go', ['version']).error) {
  console.log(
    'check:manifests was LEFT OUT: Go is not installed, and only it can run the validation of the API server.',
  );
} else {
  process.exitCode = go('test', '.') || go('run', '.', ...MANIFESTS);
}

function go(...args) {
  return spawnSync('go', args, { cwd: program, stdio: 'inherit' }).status ?? 1;
}
