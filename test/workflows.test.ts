/** The workflows of CI and release: valid, with the least permissions, and with the names of one registry. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from '@jest/globals';
import { describeWith, findProgram } from './support/programs.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly permissions: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const ROOT = path.resolve(import.meta.dirname, '..');
const FOLDER = path.join(ROOT, '.github/workflows');
const FILES = readdirSync(FOLDER);
const WORKFLOWS = FILES.map((file) => ({ file, text: textOf(file), workflow: load(textOf(file)) as Workflow }));
const [ci, release] = ['ci.yml', 'release.yml'].map((name) => WORKFLOWS.find(({ file }) => file === name)?.workflow);

const JOBS = WORKFLOWS.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file}: ${name}`, job, steps: job.steps ?? [] })),
);
const STEPS = JOBS.flatMap(({ steps }) => steps);

// Invariant 46.
describeWith('actionlint', 'every workflow', (actionlint) => {
  it.each(FILES)('is free of mistakes: %s', (file) => {
    const shellcheck = findProgram('shellcheck');
    const { stdout, stderr } = spawnSync(actionlint, [`-shellcheck=${shellcheck ?? ''}`, path.join(FOLDER, file)], {
      encoding: 'utf8',
    });

    expect(stdout + stderr).toBe('');
  });
});

describe('CI', () => {
  it('runs the commands of .ci/run, in the same order', () => {
    const commands = readFileSync(path.join(ROOT, '.ci/run'), 'utf8').match(/^npm .*$/gm);

    expect(ci?.jobs['check']?.steps?.flatMap(({ run }) => run ?? [])).toEqual(commands);
  });

  it('comes before everything that a release publishes', () => {
    const waits = (name: string): readonly string[] => [release?.jobs[name]?.needs ?? []].flat();
    const before = (name: string): readonly string[] => waits(name).flatMap((other) => [other, ...before(other)]);
    const published = Object.keys(release?.jobs ?? {}).filter((name) => !['version', 'ci'].includes(name));

    expect(release?.jobs['ci']?.uses).toBe('./.github/workflows/ci.yml');
    expect(published.filter((name) => !before(name).includes('ci'))).toEqual([]);
    expect(published).not.toEqual([]);
  });
});

describe('permissions', () => {
  /** What a job may do besides reading the code, and what it needs that for. */
  const GRANTED = {
    'ci.yml: check': {},
    'ci.yml: image': {},
    'release.yml: version': {},
    'release.yml: ci': {},
    'release.yml: executable': {},
    'release.yml: image': { packages: 'write', 'id-token': 'write', attestations: 'write' },
    'release.yml: chart': { packages: 'write', 'id-token': 'write', attestations: 'write' },
    'release.yml: publish': { contents: 'write', 'id-token': 'write', attestations: 'write' },
  };

  it.each(WORKFLOWS)('are none by default in $file', ({ workflow }) => {
    expect(workflow.permissions).toEqual({});
  });

  it('of each job are the least that it needs', () => {
    const found = Object.fromEntries(JOBS.map(({ name, job }) => [name, job.permissions]));
    const wanted = Object.entries(GRANTED).map(([name, granted]) => [name, { contents: 'read', ...granted }]);

    expect(found).toEqual(Object.fromEntries(wanted));
  });

  it('do not stay in the checked-out repository', () => {
    const checkouts = STEPS.filter(({ uses }) => uses?.startsWith('actions/checkout@'));

    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
    expect(checkouts).not.toEqual([]);
  });
});

