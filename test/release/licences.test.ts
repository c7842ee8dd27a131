import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { licencesOf, readPackage } from '../../tools/release/licences.ts';
import { type Lock, bundledPackages } from '../../tools/release/sbom.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ISC = { name: 'b', version: '2.0.0', license: 'ISC', author: 'Bo', texts: ['ISC of Bo'] };

function jsonIn(file: string): unknown {
  return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
}

describe('the licences of the packages in a bundle', () => {
  it('are those that the packages bring, in the order of their names, and equal ones once', () => {
    const text = licencesOf([{ ...ISC, name: 'c' }, ISC, { ...ISC, name: 'a', texts: ['ISC of Al', 'NOTICE of Al'] }]);

    expect(text.split(/^-+$/m).slice(1)).toEqual([
      '\n\na 2.0.0 (ISC)\n\nISC of Al\n\nNOTICE of Al\n\n',
      '\n\nb 2.0.0 (ISC)\nc 2.0.0 (ISC)\n\nISC of Bo\n',
    ]);
  });

  it('name the author of a package that brings no text', () => {
    expect(licencesOf([{ ...ISC, license: 'MIT', texts: [] }])).toContain('(MIT)\n\nCopyright (c) Bo\n\nPermission is');
  });

  it('are refused if a package has none that is known', () => {
    expect(() => licencesOf([{ ...ISC, license: '', texts: [] }])).toThrow('b brings no text of its licence');
  });

  it('are read from the folder of a package', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'package-'));
    const files = {
      'package.json': JSON.stringify({ name: 'a', version: '1.0.0', license: 'MIT', author: { name: 'Al' } }),
      'license.md': 'text\n',
      UNLICENSE: 'free\n',
      'licences.js': 'code',
      'index.js': 'code',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);

    expect(readPackage(folder)).toEqual({
      name: 'a',
      version: '1.0.0',
      license: 'MIT',
      author: 'Al',
      texts: ['free', 'text'],
    });
    rmSync(folder, { recursive: true });
  });
});

it('the build writes a licence for every package that has code in a bundle, and for no other', () => {
  const lock = jsonIn('package-lock.json') as Lock;
  const sources = ['main', 'cftunnel'].flatMap(
    (name) => (jsonIn(`dist/${name}.js.map`) as { readonly sources: readonly string[] }).sources,
  );
  const text = readFileSync(path.join(ROOT, 'dist/THIRD_PARTY_LICENSES'), 'utf8');

  const titles = [...text.matchAll(/^(\S+) (\d\S+) \(\S+\)$/gm)].map(([, name, version]) => `${name}@${version}`);
  expect(titles.toSorted()).toEqual([...bundledPackages({ lock, sources })].toSorted());
  expect(titles.length).toBeGreaterThan(30);
});
