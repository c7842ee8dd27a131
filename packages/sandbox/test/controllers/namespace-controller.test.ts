import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/api.ts';
import type { Condition } from '../../src/kubernetes/controllers/conditions.ts';
import { CONFIG_MAPS, NAMESPACES, SERVICE_ACCOUNTS } from '../../src/kubernetes/controllers/resources.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { aConfigMap, aNamespace } from './objects.ts';

let cluster: Cluster;

beforeEach(async () => {
  cluster = await startCluster();
  cluster.api.create(NAMESPACES, aNamespace('shop'));
});

afterEach(async () => {
  await cluster.stop();
});

function namesIn(namespace: string): string[] {
  const objects = [...cluster.api.list(SERVICE_ACCOUNTS, namespace), ...cluster.api.list(CONFIG_MAPS, namespace)];
  return objects.map(({ metadata }) => metadata.name);
}

async function untilFurnished(): Promise<void> {
  await eventually(cluster.api, CONFIG_MAPS, () => expect(namesIn('shop')).toEqual(['default', 'kube-root-ca.crt']));
}

async function untilGone(): Promise<void> {
  await eventually(cluster.api, NAMESPACES, () =>
    expect(cluster.api.get(NAMESPACES, undefined, 'shop')).toBeUndefined(),
  );
}

describe('the namespace controller', () => {
  it('gives every new namespace a default ServiceAccount and the root certificates', async () => {
    await untilFurnished();

    expect(namesIn('default')).toEqual(['default', 'kube-root-ca.crt']);
  });

  it('deletes the content of a terminating namespace before the namespace', async () => {
    await untilFurnished();
    cluster.api.create(CONFIG_MAPS, aConfigMap('settings', { namespace: 'shop' }));
    cluster.api.create(CONFIG_MAPS, aConfigMap('settings', { namespace: 'default' }));

    cluster.api.delete(NAMESPACES, undefined, 'shop');
    await untilGone();

    expect(namesIn('shop')).toEqual([]);
    expect(namesIn('default')).toContain('settings');
  });

  it('reports what delays the deletion of a namespace, and waits for it', async () => {
    const held = aConfigMap('held', { namespace: 'shop', finalizers: ['example.com/hold'] });
    cluster.api.create(CONFIG_MAPS, held);

    cluster.api.delete(NAMESPACES, undefined, 'shop');

    const why = await eventually(cluster.api, NAMESPACES, () => {
      const conditions = conditionsOf(cluster.api.get(NAMESPACES, undefined, 'shop'));
      const failedCondition = conditions.filter(({ status }) => status === 'True');
      expect(failedCondition.map(({ message }) => message)).toEqual([
        'Some resources are remaining: configmaps. has 1 resource instances',
        'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
      ]);
      return failedCondition;
    });
    expect(why.map(({ type }) => type)).toEqual(['NamespaceContentRemaining', 'NamespaceFinalizersRemaining']);

    const stored = cluster.api.get(CONFIG_MAPS, 'shop', 'held') as KubeObject;
    cluster.api.update(CONFIG_MAPS, { ...stored, metadata: { ...stored.metadata, finalizers: [] } });
    await untilGone();
  });
});

function conditionsOf(namespace: KubeObject | undefined): readonly Condition[] {
  const status = namespace?.['status'] as { conditions?: readonly Condition[] } | undefined;
  return status?.conditions ?? [];
}
