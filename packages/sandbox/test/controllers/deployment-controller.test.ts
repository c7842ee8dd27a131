import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeApi } from '../../src/kubernetes/api.ts';
import { conditionOf } from '../../src/kubernetes/controllers/conditions.ts';
import { isActive } from '../../src/kubernetes/controllers/pod-state.ts';
import { DEPLOYMENTS, NAMESPACES, PODS, REPLICA_SETS } from '../../src/kubernetes/controllers/resources.ts';
import type {
  Deployment,
  DeploymentStatus,
  Pod,
  PodTemplate,
  ReplicaSet,
} from '../../src/kubernetes/controllers/workloads.ts';
import { HEALTH, ScriptedImage } from '../kubelet/scripted-image.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { aContainer, aDeployment, change, changeSpec } from './objects.ts';

const REVISION = 'deployment.kubernetes.io/revision';

let app: ScriptedImage;
let cluster: Cluster;
let api: KubeApi;

beforeEach(async () => {
  app = new ScriptedImage();
  cluster = await startCluster({ images: [app], timeScale: 20 });
  ({ api } = cluster);
});

afterEach(async () => {
  await cluster.stop();
});

function deployment(): Deployment {
  return api.get(DEPLOYMENTS, 'default', 'web') as Deployment;
}

function statusOf(): DeploymentStatus {
  return deployment().status ?? {};
}

function replicaSets(): ReplicaSet[] {
  return (api.list(REPLICA_SETS, 'default') as ReplicaSet[]).toSorted(
    (a, b) => Number(a.metadata.annotations?.[REVISION]) - Number(b.metadata.annotations?.[REVISION]),
  );
}

function revisions(): (string | undefined)[] {
  return replicaSets().map(({ metadata }) => metadata.annotations?.[REVISION]);
}

function sizes(): (number | undefined)[] {
  return replicaSets().map(({ spec }) => spec.replicas);
}

function template(version: string): PodTemplate {
  const container = aContainer({ env: [{ name: 'VERSION', value: version }] });
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } };
}

function versionsOf(pods: readonly Pod[]): string[] {
  return pods.map(({ spec }) => spec.containers[0]?.env?.[0]?.value ?? '').toSorted();
}

/** Waits for the whole rollout with the criteria of `kubectl rollout status`. */
async function untilRolledOut(replicas: number): Promise<void> {
  await eventually(api, DEPLOYMENTS, () => {
    const { metadata, status } = deployment();
    expect(status).toMatchObject({
      observedGeneration: metadata.generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    });
    expect(status?.['unavailableReplicas'] ?? 0).toBe(0);
    expect(conditionOf(status?.conditions, 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
  });
}

describe('a Deployment whose Pods are not admitted', () => {
  it('reports the error of the API server until they are', async () => {
    const strict = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const relabel = (labels: Readonly<Record<string, string>>): void => {
      const home = api.get(NAMESPACES, undefined, 'default');
      if (home !== undefined) api.update(NAMESPACES, { ...home, metadata: { ...home.metadata, labels } });
    };
    relabel(strict);
    api.create(DEPLOYMENTS, aDeployment('web', { replicas: 1, template: template('1') }));

    await eventually(api, DEPLOYMENTS, () =>
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
    api.create(DEPLOYMENTS, aDeployment('web', { replicas: 2 }));
    await untilRolledOut(2);

    const [replicaSet] = replicaSets();
    const hash = replicaSet?.metadata.labels?.['pod-template-hash'];
    expect(replicaSet?.metadata.name).toBe(`web-${hash}`);
    expect(replicaSet?.spec.selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash });
    const pods = api.list(PODS, 'default');
    expect(pods.map(({ metadata }) => metadata.labels)).toEqual([
      replicaSet?.metadata.labels,
      replicaSet?.metadata.labels,
    ]);
    expect(pods.every(({ metadata }) => metadata.name.startsWith(`web-${hash}-`))).toBe(true);
  });

  it('is the first revision, available and complete', async () => {
    api.create(DEPLOYMENTS, aDeployment('web'));
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
    app.ready = false;
    const container = aContainer({ readinessProbe: { ...HEALTH, periodSeconds: 1 } });
    api.create(
      DEPLOYMENTS,
      aDeployment('web', { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } } }),
    );

    await eventually(api, DEPLOYMENTS, () => expect(statusOf()).toMatchObject({ replicas: 1, unavailableReplicas: 1 }));
    expect(conditionOf(statusOf().conditions, 'Available')?.reason).toBe('MinimumReplicasUnavailable');

    app.ready = true;
    await untilRolledOut(1);
  });

  it('reports a missed progress deadline', async () => {
    const container = aContainer({ image: 'no/such:image' });
    const spec = {
      progressDeadlineSeconds: 1,
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
    };
    api.create(DEPLOYMENTS, aDeployment('web', spec));

    await eventually(api, DEPLOYMENTS, () =>
      expect(conditionOf(statusOf().conditions, 'Progressing')).toMatchObject({
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: `ReplicaSet "${replicaSets()[0]?.metadata.name}" has timed out progressing.`,
      }),
    );
  });

  it('counts Pods as available only after minReadySeconds', async () => {
    const createdAt = performance.now();
    api.create(DEPLOYMENTS, aDeployment('web', { minReadySeconds: 4 })); // 200 ms at this time scale
    await eventually(api, DEPLOYMENTS, () => expect(statusOf().readyReplicas).toBe(1));
    expect(statusOf().availableReplicas ?? 0).toBe(0);

    await untilRolledOut(1);

    expect(performance.now() - createdAt).toBeGreaterThan(195);
  });
});

