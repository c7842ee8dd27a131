// Has the API server's own validation check every manifest of this project, and what the chart renders with the values
// in its folder ci, by the Go program beside this file. Its tests are not cached, because they also read deploy/. Without
// Go on the machine it says so in one line.
// RELEASE=0.33.13 takes the validation of another Kubernetes release.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CHART, findHelm, renderChart } from './helm.mjs';

const DEPLOY = readdirSync('deploy')
  .filter((name) => name !== 'helm')
  .map((name) => join('deploy', name));
/** The definitions of the Gateway API, and the examples that need them. */
const GATEWAY_API = 'node_modules/.programs/gateway-api';
const OF_GATEWAY_API = /gateway-api$/;
const EXAMPLES = readdirSync('examples').map((name) => join('examples', name));
const MANIFESTS = ['crds', ...DEPLOY, ...withGatewayApi(), 'docs', 'README.md', 'CHANGELOG.md'].map((path) =>
  resolve(path),
);
const PROGRAM = resolve(import.meta.dirname, 'check-manifests');

if (spawnSync('go', ['version']).error) {
  console.log(
    'check:manifests was LEFT OUT: Go is not installed, and only it can run the validation of the API server.',
  );
} else {
  const { RELEASE: release } = process.env;
  const paths = [...MANIFESTS, ...renderings()];
  process.exitCode =
    release === undefined ? go('test', '-count=1', '.') || go('run', '.', ...paths) : checkWith(release, paths);
}

function withGatewayApi() {
  if (existsSync(GATEWAY_API)) return [...EXAMPLES, GATEWAY_API];
  console.log('There is no gateway-api (npm run programs), so examples of the Gateway API are not checked.');
  return EXAMPLES.filter((path) => !OF_GATEWAY_API.test(path));
}

/** A folder with what the chart renders, one file for each file of values; none without helm. */
function renderings() {
  const helm = findHelm();
  if (helm === undefined) {
    console.log('There is no helm (npm run programs), so what the chart renders is not checked.');
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'chart-'));
  for (const name of readdirSync(join(CHART, 'ci')))
    writeFileSync(join(folder, name), renderChart(helm, '--values', join(CHART, 'ci', name)));
  return [folder];
}

/** The same program with other modules: the go.mod of the project stays as it is. */
function checkWith(release, paths) {
  const modules = join(mkdtempSync(join(tmpdir(), 'check-manifests-')), 'go.mod');
  const pinned = readFileSync(join(PROGRAM, 'go.mod'), 'utf8');
  const direct = pinned.replaceAll(/^.* \/\/ indirect\n/gm, '');
  writeFileSync(modules, direct.replaceAll(/^(\tk8s\.io\/\S+) v\S+$/gm, `$1 v${release}`));
  return go('mod', 'tidy', `-modfile=${modules}`) || go('run', `-modfile=${modules}`, '.', ...paths);
}

function go(...args) {
  return spawnSync('go', args, { cwd: PROGRAM, stdio: 'inherit' }).status ?? 1;
}
