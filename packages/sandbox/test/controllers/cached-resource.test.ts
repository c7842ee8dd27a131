import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CachedResource } from '../../src/kubernetes/controllers/cached-resource.ts';
import { CONFIG_MAPS } from '../../src/kubernetes/controllers/resources.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import type { KubeObject } from '../../src/kubernetes/api.ts';
import { eventually } from './eventually.ts';
import { aConfigMap } from './objects.ts';

let server: KubernetesSandbox;
let cache: CachedResource<KubeObject>;
let heard: string[];

beforeEach(async () => {
  server = await startKubernetes();
  cache = new CachedResource(server.api, CONFIG_MAPS);
  heard = [];
  cache.subscribe(({ metadata }, previous, type) => {
    heard.push(`${type} ${metadata.name}${previous === undefined ? '' : ' again'}`);
  });
});

afterEach(async () => {
  cache.stop();
  await server.stop();
});

/** Waits until the cache has received all earlier events. */
async function untilCaughtUp(): Promise<void> {
  server.api.create(CONFIG_MAPS, aConfigMap('last'));
  await eventually(server.api, CONFIG_MAPS, () => expect(cache.get('default', 'last')).toBeDefined());
}

describe('a cached resource', () => {
  it('reports changes by others', async () => {
    const object = server.api.create(CONFIG_MAPS, aConfigMap('a'));
    server.api.update(CONFIG_MAPS, { ...object, data: { k: 'v' } });
    server.api.delete(CONFIG_MAPS, 'default', 'a');
    await untilCaughtUp();

    expect(heard).toEqual(['ADDED a', 'MODIFIED a again', 'DELETED a again', 'ADDED last']);
    expect(cache.inNamespace('default').map(({ metadata }) => metadata.name)).toEqual(['last']);
  });

  it('contains its own writes at once and never returns to an older state', async () => {
    const created = cache.create(aConfigMap('a'));
    cache.update({ ...created, data: { k: 'v' } });
    expect(cache.get('default', 'a')?.['data']).toEqual({ k: 'v' });

    await untilCaughtUp();

    expect(heard).toEqual(['ADDED a', 'MODIFIED a again', 'ADDED last']);
  });

  it('removes deleted objects, or keeps what remains of them', () => {
    const held = cache.create(aConfigMap('held', { finalizers: ['example.com/hold'] }));
    const free = cache.create(aConfigMap('free'));

    cache.delete(held);
    cache.delete(free);

    expect(cache.get('default', 'held')?.metadata.deletionTimestamp).toBeDefined();
    expect(cache.get('default', 'free')).toBeUndefined();
  });

  it('reports nothing after it is stopped', async () => {
    cache.stop();
    server.api.create(CONFIG_MAPS, aConfigMap('a'));

    await eventually(server.api, CONFIG_MAPS, () => expect(server.api.get(CONFIG_MAPS, 'default', 'a')).toBeDefined());

    expect(heard).toEqual([]);
  });
});
