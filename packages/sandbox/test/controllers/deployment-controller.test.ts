import { describe, expect, it } from '@jest/globals';
import { conditionOf } from '../../src/kubernetes/controllers/conditions.ts';
import { isActive } from '../../src/kubernetes/controllers/pod-state.ts';
import { DEPLOYMENTS, NAMESPACES, PODS, REPLICA_SETS } from '../../src/kubernetes/controllers/resources.ts';
import type { Deployment, Pod } from '../../src/kubernetes/controllers/workloads.ts';
import { HEALTH } from '../kubelet/scripted-image.ts';
import { eventually } from './eventually.ts';
import { aContainer, aDeployment, change, changeSpec } from './objects.ts';
import { REVISION, template, versionsOf, useWebDeployment } from './web-deployment.ts';

const web = useWebDeployment();
const { deployment, statusOf, replicaSets, sizes, untilRolledOut } = web;

describe('a Deployment whose Pods are not admitted', () => {
  it('reports the error of the API server until they are', async () => {
    const strict = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const relabel = (labels: Readonly<Record<string, string>>): void => {
      const home = web.api.get(NAMESPACES, undefined, 'default');
      if (home !== undefined) web.api.update(NAMESPACES, { ...home, metadata: { ...home.metadata, labels } });
    };
    relabel(strict);
    web.api.create(DEPLOYMENTS, aDeployment('web', { replicas: 1, template: template('1') }));

    await eventually(web.api, DEPLOYMENTS, () =>
      expect(conditionOf(statusOf().conditions, 'ReplicaFailure')).toMatchObject({
        status: 'True',
        reason: 'FailedCreate',
        message: expect.stringMatching(/is forbidden: violates PodSecurity "restricted/),
      }),
    );

    relabel({});
    await untilRolledOut(1);
    expect(conditionOf(statusOf().conditions, 'ReplicaFailure')).toBeUndefined();
  });
});

describe('a new Deployment', () => {
  it('creates a ReplicaSet and Pods with the hash of the template', async () => {
    web.api.create(DEPLOYMENTS, aDeployment('web', { replicas: 2 }));
    await untilRolledOut(2);

    const [replicaSet] = replicaSets();
    const hash = replicaSet?.metadata.labels?.['pod-template-hash'];
    expect(replicaSet?.metadata.name).toBe(`web-${hash}`);
    expect(replicaSet?.spec.selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash });
    const pods = web.api.list(PODS, 'default');
    expect(pods.map(({ metadata }) => metadata.labels)).toEqual([
      replicaSet?.metadata.labels,
      replicaSet?.metadata.labels,
    ]);
    expect(pods.every(({ metadata }) => metadata.name.startsWith(`web-${hash}-`))).toBe(true);
  });

  it('is the first revision, available and complete', async () => {
    web.api.create(DEPLOYMENTS, aDeployment('web'));
    await untilRolledOut(1);

    const { metadata, status } = deployment();
    expect(metadata.annotations?.[REVISION]).toBe('1');
    expect(conditionOf(status?.conditions, 'Available')).toMatchObject({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
    });
    expect(conditionOf(status?.conditions, 'Progressing')).toMatchObject({
      status: 'True',
      message: `ReplicaSet "${replicaSets()[0]?.metadata.name}" has successfully progressed.`,
    });
  });

  it('is not available while its Pods are not ready', async () => {
    web.app.ready = false;
    const container = aContainer({ readinessProbe: { ...HEALTH, periodSeconds: 1 } });
    web.api.create(
      DEPLOYMENTS,
      aDeployment('web', { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } } }),
    );

    await eventually(web.api, DEPLOYMENTS, () =>
      expect(statusOf()).toMatchObject({ replicas: 1, unavailableReplicas: 1 }),
    );
    expect(conditionOf(statusOf().conditions, 'Available')?.reason).toBe('MinimumReplicasUnavailable');

    web.app.ready = true;
    await untilRolledOut(1);
  });

  it('reports a missed progress deadline', async () => {
    const container = aContainer({ image: 'no/such:image' });
    const spec = {
      progressDeadlineSeconds: 1,
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
    };
    web.api.create(DEPLOYMENTS, aDeployment('web', spec));

    await eventually(web.api, DEPLOYMENTS, () =>
      expect(conditionOf(statusOf().conditions, 'Progressing')).toMatchObject({
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: `ReplicaSet "${replicaSets()[0]?.metadata.name}" has timed out progressing.`,
      }),
    );
  });

  it('counts Pods as available only after minReadySeconds', async () => {
    const createdAt = performance.now();
    web.api.create(DEPLOYMENTS, aDeployment('web', { minReadySeconds: 4 })); // 200 ms at this time scale
    await eventually(web.api, DEPLOYMENTS, () => expect(statusOf().readyReplicas).toBe(1));
    expect(statusOf().availableReplicas ?? 0).toBe(0);

    await untilRolledOut(1);

    expect(performance.now() - createdAt).toBeGreaterThan(195);
  });
});