describe('a rolling update', () => {
  it('always stays within maxSurge and maxUnavailable', async () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } as const;
    api.create(DEPLOYMENTS, aDeployment('web', { replicas: 3, strategy, template: template('1') }));
    await untilRolledOut(3);
    const seen: { total: number; ready: number }[] = [];
    const unwatch = api.watch(PODS, () => {
      const active = (api.list(PODS, 'default') as Pod[]).filter(isActive);
      const ready = active.filter(({ status }) => conditionOf(status?.conditions, 'Ready')?.status === 'True');
      seen.push({ total: active.length, ready: ready.length });
    });

    changeSpec(api, 'web', { template: template('2') });
    await untilRolledOut(3);
    unwatch();

    expect(Math.max(...seen.map(({ total }) => total))).toBe(4);
    expect(Math.min(...seen.map(({ ready }) => ready))).toBe(3);
    expect(versionsOf((api.list(PODS, 'default') as Pod[]).filter(isActive))).toEqual(['2', '2', '2']);
  });

  it('keeps the old ReplicaSet at zero, so that an undo makes it the newest revision', async () => {
    api.create(DEPLOYMENTS, aDeployment('web', { template: template('1') }));
    await untilRolledOut(1);
    changeSpec(api, 'web', { template: template('2') });
    await untilRolledOut(1);
    const [first, second] = replicaSets().map(({ metadata }) => metadata.name);
    expect(sizes()).toEqual([0, 1]);

    changeSpec(api, 'web', { template: template('1') });
    await eventually(api, DEPLOYMENTS, () => expect(deployment().metadata.annotations?.[REVISION]).toBe('3'));
    await untilRolledOut(1);

    expect(replicaSets().map(({ metadata }) => metadata.name)).toEqual([second, first]);
    expect(sizes()).toEqual([0, 1]);
    expect(replicaSets()[1]?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1');
  });

  it('deletes revisions beyond revisionHistoryLimit', async () => {
    api.create(DEPLOYMENTS, aDeployment('web', { revisionHistoryLimit: 1, template: template('1') }));
    await untilRolledOut(1);
    for (const version of ['2', '3']) {
      changeSpec(api, 'web', { template: template(version) });
      await untilRolledOut(1);
    }

    await eventually(api, REPLICA_SETS, () => expect(revisions()).toEqual(['2', '3']));
  });

  it('replaces unhealthy old Pods without waiting for them', async () => {
    const broken = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [aContainer({ image: 'no/such:image' })] },
    };
    api.create(DEPLOYMENTS, aDeployment('web', { replicas: 2, template: broken }));
    await eventually(api, DEPLOYMENTS, () => expect(statusOf()).toMatchObject({ replicas: 2, unavailableReplicas: 2 }));

    changeSpec(api, 'web', { template: template('2') });

    await untilRolledOut(2);
    expect(sizes()).toEqual([0, 2]);
  });
});

