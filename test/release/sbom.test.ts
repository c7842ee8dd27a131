import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../src/version.ts';
import { type Bom, type Component, bundleBom, bundledPackages } from '../../tools/release/sbom.ts';

const component = (name: string, version: string): Component => ({
  'bom-ref': `${name}@${version}`,
  name,
  version,
  purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
});

const WHOLE: Bom = {
  serialNumber: 'urn:uuid:random',
  metadata: { timestamp: 'now', tools: [], component: component('folder', '1.0.0') },
  components: [
    component('a', '1.0.0'),
    component('a', '2.0.0'),
    component('@s/b', '1.0.0'),
    component('test', '1.0.0'),
  ],
  dependencies: [
    { ref: 'folder@1.0.0', dependsOn: ['a@1.0.0', 'test@1.0.0'] },
    { ref: 'test@1.0.0', dependsOn: [] },
    { ref: '@s/b@1.0.0', dependsOn: ['a@2.0.0'] },
  ],
};

const BUILD = {
  lock: {
    packages: {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/@s/b': { version: '1.0.0' },
      'node_modules/@s/b/node_modules/a': { version: '2.0.0' },
    },
  },
  sources: ['../src/main.ts', '../node_modules/@s/b/lib/x.js', '../node_modules/@s/b/node_modules/a/index.js'],
  name: 'program',
  epoch: undefined,
};

describe('the SBOM of a bundle', () => {
  it('lists exactly the packages of which it has code, each in its own version', () => {
    expect([...bundledPackages(BUILD)]).toEqual(['@s/b@1.0.0', 'a@2.0.0']);
    expect(bundleBom(WHOLE, BUILD).components.map((part) => part['bom-ref'])).toEqual(['a@2.0.0', '@s/b@1.0.0']);
  });

  it('finds the packages wherever the project is', () => {
    expect([...bundledPackages({ ...BUILD, sources: ['../../../home/me/node_modules/@s/b/lib/x.js'] })]).toEqual([
      '@s/b@1.0.0',
    ]);
  });

  it('says which of them needs which', () => {
    expect(bundleBom(WHOLE, BUILD).dependencies).toEqual([
      { ref: 'folder@1.0.0', dependsOn: [] },
      { ref: '@s/b@1.0.0', dependsOn: ['a@2.0.0'] },
    ]);
  });

  it('is of an application with a name, whatever the folder is called', () => {
    expect(bundleBom(WHOLE, BUILD).metadata.component).toMatchObject({ type: 'application', name: 'program' });
  });

  it('is equal for equal input, and has another serial number for another one', () => {
    const other = { ...WHOLE, serialNumber: 'urn:uuid:other', metadata: { ...WHOLE.metadata, timestamp: 'later' } };
    const bom = bundleBom(WHOLE, BUILD);

    expect(bundleBom(other, BUILD)).toEqual(bom);
    expect(bom['serialNumber']).toMatch(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(bundleBom(WHOLE, { ...BUILD, sources: [] })['serialNumber']).not.toBe(bom['serialNumber']);
  });

  it('has the time of the commit, if it is given', () => {
    expect(bundleBom(WHOLE, { ...BUILD, epoch: 1 }).metadata).toHaveProperty('timestamp', '1970-01-01T00:00:01.000Z');
    expect(bundleBom(WHOLE, BUILD).metadata).not.toHaveProperty('timestamp');
  });

  it('is refused if a package in the bundle is missing from it', () => {
    const unlisted = { ...BUILD, sources: ['../node_modules/c/index.js'] };
    const locked = { ...unlisted, lock: { packages: { 'node_modules/c': { version: '3.0.0' } } } };

    expect(() => bundleBom(WHOLE, unlisted)).toThrow('package-lock.json does not list node_modules/c');
    expect(() => bundleBom(WHOLE, locked)).toThrow('npm sbom does not list c@3.0.0');
  });
});

describe('the SBOM of this release', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-sbom-'));
  let bom: Bom;

  beforeAll(() => {
    const file = path.join(folder, 'sbom.json');
    execFileSync(process.execPath, ['tools/release/main.ts', 'sbom', file]);
    bom = JSON.parse(readFileSync(file, 'utf8')) as Bom;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is CycloneDX, and names the operator and its version', () => {
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', version: 1, metadata: { component: { version: VERSION } } });
  });

  it('gives a licence and a checksum of every package', () => {
    const incomplete = bom.components.filter((part) => part['licenses'] === undefined || part['hashes'] === undefined);

    expect(incomplete.map((part) => part['bom-ref'])).toEqual([]);
  });

  it('has the packages that the operator runs with, and none that only the tests use', () => {
    const names = bom.components.map(({ purl }) => decodeURIComponent(purl));

    expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/^pkg:npm\/cloudflare@/)]));
    expect(names.filter((name) => /^pkg:npm\/(?:jest|cftunnel-sandbox|undici)@/.test(name))).toEqual([]);
  });
});
