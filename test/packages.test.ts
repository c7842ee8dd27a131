import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';

const LOCK_FILE = path.resolve(import.meta.dirname, '../package-lock.json');
const { packages } = JSON.parse(readFileSync(LOCK_FILE, 'utf8')) as {
  readonly packages: Readonly<Record<string, LockEntry>>;
};

interface LockEntry {
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const placesOf = (name: string): readonly string[] =>
  Object.keys(packages).filter((place) => place.endsWith(`node_modules/${name}`));

it('the abandoned package `request`, a dependency of the frame, is not installed', () => {
  expect(placesOf('request')).toEqual([]);
});

it('there is only one client-node, which the frame uses too', () => {
  expect(placesOf('@kubernetes/client-node')).toEqual(['node_modules/@kubernetes/client-node']);
});

it('every package is pinned by its checksum', () => {
  const installed = Object.entries(packages).filter(([place, { link }]) => place.includes('node_modules/') && !link);

  expect(installed.filter(([, { integrity }]) => integrity === undefined).map(([place]) => place)).toEqual([]);
});

it('the packages of every platform are listed, because `npm ci` fails without them', () => {
  const optional = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );

  expect(optional.filter((name) => placesOf(name).length === 0)).toEqual([]);
});
