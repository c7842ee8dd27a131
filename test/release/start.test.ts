/** What a person gets who starts a program of this project by hand: usage, version, and a sentence on an old Node. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { VERSION } from '../../src/version.ts';
import { describeWithOldNode } from '../support/old-node.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly devEngines: { readonly runtime: { readonly version: string } };
}

const MANIFEST = manifestIn('.');
const SANDBOX = manifestIn('packages/sandbox');

/** The commands behind the npm scripts, without the build, which would replace the bundle under other tests. */
const PROGRAMS = [
  { name: 'node dist/main.js', args: ['dist/main.js'], folder: '.', version: `cftunnel-operator ${VERSION}\n` },
  { name: 'npm start', args: nodeArguments(MANIFEST, 'start'), folder: '.', version: `cftunnel-operator ${VERSION}\n` },
  {
    name: 'npm run demo',
    args: nodeArguments(MANIFEST, 'demo'),
    folder: '.',
    version: `cftunnel-operator ${VERSION}\n`,
  },
  {
    name: 'npm run sandbox',
    args: nodeArguments(SANDBOX, 'start'),
    folder: 'packages/sandbox',
    version: `cftunnel-sandbox ${VERSION}\n`,
  },
];

describe.each(PROGRAMS)('$name', ({ args, folder, version }) => {
  const run = (...flags: readonly string[]): ReturnType<typeof runNode> =>
    runNode(process.execPath, [...args, ...flags], folder);

  it('answers --help with its usage', () => {
    expect(run('--help')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Usage: ') });
  });

  it('answers --version', () => {
    expect(run('--version')).toEqual({ status: 0, stderr: '', stdout: version });
  });

  it('refuses a flag that it does not know', () => {
    const { status, stderr } = run('--no-such-flag');

    expect(status).not.toBe(0);
    expect(stderr).toContain('--no-such-flag');
    expect(stderr).not.toContain('    at ');
  });
});

describe('the Node that is needed', () => {
  const [, required = ''] = /REQUIRED = \[(\d+, \d+, \d+)\]/.exec(textOf('src/require-node.mjs')) ?? [];
  const wanted = required.replaceAll(', ', '.');

  it.each([MANIFEST, SANDBOX])('is the same in every manifest and in the check at start', ({ devEngines }) => {
    expect(devEngines.runtime.version).toBe(`>=${wanted}`);
  });

  it('is what runs these tests', () => {
    expect(runNode(process.execPath, ['src/require-node.mjs'], '.')).toMatchObject({ status: 0, stderr: '' });
  });

  describeWithOldNode('is asked for in one sentence by an older one', (node) => {
    // One that watches says it too, and waits for a change.
    const scripts = Object.keys(MANIFEST.scripts).filter((name) =>
      /require-node(?!.*--watch)/.test(MANIFEST.scripts[name] ?? ''),
    );
    const starts = [['dist/main.js'], ['dist/cftunnel.js'], ...scripts.map((name) => nodeArguments(MANIFEST, name))];

    it.each(starts)('%s', (...args) => {
      const { status, stdout, stderr } = runNode(node, args, '.');

      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^cftunnel needs Node\\.js ${wanted} or later, and this is .*\\n$`));
    });
  });
});

function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(textOf(path.join(folder, 'package.json'))) as Manifest;
}

/** What a script gives to Node. */
function nodeArguments({ scripts }: Manifest, name: string): readonly string[] {
  const command = scripts[name]?.split(' && ').at(-1) ?? '';
  return command.replace(/^node /, '').split(' ');
}

/** Runs a program without the variables of npm and of the machine. */
function runNode(node: string, args: readonly string[], folder: string) {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd: path.join(ROOT, folder), env: {}, encoding: 'utf8' });
  return { status, stdout, stderr };
}
