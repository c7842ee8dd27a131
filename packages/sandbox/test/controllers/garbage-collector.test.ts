import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/api.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../src/kubernetes/controllers/resources.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { aConfigMap, aNamespace, configMapNames, ownedBy } from './objects.ts';

let cluster: Cluster;

beforeEach(async () => {
  cluster = await startCluster();
});

afterEach(async () => {
  await cluster.stop();
});

function create(configMap: KubeObject): KubeObject {
  return cluster.api.create(CONFIG_MAPS, configMap);
}

function remove(name: string, propagationPolicy?: 'Foreground' | 'Orphan'): void {
  cluster.api.delete(CONFIG_MAPS, 'default', name, propagationPolicy && { propagationPolicy });
}

/** Creates an object without a valid owner and waits until it is collected. All earlier events are handled then. */
async function collectorHasPassed(): Promise<void> {
  const nobody = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'no-such-uid' };
  create(aConfigMap('doomed', { ownerReferences: [nobody] }));
  await eventually(cluster.api, CONFIG_MAPS, () => expect(configMapNames(cluster.api)).not.toContain('doomed'));
}

describe('the garbage collector', () => {
  it('deletes the dependents of a deleted object over several generations, asynchronously', async () => {
    const owner = create(aConfigMap('owner'));
    const child = create(aConfigMap('child', ownedBy(owner)));
    create(aConfigMap('grandchild', ownedBy(child)));
    await collectorHasPassed();

    remove('owner');

    expect(configMapNames(cluster.api)).toEqual(['child', 'grandchild']);
    await eventually(cluster.api, CONFIG_MAPS, () => expect(configMapNames(cluster.api)).toEqual([]));
  });

  it('keeps objects with an existing owner', async () => {
    const owner = create(aConfigMap('owner'));
    create(aConfigMap('child', ownedBy(owner)));

    await collectorHasPassed();

    expect(configMapNames(cluster.api)).toEqual(['child', 'owner']);
  });

  it('deletes an object whose owner never existed', async () => {
    const nobody = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'no-such-uid' };

    create(aConfigMap('child', { ownerReferences: [nobody] }));

    await eventually(cluster.api, CONFIG_MAPS, () => expect(configMapNames(cluster.api)).toEqual([]));
  });

  it('treats an owner of the same name with another uid as deleted', async () => {
    const owner = create(aConfigMap('owner'));

    create(aConfigMap('child', ownedBy(owner, { uid: 'its-predecessor' })));

    await eventually(cluster.api, CONFIG_MAPS, () => expect(configMapNames(cluster.api)).toEqual(['owner']));
  });

  it('treats an owner in another namespace as deleted', async () => {
    cluster.api.create(NAMESPACES, aNamespace('elsewhere'));
    const owner = create(aConfigMap('owner', { namespace: 'elsewhere' }));

    create(aConfigMap('child', ownedBy(owner)));

    await eventually(cluster.api, CONFIG_MAPS, () => expect(configMapNames(cluster.api)).toEqual([]));
  });

  it('lets a cluster-scoped owner own namespaced objects', async () => {
    const namespace = cluster.api.create(NAMESPACES, aNamespace('owner'));
    create(aConfigMap('child', ownedBy(namespace)));

    await collectorHasPassed();

    expect(configMapNames(cluster.api)).toEqual(['child']);
  });

  it('keeps an object whose owner has an unknown API', async () => {
    const stranger = { apiVersion: 'example.com/v1', kind: 'Stranger', name: 'stranger', uid: 'some-uid' };
    create(aConfigMap('child', { ownerReferences: [stranger] }));

    await collectorHasPassed();

    expect(configMapNames(cluster.api)).toEqual(['child']);
  });

  it('removes only the reference to the deleted owner if another one exists', async () => {
    const leaving = create(aConfigMap('leaving'));
    const staying = create(aConfigMap('staying'));
    const references = [leaving, staying].flatMap((owner) => ownedBy(owner).ownerReferences);
    create(aConfigMap('child', { ownerReferences: references }));

    remove('leaving');

    await eventually(cluster.api, CONFIG_MAPS, () => {
      const child = cluster.api.get(CONFIG_MAPS, 'default', 'child');
      expect(child?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['staying']);
    });
  });
});

