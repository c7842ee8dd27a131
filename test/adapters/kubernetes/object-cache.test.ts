import { expect, it } from '@jest/globals';
import { ObjectCache } from '../../../src/adapters/kubernetes/object-cache.ts';
import type { KubeObject } from '../../../src/api/objects.ts';

const object = (name: string, resourceVersion = '1'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name, resourceVersion },
});

it('returns the object that was set last', () => {
  const cache = new ObjectCache();

  cache.set(object('a', '1'));
  cache.set(object('a', '2'));

  expect(cache.get('default/a')).toEqual(object('a', '2'));
  expect(cache.get('default/b')).toBeUndefined();
  expect(cache.list()).toEqual([object('a', '2')]);
});

it('finds cluster-scoped objects by name', () => {
  const cache = new ObjectCache();
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };

  cache.set(namespace);

  expect(cache.get('default')).toBe(namespace);
});

it('forgets a deleted object', () => {
  const cache = new ObjectCache();
  cache.set(object('a'));

  cache.delete('default/a');

  expect(cache.get('default/a')).toBeUndefined();
  expect(cache.list()).toEqual([]);
});

it('has a new version after every change, and only then', () => {
  const cache = new ObjectCache();
  const versions = [cache.version];

  cache.set(object('a'));
  versions.push(cache.version);
  cache.delete('default/a');
  versions.push(cache.version);
  cache.delete('default/a');
  cache.get('default/a');
  cache.list();

  expect(new Set(versions).size).toBe(3);
  expect(cache.version).toBe(versions[2]);
});

it('reuses its list, and never changes one that it has returned', () => {
  const cache = new ObjectCache();
  cache.set(object('a'));
  const before = cache.list();

  expect(cache.list()).toBe(before);
  cache.set(object('b'));

  expect(before).toHaveLength(1);
  expect(cache.list()).toHaveLength(2);
});
