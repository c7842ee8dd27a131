/** `npm run release -- COMMAND`: the steps of .github/workflows/release.yml. docs/releasing.md describes them. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { VERSION } from '../../src/version.ts';
import { makeExecutable } from './executable.ts';
import { archiveName, krewManifest } from './krew.ts';
import { LICENCES_FILE, licencesOf, readPackage } from './licences.ts';
import { type Commit, changelogSection, releaseNotes } from './notes.ts';
import { namesIn, withImage, withRegistry } from './registry.ts';
import { type Bom, type Lock, bundleBom, bundledPlaces } from './sbom.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CHART = 'deploy/helm/cftunnel-operator';

interface Step {
  readonly needs: readonly string[];
  readonly does: string;
  readonly run: (...given: readonly string[]) => void | Promise<void>;
}

const STEPS: Readonly<Record<string, Step>> = {
  check: {
    needs: ['TAG'],
    does: 'refuse a tag that is not the version, or of which CHANGELOG.md says nothing',
    run: (tag = '') => {
      if (tag !== `v${VERSION}`) throw new Error(`the tag is ${tag}, but package.json has the version ${VERSION}`);
      changelogSection(textOf('CHANGELOG.md'), VERSION);
    },
  },
  names: {
    needs: ['REGISTRY'],
    does: 'print the names and the version to publish under, as lines for GITHUB_OUTPUT',
    run: (registry = '') => {
      for (const [name, value] of Object.entries({ ...namesIn(registry), version: VERSION }))
        process.stdout.write(`${name}=${value}\n`);
    },
  },
  sbom: {
    needs: ['FILE'],
    does: 'write the SBOM of dist/main.js',
    run: (file = '') => writeBom(file, 'dist/main.js', 'cftunnel-operator'),
  },
  licences: {
    needs: ['FOLDER'],
    does: 'write the licences of the packages in the bundles of a folder',
    run: (folder = '') => {
      const maps = readdirSync(folder).filter((file) => file.endsWith('.js.map'));
      const sources = maps.flatMap((file) => sourcesOf(path.join(folder, file)));
      const packages = [...bundledPlaces(sources)].map((place) => readPackage(path.join(ROOT, place)));
      writeFileSync(path.join(folder, LICENCES_FILE), licencesOf(packages));
    },
  },
  executable: {
    needs: ['FOLDER'],
    does: 'write an archive with dist/cftunnel.js as one executable for this platform, and its SBOM',
    run: executable,
  },
  chart: {
    needs: ['REGISTRY', 'DIGEST', 'FOLDER'],
    does: 'package the chart with the image of this release',
    run: chart,
  },
  manifests: {
    needs: ['REGISTRY', 'DIGEST', 'FILE'],
    does: 'write deploy/install.yaml with the image of this release',
    run: (registry = '', digest = '', file = '') =>
      writeFileSync(file, withImage(textOf('deploy/install.yaml'), { image: namesIn(registry).image, digest })),
  },
  krew: {
    needs: ['REPOSITORY_URL', 'FOLDER'],
    does: 'write the manifest for krew beside the archives in a folder',
    run: (repository = '', folder = '') => {
      const archives = readdirSync(folder)
        .filter((file) => file.endsWith('.tar.gz'))
        .map((file) => ({ file, sha256: sha256(path.join(folder, file)) }));
      writeFileSync(path.join(folder, 'cftunnel.yaml'), krewManifest({ tag: `v${VERSION}`, repository, archives }));
    },
  },
  notes: {
    needs: ['REGISTRY', 'REPOSITORY_URL'],
    does: 'print the release notes',
    run: (registry = '', repository = '') => {
      const { chart: name } = namesIn(registry);
      process.stdout.write(
        releaseNotes({
          changelog: textOf('CHANGELOG.md'),
          version: VERSION,
          commits: commitsSinceLastTag(),
          installation: installation(name, repository),
        }),
      );
    },
  },
};

function installation(chartName: string, repository: string): string {
  const files = `${repository}/releases/download/v${VERSION}`;
  return `### Install

\`\`\`sh
helm install cftunnel-operator oci://${chartName} --version ${VERSION} --namespace cftunnel-system --create-namespace
kubectl krew install --manifest-url=${files}/cftunnel.yaml
\`\`\`

Without Helm: \`kubectl apply --server-side -f ${files}/install.yaml\`. How to verify image, chart and files: docs/releasing.md.`;
}

/** `name`: of the program that the bundle is. */
function writeBom(file: string, bundle: string, name: string): void {
  const flags = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
  const whole = JSON.parse(execFileSync('npm', flags, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 27 })) as Bom;
  const lock = JSON.parse(textOf('package-lock.json')) as Lock;
  const sources = sourcesOf(path.join(ROOT, `${bundle}.map`));
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  const build = { lock, sources, name, epoch: epoch === undefined ? undefined : Number(epoch) };
  writeFileSync(file, `${JSON.stringify(bundleBom(whole, build), null, 2)}\n`);
}