describe('foreground deletion', () => {
  it('keeps the owner until its blocking dependents are gone', async () => {
    const owner = create(aConfigMap('owner'));
    create(aConfigMap('child', { ...ownedBy(owner, { blockOwnerDeletion: true }), finalizers: ['example.com/hold'] }));

    remove('owner', 'Foreground');
    const child = await eventually(cluster.api, CONFIG_MAPS, () => {
      const found = cluster.api.get(CONFIG_MAPS, 'default', 'child');
      expect(found?.metadata.deletionTimestamp).toBeDefined();
      return found as KubeObject;
    });
    await collectorHasPassed();
    expect(configMapNames(cluster.api)).toEqual(['child', 'owner']);

    cluster.api.update(CONFIG_MAPS, { ...child, metadata: { ...child.metadata, finalizers: [] } });

    await eventually(cluster.api, CONFIG_MAPS, () => expect(configMapNames(cluster.api)).toEqual([]));
  });

  it('deletes dependents that do not block without waiting for them', async () => {
    const owner = create(aConfigMap('owner'));
    create(aConfigMap('child', { ...ownedBy(owner), finalizers: ['example.com/hold'] }));

    remove('owner', 'Foreground');

    await eventually(cluster.api, CONFIG_MAPS, () => {
      expect(configMapNames(cluster.api)).toEqual(['child']);
      expect(cluster.api.get(CONFIG_MAPS, 'default', 'child')?.metadata.deletionTimestamp).toBeDefined();
    });
  });

  it('keeps a dependent with another owner, without the reference, and deletes the owner', async () => {
    const leaving = create(aConfigMap('leaving'));
    const staying = create(aConfigMap('staying'));
    const references = [leaving, staying].flatMap(
      (owner) => ownedBy(owner, { blockOwnerDeletion: true }).ownerReferences,
    );
    create(aConfigMap('child', { ownerReferences: references }));

    remove('leaving', 'Foreground');

    await eventually(cluster.api, CONFIG_MAPS, () => {
      expect(configMapNames(cluster.api)).toEqual(['child', 'staying']);
      const child = cluster.api.get(CONFIG_MAPS, 'default', 'child');
      expect(child?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['staying']);
      expect(child?.metadata.deletionTimestamp).toBeUndefined();
    });
  });

  it('deletes all generations before the owner', async () => {
    const gone: string[] = [];
    const unwatch = cluster.api.watch(CONFIG_MAPS, (type, { metadata }) => {
      if (type === 'DELETED') gone.push(metadata.name);
    });
    const owner = create(aConfigMap('owner'));
    const child = create(aConfigMap('child', ownedBy(owner, { blockOwnerDeletion: true })));
    create(aConfigMap('grandchild', ownedBy(child, { blockOwnerDeletion: true })));

    remove('owner', 'Foreground');

    await eventually(cluster.api, CONFIG_MAPS, () => expect(gone).toEqual(['grandchild', 'child', 'owner']));
    unwatch();
  });
});

describe('orphaning deletion', () => {
  it('keeps the dependents without their owner', async () => {
    const owner = create(aConfigMap('owner'));
    create(aConfigMap('child', ownedBy(owner)));
    await collectorHasPassed();

    remove('owner', 'Orphan');

    await eventually(cluster.api, CONFIG_MAPS, () => expect(configMapNames(cluster.api)).toEqual(['child']));
    expect(cluster.api.get(CONFIG_MAPS, 'default', 'child')?.metadata.ownerReferences ?? []).toEqual([]);
  });
});

describe('owners of a custom kind', () => {
  const DEFINITIONS = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };
  const WIDGETS = { group: 'example.com', version: 'v1', plural: 'widgets' };

  function defineWidgets(): void {
    const schema = { openAPIV3Schema: { type: 'object' } };
    cluster.api.create(DEFINITIONS, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        names: { kind: 'Widget', plural: 'widgets' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    });
  }

  function createWidgetWithChild(): void {
    const metadata = { name: 'owner', namespace: 'default' };
    const widget = cluster.api.create(WIDGETS, { apiVersion: 'example.com/v1', kind: 'Widget', metadata });
    create(aConfigMap('child', ownedBy(widget)));
  }

  it('are collected with their dependents like any other', async () => {
    defineWidgets();
    createWidgetWithChild();
    await collectorHasPassed();
    expect(configMapNames(cluster.api)).toEqual(['child']);

    cluster.api.delete(WIDGETS, 'default', 'owner');

    await eventually(cluster.api, CONFIG_MAPS, () => expect(configMapNames(cluster.api)).toEqual([]));
  });

  it('are collected with their dependents when the whole kind is removed', async () => {
    defineWidgets();
    createWidgetWithChild();
    await collectorHasPassed();

    cluster.api.delete(DEFINITIONS, undefined, 'widgets.example.com');

    await eventually(cluster.api, CONFIG_MAPS, () => expect(configMapNames(cluster.api)).toEqual([]));
  });

  it('are unknown until the collector notices their definition', async () => {
    await cluster.stop();
    cluster = await startCluster({ crdResyncMs: 60_000 });
    defineWidgets();
    createWidgetWithChild();

    cluster.api.delete(WIDGETS, 'default', 'owner');
    await collectorHasPassed();

    expect(configMapNames(cluster.api)).toEqual(['child']);
  });
});
