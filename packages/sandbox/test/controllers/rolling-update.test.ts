import { describe, expect, it } from '@jest/globals';
import { conditionOf } from '../../src/kubernetes/controllers/conditions.ts';
import { isActive } from '../../src/kubernetes/controllers/pod-state.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS } from '../../src/kubernetes/controllers/resources.ts';
import type { Pod } from '../../src/kubernetes/controllers/workloads.ts';
import { eventually } from './eventually.ts';
import { aContainer, aDeployment, changeSpec } from './objects.ts';
import { REVISION, template, versionsOf, useWebDeployment } from './web-deployment.ts';

const web = useWebDeployment();
const { deployment, statusOf, replicaSets, sizes, untilRolledOut } = web;

describe('a rolling update', () => {
  it('always stays within maxSurge and maxUnavailable', async () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } as const;
    web.api.create(DEPLOYMENTS, aDeployment('web', { replicas: 3, strategy, template: template('1') }));
    await untilRolledOut(3);
    const seen: { total: number; ready: number }[] = [];
    const unwatch = web.api.watch(PODS, () => {
      const active = (web.api.list(PODS, 'default') as Pod[]).filter(isActive);
      const ready = active.filter(({ status }) => conditionOf(status?.conditions, 'Ready')?.status === 'True');
      seen.push({ total: active.length, ready: ready.length });
    });

    changeSpec(web.api, 'web', { template: template('2') });
    await untilRolledOut(3);
    unwatch();

    expect(Math.max(...seen.map(({ total }) => total))).toBe(4);
    expect(Math.min(...seen.map(({ ready }) => ready))).toBe(3);
    expect(versionsOf((web.api.list(PODS, 'default') as Pod[]).filter(isActive))).toEqual(['2', '2', '2']);
  });

  it('keeps the old ReplicaSet at zero, so that an undo makes it the newest revision', async () => {
    web.api.create(DEPLOYMENTS, aDeployment('web', { template: template('1') }));
    await untilRolledOut(1);
    changeSpec(web.api, 'web', { template: template('2') });
    await untilRolledOut(1);
    const [first, second] = replicaSets().map(({ metadata }) => metadata.name);
    expect(sizes()).toEqual([0, 1]);

    changeSpec(web.api, 'web', { template: template('1') });
    await eventually(web.api, DEPLOYMENTS, () => expect(deployment().metadata.annotations?.[REVISION]).toBe('3'));
    await untilRolledOut(1);

    expect(replicaSets().map(({ metadata }) => metadata.name)).toEqual([second, first]);
    expect(sizes()).toEqual([0, 1]);
    expect(replicaSets()[1]?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1');
  });

  it('deletes revisions beyond revisionHistoryLimit', async () => {
    web.api.create(DEPLOYMENTS, aDeployment('web', { revisionHistoryLimit: 1, template: template('1') }));
    await untilRolledOut(1);
    for (const version of ['2', '3']) {
      changeSpec(web.api, 'web', { template: template(version) });
      await untilRolledOut(1);
    }

    await eventually(web.api, REPLICA_SETS, () =>
      expect(replicaSets().map(({ metadata }) => metadata.annotations?.[REVISION])).toEqual(['2', '3']),
    );
  });

  it('replaces unhealthy old Pods without waiting for them', async () => {
    const broken = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [aContainer({ image: 'no/such:image' })] },
    };
    web.api.create(DEPLOYMENTS, aDeployment('web', { replicas: 2, template: broken }));
    await eventually(web.api, DEPLOYMENTS, () =>
      expect(statusOf()).toMatchObject({ replicas: 2, unavailableReplicas: 2 }),
    );

    changeSpec(web.api, 'web', { template: template('2') });

    await untilRolledOut(2);
    expect(sizes()).toEqual([0, 2]);
  });
});

describe('the Recreate strategy', () => {
  it('starts no new Pod before the last old one is gone', async () => {
    const drained = Promise.withResolvers<void>();
    web.app.drained = drained.promise;
    web.api.create(
      DEPLOYMENTS,
      aDeployment('web', { replicas: 2, strategy: { type: 'Recreate' }, template: template('1') }),
    );
    await untilRolledOut(2);

    changeSpec(web.api, 'web', { template: template('2') });
    await eventually(web.api, PODS, () => {
      const pods = web.api.list(PODS, 'default');
      expect(pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined)).toHaveLength(2);
    });
    await eventually(web.api, DEPLOYMENTS, () => expect(statusOf().replicas ?? 0).toBe(0));
    expect(versionsOf(web.api.list(PODS, 'default') as Pod[])).toEqual(['1', '1']);

    drained.resolve();
    await untilRolledOut(2);
    expect(versionsOf(web.api.list(PODS, 'default') as Pod[])).toEqual(['2', '2']);
  });
});
