import { afterEach, describe, expect, it } from '@jest/globals';
import { Caches } from '../../../src/adapters/kubernetes/caches.ts';
import type { WatchedName } from '../../../src/adapters/kubernetes/watched-kinds.ts';
import type { KubeObject } from '../../../src/api/objects.ts';
import { aRestClient } from '../../support/a-rest-client.ts';
import { failure, json, silence } from '../../support/answers.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { Journal } from '../../support/journal.ts';
import { aServer } from '../../support/loopback-server.ts';

const SERVICES = '/api/v1/services';
const CONFIG_MAPS = '/api/v1/namespaces/web/configmaps';

const running: Caches[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((caches) => caches.stop()));
});

const BUDGETS = '/apis/policy/v1/poddisruptionbudgets';

const list = (...items: readonly object[]) => json({ metadata: { resourceVersion: '10' }, items });
const item = (name: string, more: object = {}) => ({
  metadata: { namespace: 'web', name, resourceVersion: '3' },
  ...more,
});
const configMap = (name: string, resourceVersion: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'web', name, resourceVersion },
});

async function someCaches() {
  const server = await aServer();
  for (const path of [SERVICES, CONFIG_MAPS, BUDGETS]) server.on(`WATCH ${path}`, silence);
  const caches = new Caches(aRestClient(server.url));
  running.push(caches);
  const announced = new Journal<string>();
  const watch = (name: WatchedName, namespace?: string): void =>
    caches.watch(name, namespace, {
      upserted: ({ kind, metadata }) => announced.push(`${kind} ${metadata.name}`),
      removed: () => undefined,
      failed: () => undefined,
      recovered: () => undefined,
    });
  return { server, caches, watch, announced };
}

describe('caches', () => {
  // Invariant 1.
  it('are synced once every watched kind has been listed', async () => {
    const { server, caches, watch, announced } = await someCaches();
    server.on(`GET ${SERVICES}`, list(item('shop', { spec: {} })));
    server.on(`GET ${CONFIG_MAPS}`, list(item('rules')));

    watch('services');
    watch('configmaps', 'web');
    await caches.synced();

    expect(caches.of('services').get('web/shop')).toMatchObject({ apiVersion: 'v1', kind: 'Service' });
    expect(caches.of('configmaps').get('web/rules')).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect(announced.entries.toSorted()).toEqual(['ConfigMap rules', 'Service shop']);
    expect(server.requests(`GET ${CONFIG_MAPS}`).entries[0]?.query['labelSelector']).toBe(
      'app.kubernetes.io/managed-by=cftunnel-operator',
    );
    expect(server.requests(`GET ${SERVICES}`).entries[0]?.query['labelSelector']).toBeUndefined();
  });

  it('keep only the projection of an object', async () => {
    const { server, caches, watch } = await someCaches();
    server.on(`GET ${SERVICES}`, list(item('shop', { spec: { type: 'ClusterIP', clusterIP: '10.0.0.1' } })));

    watch('services');
    await caches.synced();

    expect(caches.of('services').get('web/shop')?.spec).toEqual({ ports: [] });
  });

  it('can be used before the watch begins', async () => {
    const { server, caches, watch } = await someCaches();
    server.on(`GET ${CONFIG_MAPS}`, list(item('rules')));
    const early = caches.of('configmaps');

    watch('configmaps', 'web');
    await caches.synced();

    expect(early.list()).toHaveLength(1);
  });

  it('find an object by kind and name, and nothing of unwatched kinds', async () => {
    const { server, caches, watch } = await someCaches();
    server.on(`GET ${CONFIG_MAPS}`, list(item('rules')));
    watch('configmaps', 'web');
    await caches.synced();

    expect(caches.find(configMap('rules', ''))?.metadata.resourceVersion).toBe('3');
    expect(caches.find(configMap('other', ''))).toBeUndefined();
    expect(caches.find({ ...configMap('rules', ''), kind: 'Secret' })).toBeUndefined();
  });

  it('store our own writes of watched kinds', async () => {
    const { server, caches, watch } = await someCaches();
    server.on(`GET ${CONFIG_MAPS}`, list(item('rules')));
    watch('configmaps', 'web');
    await caches.synced();

    caches.learn(configMap('rules', '11'));
    caches.learn({ ...configMap('rules', '12'), kind: 'Secret' });

    expect(caches.of('configmaps').get('web/rules')?.metadata.resourceVersion).toBe('11');
  });

  it('end their watches at the stop', async () => {
    const { server, caches, watch } = await someCaches();
    server.on(`GET ${SERVICES}`, list());
    watch('services');
    await server.requests(`WATCH ${SERVICES}`).reaches(1);

    await expect(caches.stop()).resolves.toBeUndefined();
  });

  it('begin no watch after the stop, as when the process ends while it starts', async () => {
    const { server, caches, watch } = await someCaches();
    await caches.stop();

    watch('services');
    await caches.stop();

    expect([...server.requests(`GET ${SERVICES}`).entries]).toEqual([]);
  });

  it('name the kinds that are not listed yet, and those that may not be read', async () => {
    const { server, caches, watch } = await someCaches();
    server.on(`GET ${SERVICES}`, failure(403, 'Forbidden', 'services is forbidden'), list());
    server.on(`GET ${CONFIG_MAPS}`, list());
    server.on(`WATCH ${CONFIG_MAPS}`, failure(403, 'Forbidden', 'configmaps is forbidden'));

    watch('services');
    expect(caches.notReady()).toEqual(['services: being listed']);
    await eventually(() => expect(caches.notReady()).toEqual(['services: services is forbidden']), { everyMs: 1 });
    watch('configmaps', 'web');
    await caches.synced();

    await eventually(() => expect(caches.notReady()).toEqual(['configmaps: configmaps is forbidden']), { everyMs: 1 });
  });

  it.each([
    { case: 'not permitted', answer: failure(403, 'Forbidden', 'no budgets for you'), told: 'no budgets for you' },
    { case: 'not installed', answer: failure(404, 'NotFound', ''), told: 'the kind is not installed' },
  ])('work without an optional kind that is $case, until it is', async ({ answer, told }) => {
    const { server, caches, watch, announced } = await someCaches();
    server.on(`GET ${SERVICES}`, list());
    server.on(`GET ${BUDGETS}`, answer, list(item('home')));

    watch('services');
    watch('poddisruptionbudgets');
    await caches.synced();

    expect(caches.notReady()).toEqual([]);
    expect(caches.unwatched()).toEqual([`poddisruptionbudgets: ${told}`]);
    expect([caches.hasListed('services'), caches.hasListed('poddisruptionbudgets')]).toEqual([true, false]);
    await eventually(() => expect(announced.entries).toEqual(['PodDisruptionBudget home']));
    expect(caches.unwatched()).toEqual([]);
    expect(caches.hasListed('poddisruptionbudgets')).toBe(true);
  });

  it('wait for an optional kind while the server fails', async () => {
    const { server, caches, watch, announced } = await someCaches();
    server.on(`GET ${BUDGETS}`, failure(500, 'InternalError', 'not now'), list(item('home')));

    watch('poddisruptionbudgets');
    await caches.synced();

    expect(announced.entries).toEqual(['PodDisruptionBudget home']);
  });
});
