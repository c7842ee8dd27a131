/** The npm packages of this repository: what they contain, and what installing and packing them leaves behind. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../src/version.ts';
import { describeWithOldNode } from '../support/old-node.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDERS = [ROOT, path.join(ROOT, 'packages/sandbox')];

/** As `npm pack --json` says it: a list, or with npm 12 an object by name. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

describe('the package of the operator', () => {
  it('has the bundles, the definitions, and what explains them', () => {
    // Without its own build, which would replace the bundles under other tests.
    const { files } = pack('--dry-run', '--ignore-scripts');

    expect(files.map((file) => file.path).toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      ...readdirSync(path.join(ROOT, 'crds')).map((file) => `crds/${file}`),
      'dist/THIRD_PARTY_LICENSES',
      'dist/cftunnel.js',
      'dist/main.js',
      'package.json',
    ]);
  });
});

describe('the package of the sandbox', () => {
  const target = mkdtempSync(path.join(tmpdir(), 'cftunnel-pack-'));
  let before: readonly (readonly string[])[];
  let packed: Packed;

  beforeAll(() => {
    before = FOLDERS.map((folder) => readdirSync(folder));
    packed = pack('--workspace=cftunnel-sandbox', `--pack-destination=${target}`);
  });
  afterAll(() => rmSync(target, { recursive: true }));

  it('has the program, the library and their types, and no sources or tests', () => {
    const files = packed.files.map((file) => file.path);

    expect(files).toEqual(
      expect.arrayContaining(['README.md', 'dist/main.js', 'dist/sandbox.js', 'dist/sandbox.d.ts']),
    );
    expect(
      files.filter((file) => !/^(?:dist\/.*(?:\.js|\.d\.ts)|README\.md|LICENSE|package\.json)$/.test(file)),
    ).toEqual([]);
    expect(readdirSync(target)).toEqual([`cftunnel-sandbox-${VERSION}.tgz`]);
  });

  it('leaves nothing behind', () => {
    expect(FOLDERS.map((folder) => readdirSync(folder))).toEqual(before);
  });
});

describeWithOldNode('npm ci with the Node of the system', (node) => {
  it('prints no warning', () => {
    const npm = path.join(path.dirname(node), 'npm');
    const flags = ['ci', '--dry-run', '--offline', '--loglevel=warn'];
    const env = { PATH: [path.dirname(node), '/usr/bin', '/bin'].join(path.delimiter), HOME: tmpdir() };
    const output = execFileSync('sh', ['-c', '"$0" "$@" 2>&1', npm, ...flags], { cwd: ROOT, env, encoding: 'utf8' });

    expect(output.match(/^npm warn.*/gim)).toBeNull();
  });
});

function pack(...flags: readonly string[]): Packed {
  const output = execFileSync('npm', ['pack', '--json', ...flags], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
  const packed = Object.values(JSON.parse(output) as Readonly<Record<string, Packed>>);
  if (packed[0] === undefined) throw new Error(`npm pack printed ${output}`);
  return packed[0];
}
