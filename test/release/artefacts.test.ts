/** The chart and the manifests as a release publishes them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../src/version.ts';
import { describeWith } from '../support/programs.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DIGEST = `sha256:${'a'.repeat(64)}`;
const REGISTRY = 'registry.example.com/Acme';
const IMAGE = 'registry.example.com/acme/cftunnel-operator';

const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-artefacts-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the manifests', () => {
  it('run the image of the release, pinned by its digest', () => {
    const file = path.join(folder, 'install.yaml');
    release({}, 'manifests', REGISTRY, DIGEST, file);

    expect(imagesIn(readFileSync(file, 'utf8'))).toEqual([`${IMAGE}:${VERSION}@${DIGEST}`]);
  });
});

describeWith('helm', 'the chart', (helm) => {
  const run = (...args: readonly string[]): string => execFileSync(helm, args, { encoding: 'utf8', stdio: 'pipe' });

  it('runs the image of the release, pinned by its digest, in every pod', () => {
    const PATH = [path.dirname(helm), process.env['PATH']].join(path.delimiter);
    release({ PATH }, 'chart', REGISTRY, DIGEST, folder);
    const chart = path.join(folder, `cftunnel-operator-${VERSION}.tgz`);
    const images = imagesIn(run('template', 'operator', chart));

    expect(run('show', 'chart', chart)).toMatch(new RegExp(`^appVersion: ${VERSION}$`, 'm'));
    expect(images).not.toEqual([]);
    expect(images.filter((image) => image !== `${IMAGE}@${DIGEST}`)).toEqual([]);
  });
});

function release(env: Readonly<Record<string, string>>, ...args: readonly string[]): void {
  execFileSync(process.execPath, ['tools/release/main.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'pipe',
  });
}

function imagesIn(manifests: string): readonly string[] {
  return [...manifests.matchAll(/^\s+(?:- )?image: ["']?([^\s"']+)/gm)].map(([, image = '']) => image);
}