describe('the Recreate strategy', () => {
  it('starts no new Pod before the last old one is gone', async () => {
    const drained = Promise.withResolvers<void>();
    app.drained = drained.promise;
    api.create(
      DEPLOYMENTS,
      aDeployment('web', { replicas: 2, strategy: { type: 'Recreate' }, template: template('1') }),
    );
    await untilRolledOut(2);

    changeSpec(api, 'web', { template: template('2') });
    await eventually(api, PODS, () => {
      const pods = api.list(PODS, 'default');
      expect(pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined)).toHaveLength(2);
    });
    await eventually(api, DEPLOYMENTS, () => expect(statusOf().replicas ?? 0).toBe(0));
    expect(versionsOf(api.list(PODS, 'default') as Pod[])).toEqual(['1', '1']);

    drained.resolve();
    await untilRolledOut(2);
    expect(versionsOf(api.list(PODS, 'default') as Pod[])).toEqual(['2', '2']);
  });
});

describe('a running Deployment', () => {
  it('is scaled up and down in place', async () => {
    api.create(DEPLOYMENTS, aDeployment('web', { replicas: 1 }));
    await untilRolledOut(1);

    changeSpec(api, 'web', { replicas: 4 });
    await untilRolledOut(4);
    changeSpec(api, 'web', { replicas: 2 });
    await untilRolledOut(2);

    expect(sizes()).toEqual([2]);
    expect(deployment().metadata.annotations?.[REVISION]).toBe('1');
  });

  it('replaces a deleted Pod', async () => {
    api.create(DEPLOYMENTS, aDeployment('web'));
    await untilRolledOut(1);
    const [victim] = api.list(PODS, 'default');

    api.delete(PODS, 'default', victim?.metadata.name ?? '');

    await eventually(api, PODS, () => {
      const names = api.list(PODS, 'default').map(({ metadata }) => metadata.name);
      expect(names).toHaveLength(1);
      expect(names).not.toContain(victim?.metadata.name);
    });
    await untilRolledOut(1);
  });

  it('while paused does not roll out but can be scaled, and rolls out when resumed', async () => {
    api.create(DEPLOYMENTS, aDeployment('web', { template: template('1') }));
    await untilRolledOut(1);

    changeSpec(api, 'web', { paused: true, template: template('2'), replicas: 2 });
    await eventually(api, DEPLOYMENTS, () => {
      expect(conditionOf(statusOf().conditions, 'Progressing')?.reason).toBe('DeploymentPaused');
      expect(statusOf().readyReplicas).toBe(2);
    });
    expect(versionsOf(api.list(PODS, 'default') as Pod[])).toEqual(['1', '1']);

    changeSpec(api, 'web', { paused: false });
    await untilRolledOut(2);
    expect(versionsOf((api.list(PODS, 'default') as Pod[]).filter(isActive))).toEqual(['2', '2']);
  });

  it('adopts the ReplicaSet that an orphaning deletion left', async () => {
    api.create(DEPLOYMENTS, aDeployment('web'));
    await untilRolledOut(1);
    const [before] = api.list(PODS, 'default');
    api.delete(DEPLOYMENTS, 'default', 'web', { propagationPolicy: 'Orphan' });
    await eventually(api, DEPLOYMENTS, () => expect(deployment()).toBeUndefined());

    api.create(DEPLOYMENTS, aDeployment('web'));
    await untilRolledOut(1);

    expect(api.list(PODS, 'default').map(({ metadata }) => metadata.uid)).toEqual([before?.metadata.uid]);
  });

  it('is deleted with its ReplicaSets and Pods', async () => {
    api.create(DEPLOYMENTS, aDeployment('web', { replicas: 2 }));
    await untilRolledOut(2);

    api.delete(DEPLOYMENTS, 'default', 'web');

    await eventually(api, PODS, () => expect(api.list(PODS, 'default')).toEqual([]));
    expect(replicaSets()).toEqual([]);
  });

  it('writes nothing more when it is complete', async () => {
    api.create(DEPLOYMENTS, aDeployment('web', { replicas: 2 }));
    await untilRolledOut(2);
    const settled = deployment().metadata.resourceVersion;

    // A foreign annotation wakes the controller. Once it has handled a later change, it has written nothing for this
    // one.
    const note = change<Deployment>(api, DEPLOYMENTS, 'web', (object) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, note: 'hello' } },
    }));
    await eventually(api, REPLICA_SETS, () => expect(replicaSets()[0]?.metadata.annotations?.['note']).toBe('hello'));

    expect(note.metadata.resourceVersion).not.toBe(settled);
    expect(deployment().metadata.resourceVersion).toBe(note.metadata.resourceVersion);
  });
});