describe('a running Deployment', () => {
  it('is scaled up and down in place', async () => {
    web.api.create(DEPLOYMENTS, aDeployment('web', { replicas: 1 }));
    await untilRolledOut(1);

    changeSpec(web.api, 'web', { replicas: 4 });
    await untilRolledOut(4);
    changeSpec(web.api, 'web', { replicas: 2 });
    await untilRolledOut(2);

    expect(sizes()).toEqual([2]);
    expect(deployment().metadata.annotations?.[REVISION]).toBe('1');
  });

  it('replaces a deleted Pod', async () => {
    web.api.create(DEPLOYMENTS, aDeployment('web'));
    await untilRolledOut(1);
    const [victim] = web.api.list(PODS, 'default');

    web.api.delete(PODS, 'default', victim?.metadata.name ?? '');

    await eventually(web.api, PODS, () => {
      const names = web.api.list(PODS, 'default').map(({ metadata }) => metadata.name);
      expect(names).toHaveLength(1);
      expect(names).not.toContain(victim?.metadata.name);
    });
    await untilRolledOut(1);
  });

  it('while paused does not roll out but can be scaled, and rolls out when resumed', async () => {
    web.api.create(DEPLOYMENTS, aDeployment('web', { template: template('1') }));
    await untilRolledOut(1);

    changeSpec(web.api, 'web', { paused: true, template: template('2'), replicas: 2 });
    await eventually(web.api, DEPLOYMENTS, () => {
      expect(conditionOf(statusOf().conditions, 'Progressing')?.reason).toBe('DeploymentPaused');
      expect(statusOf().readyReplicas).toBe(2);
    });
    expect(versionsOf(web.api.list(PODS, 'default') as Pod[])).toEqual(['1', '1']);

    changeSpec(web.api, 'web', { paused: false });
    await untilRolledOut(2);
    expect(versionsOf((web.api.list(PODS, 'default') as Pod[]).filter(isActive))).toEqual(['2', '2']);
  });

  it('adopts the ReplicaSet that an orphaning deletion left', async () => {
    web.api.create(DEPLOYMENTS, aDeployment('web'));
    await untilRolledOut(1);
    const [before] = web.api.list(PODS, 'default');
    web.api.delete(DEPLOYMENTS, 'default', 'web', { propagationPolicy: 'Orphan' });
    await eventually(web.api, DEPLOYMENTS, () => expect(deployment()).toBeUndefined());

    web.api.create(DEPLOYMENTS, aDeployment('web'));
    await untilRolledOut(1);

    expect(web.api.list(PODS, 'default').map(({ metadata }) => metadata.uid)).toEqual([before?.metadata.uid]);
  });

  it('is deleted with its ReplicaSets and Pods', async () => {
    web.api.create(DEPLOYMENTS, aDeployment('web', { replicas: 2 }));
    await untilRolledOut(2);

    web.api.delete(DEPLOYMENTS, 'default', 'web');

    await eventually(web.api, PODS, () => expect(web.api.list(PODS, 'default')).toEqual([]));
    expect(replicaSets()).toEqual([]);
  });

  it('writes nothing more when it is complete', async () => {
    web.api.create(DEPLOYMENTS, aDeployment('web', { replicas: 2 }));
    await untilRolledOut(2);
    const settled = deployment().metadata.resourceVersion;

    // A foreign annotation wakes the controller. Once it has handled a later change, it has written nothing for this
    // one.
    const note = change<Deployment>(web.api, DEPLOYMENTS, 'web', (object) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, note: 'hello' } },
    }));
    await eventually(web.api, REPLICA_SETS, () =>
      expect(replicaSets()[0]?.metadata.annotations?.['note']).toBe('hello'),
    );

    expect(note.metadata.resourceVersion).not.toBe(settled);
    expect(deployment().metadata.resourceVersion).toBe(note.metadata.resourceVersion);
  });
});
