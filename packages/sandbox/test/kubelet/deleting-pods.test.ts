import { describe, expect, it } from '@jest/globals';
import { isTrue } from '../../src/kubernetes/controllers/conditions.ts';
import { EVENTS, PODS } from '../../src/kubernetes/controllers/resources.ts';
import type { Pod } from '../../src/kubernetes/controllers/workloads.ts';
import { eventually } from '../controllers/eventually.ts';
import { aContainer, aPod } from '../controllers/objects.ts';
import { nodeForEachTest } from './a-node.ts';
import { HEALTH } from './scripted-image.ts';

const node = nodeForEachTest();

describe('deleting a Pod', () => {
  it('lets its containers drain within the grace period before the object is deleted', async () => {
    const drained = Promise.withResolvers<void>();
    node.app.drained = drained.promise;
    node.api.create(PODS, aPod('web', { terminationGracePeriodSeconds: 45 }));
    await node.untilReady();

    node.api.delete(PODS, 'default', 'web', { gracePeriodSeconds: 45 });
    await eventually(node.api, EVENTS, () => expect(node.app.latest().signals).toEqual(['SIGTERM']));
    expect(node.api.get(PODS, 'default', 'web')?.metadata.deletionTimestamp).toBeDefined();

    drained.resolve();
    await eventually(node.api, PODS, () => expect(node.api.get(PODS, 'default', 'web')).toBeUndefined());
    expect(node.cluster.kubelet.pods()).toEqual([]);
  });

  it('goes on probing readiness while its containers drain, and restarts none of them', async () => {
    const drained = Promise.withResolvers<void>();
    node.app.drained = drained.promise;
    const often = { ...HEALTH, periodSeconds: 1, failureThreshold: 1 };
    const containers = [aContainer({ readinessProbe: often, livenessProbe: often })];
    node.api.create(PODS, aPod('web', { containers, terminationGracePeriodSeconds: 45 }));
    await node.untilReady();

    node.api.delete(PODS, 'default', 'web', { gracePeriodSeconds: 45 });
    await eventually(node.api, EVENTS, () => expect(node.app.latest().signals).toEqual(['SIGTERM']));
    node.app.ready = false;

    await eventually(node.api, PODS, () => expect(isTrue(node.status().conditions, 'Ready')).toBe(false));
    drained.resolve();
    await eventually(node.api, PODS, () => expect(node.api.get(PODS, 'default', 'web')).toBeUndefined());
    expect(node.app.runs.map(({ signals }) => signals)).toEqual([['SIGTERM']]);
  });

  it('lets `preStop` sleep before SIGTERM, while the containers go on serving', async () => {
    const containers = [aContainer({ lifecycle: { preStop: { sleep: { seconds: 1 } } } })];
    node.api.create(PODS, aPod('web', { containers, terminationGracePeriodSeconds: 45 }));
    await node.untilReady();

    node.api.delete(PODS, 'default', 'web', { gracePeriodSeconds: 45 });
    await eventually(node.api, PODS, () =>
      expect(node.api.get(PODS, 'default', 'web')?.metadata.deletionTimestamp).toBeDefined(),
    );
    expect(node.app.latest().signals).toEqual([]);

    await eventually(node.api, PODS, () => expect(node.api.get(PODS, 'default', 'web')).toBeUndefined());
    expect(node.app.latest().signals).toEqual(['SIGTERM']);
  });

  it('does not wait for `preStop` of a container that has ended by itself', async () => {
    const containers = [aContainer({ lifecycle: { preStop: { sleep: { seconds: 3600 } } } })];
    node.api.create(PODS, aPod('web', { containers, terminationGracePeriodSeconds: 3600 }));
    await node.untilReady();

    node.api.delete(PODS, 'default', 'web', { gracePeriodSeconds: 3600 });
    node.app.latest().exit(0);

    await eventually(node.api, PODS, () => expect(node.api.get(PODS, 'default', 'web')).toBeUndefined());
    expect(node.app.latest().signals).not.toContain('SIGKILL');
  });

  it('ends its containers even if a finalizer keeps the object', async () => {
    node.api.create(PODS, aPod('web', {}, { finalizers: ['example.com/hold'] }));
    await node.untilReady();

    node.api.delete(PODS, 'default', 'web');
    const pod = await eventually(node.api, PODS, () => {
      expect(node.cluster.kubelet.pods()).toEqual([]);
      return node.api.get(PODS, 'default', 'web') as Pod;
    });
    expect(node.container()?.state.terminated).toMatchObject({ exitCode: 0 });

    node.api.update(PODS, { ...pod, metadata: { ...pod.metadata, finalizers: [] } });
    await eventually(node.api, PODS, () => expect(node.api.get(PODS, 'default', 'web')).toBeUndefined());
    expect(node.app.runs).toHaveLength(1);
  });

  it('ends its containers at once after a forced deletion', async () => {
    node.api.create(PODS, aPod('web'));
    await node.untilReady();

    node.api.delete(PODS, 'default', 'web', { gracePeriodSeconds: 0 });
    node.api.create(PODS, aPod('web'));
    await eventually(node.api, PODS, () => expect(node.app.runs).toHaveLength(2));

    expect(node.app.runs[0]?.signals).toEqual(['SIGKILL']);
  });
});