function sourcesOf(map: string): readonly string[] {
  return (JSON.parse(readFileSync(map, 'utf8')) as { readonly sources: readonly string[] }).sources;
}

async function executable(folder = ''): Promise<void> {
  const os = platform();
  const name = archiveName({ os, arch: arch() === 'x64' ? 'amd64' : arch() });
  const inside = mkdtempSync(path.join(tmpdir(), 'cftunnel-'));
  try {
    await makeExecutable(path.join(ROOT, 'dist/cftunnel.js'), path.join(inside, 'cftunnel'));
    cpSync(path.join(ROOT, 'LICENSE'), path.join(inside, 'LICENSE'));
    cpSync(path.join(ROOT, 'dist', LICENCES_FILE), path.join(inside, LICENCES_FILE));
    // The executable contains Node, whose licence lies above its bin folder.
    cpSync(path.resolve(process.execPath, '../../LICENSE'), path.join(inside, 'LICENSE.node'));
    writeBom(path.join(inside, 'cftunnel.cdx.json'), 'dist/cftunnel.js', 'cftunnel');
    mkdirSync(folder, { recursive: true });
    execFileSync('tar', ['-czf', path.resolve(folder, name), ...readdirSync(inside)], { cwd: inside });
  } finally {
    rmSync(inside, { recursive: true });
  }
}

function chart(registry = '', digest = '', folder = ''): void {
  const copy = mkdtempSync(path.join(tmpdir(), 'chart-'));
  try {
    cpSync(path.join(ROOT, CHART), copy, { recursive: true });
    const values = path.join(copy, 'values.yaml');
    writeFileSync(values, withRegistry(readFileSync(values, 'utf8'), { registry: namesIn(registry).registry, digest }));
    mkdirSync(folder, { recursive: true });
    const version = [`--version=${VERSION}`, `--app-version=${VERSION}`];
    execFileSync('helm', ['package', copy, `--destination=${folder}`, ...version], { stdio: 'inherit' });
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function commitsSinceLastTag(): readonly Commit[] {
  const tags = git('tag', '--merged', 'HEAD', '--sort=-version:refname', 'v*').split('\n');
  const last = tags.find((tag) => tag !== '' && tag !== `v${VERSION}`);
  const log = git('log', '--no-merges', '--format=%H %s', last === undefined ? 'HEAD' : `${last}..HEAD`);
  return log.split('\n').flatMap((line) => {
    const [, hash, subject] = /^(\S+) (.+)$/.exec(line) ?? [];
    return hash === undefined || subject === undefined ? [] : [{ hash, subject }];
  });
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function usage(): string {
  const lines = Object.entries(STEPS).map(
    ([name, { needs, does }]) => `  ${[name, ...needs].join(' ').padEnd(34)} ${does}`,
  );
  return ['Usage: npm run release -- COMMAND', '', ...lines, ''].join('\n');
}

const [name = '', ...given] = process.argv.slice(2);
const step = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
if (name === '--help' || name === '-h') process.stdout.write(usage());
else if (step === undefined || step.needs.length !== given.length) {
  process.stderr.write(usage());
  process.exitCode = 2;
} else {
  try {
    await step.run(...given);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
