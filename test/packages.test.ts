import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';

const LOCK_FILE = path.resolve(import.meta.dirname, '../package-lock.json');
const { packages } = JSON.parse(readFileSync(LOCK_FILE, 'utf8')) as { readonly packages: Record<string, unknown> };
const placesOf = (name: string): readonly string[] =>
  Object.keys(packages).filter((place) => place.endsWith(`node_modules/${name}`));

it('the abandoned `request`, which the frame would bring along, is not installed', () => {
  expect(placesOf('request')).toEqual([]);
});

it('there is one client-node, ours, for the frame too', () => {
  expect(placesOf('@kubernetes/client-node')).toEqual(['node_modules/@kubernetes/client-node']);
});