describe('an action', () => {
  const used = WORKFLOWS.flatMap(({ text }) => text.match(/(?<=uses: )(?!\.\/).*$/gm) ?? []);

  it('is pinned by the hash of a commit, with its version beside it', () => {
    expect(used.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
    expect(used).not.toEqual([]);
  });

  it('is the same everywhere', () => {
    const names = new Set(used.map((action) => action.split('@')[0]));

    expect(names.size).toBe(new Set(used).size);
  });
});

describe('a job', () => {
  it.each(JOBS.filter(({ job }) => job.uses === undefined))('has a time limit: $name', ({ job }) => {
    expect(job['timeout-minutes']).toEqual(expect.any(Number));
  });

  it('publishes the image under the tag that the manifests name', () => {
    const tags = STEPS.flatMap((step) => step.with?.['tags'] ?? []);

    expect(tags).toEqual(['${{ steps.names.outputs.image }}:${{ steps.names.outputs.version }}']);
  });

  it('runs only scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      readonly scripts: object;
    };
    const called = STEPS.flatMap(({ run }) => [...(run ?? '').matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)]);

    expect(called.map(([, name = '']) => name).filter((name) => !(name in scripts))).toEqual([]);
    expect(called).not.toEqual([]);
  });

  it('gives each step of a release what it needs', () => {
    const usage = execFileSync(process.execPath, ['tools/release/main.ts', '--help'], { cwd: ROOT, encoding: 'utf8' });
    const steps = new Map(
      [...usage.matchAll(/^ {2}([a-z]+)((?: [A-Z_]+)*) /gm)].map(([, name, needs = '']) => [name, words(needs)]),
    );
    const calls = STEPS.flatMap(({ run }) => [...(run ?? '').matchAll(/\brelease -- ([a-z]+)([^>\n]*)/g)]);

    expect(calls.filter(([, name, given = '']) => steps.get(name) !== words(given)).map(([call]) => call)).toEqual([]);
    const inBuild = [
      ...readFileSync(path.join(ROOT, 'package.json'), 'utf8').matchAll(/tools\/release\/main\.ts ([a-z]+)/g),
    ];
    expect(new Set([...calls, ...inBuild].map(([, name]) => name))).toEqual(new Set(steps.keys()));
  });

  it('runs with the Node of the development dependencies', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      readonly optionalDependencies: Readonly<Record<string, string>>;
    };
    const version = readFileSync(path.join(ROOT, '.node-version'), 'utf8').trim();

    expect(new Set(Object.values(optionalDependencies))).toEqual(new Set([version]));
  });
});

describe('the name of a registry', () => {
  const HOST = /\b(?:ghcr\.io|docker\.io|quay\.io|gcr\.io|registry\.k8s\.io|public\.ecr\.aws)\b/g;

  it('is written once, as the default of a variable', () => {
    const literals = WORKFLOWS.flatMap(({ file, text }) => text.match(HOST)?.map((host) => `${file}: ${host}`) ?? []);

    expect(literals).toEqual(['release.yml: ghcr.io']);
    expect(release?.env?.['REGISTRY']).toMatch(/^\$\{\{ vars\.REGISTRY \|\| .*github\.repository_owner.*\}\}$/);
  });

  it('is in no manifest, and no image of ours has an owner', () => {
    const manifests = readdirSync(path.join(ROOT, 'deploy'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => ({ file, text: readFileSync(path.join(ROOT, 'deploy', file), 'utf8') }));
    const owned = /[\w.-]+\/cftunnel-operator\b(?!\.)/;
    const named = manifests.filter(({ text }) =>
      imagesIn(text).some((image) => image.match(HOST) ?? owned.test(image)),
    );

    expect(named.map(({ file }) => file)).toEqual([]);
  });
});

describe('dependabot', () => {
  const { updates } = load(readFileSync(path.join(ROOT, '.github/dependabot.yml'), 'utf8')) as {
    readonly updates: readonly { readonly 'package-ecosystem': string; readonly directory: string }[];
  };
  const MANIFESTS: Readonly<Record<string, string>> = {
    npm: 'package.json',
    docker: 'Dockerfile',
    gomod: 'go.mod',
    'github-actions': '.github/workflows',
  };

  it.each(updates)('finds $package-ecosystem in $directory', (update) => {
    const manifest = MANIFESTS[update['package-ecosystem']] ?? '';

    expect(existsSync(path.join(ROOT, update.directory, manifest))).toBe(true);
  });
});

function textOf(file: string): string {
  return readFileSync(path.join(FOLDER, file), 'utf8');
}

function imagesIn(manifest: string): readonly string[] {
  return [...manifest.matchAll(/^\s*(?:- )?(?:image|name|newName|repository|registry): *["']?([\w./:@-]+)/gm)].map(
    ([, image = '']) => image,
  );
}

/** The number of words, of which one may be in quotes. */
function words(text: string): number {
  return text.match(/"[^"]*"|\S+/g)?.length ?? 0;
}
