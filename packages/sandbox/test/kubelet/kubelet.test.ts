import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeApi } from '../../src/kubernetes/api.ts';
import { isTrue } from '../../src/kubernetes/controllers/conditions.ts';
import { EVENTS, PODS, SECRETS } from '../../src/kubernetes/controllers/resources.ts';
import type { ContainerSpec, Pod, PodStatus } from '../../src/kubernetes/controllers/workloads.ts';
import { type Cluster, startCluster } from '../controllers/cluster.ts';
import { eventually } from '../controllers/eventually.ts';
import { aContainer, aPod, aSecret } from '../controllers/objects.ts';
import { HEALTH, ScriptedImage } from './scripted-image.ts';

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly waiting?: { readonly reason: string; readonly message?: string };
    readonly running?: { readonly startedAt: string };
    readonly terminated?: { readonly exitCode: number };
  };
  readonly lastState: { readonly terminated?: { readonly exitCode: number; readonly reason: string } };
  readonly imageID: string;
}

let app: ScriptedImage;
let cluster: Cluster;
let api: KubeApi;

beforeEach(async () => {
  app = new ScriptedImage();
  cluster = await startCluster({ images: [app], timeScale: 50 });
  ({ api } = cluster);
});

afterEach(async () => {
  await cluster.stop();
});

function status(name = 'web'): PodStatus {
  return (api.get(PODS, 'default', name) as Pod | undefined)?.status ?? {};
}

function container(name = 'web'): ContainerStatus | undefined {
  return (status(name)['containerStatuses'] as readonly ContainerStatus[] | undefined)?.[0];
}

async function untilReady(name = 'web'): Promise<void> {
  await eventually(api, PODS, () => expect(isTrue(status(name).conditions, 'Ready')).toBe(true));
}

async function untilContainer(expected: object, name = 'web'): Promise<void> {
  await eventually(api, PODS, () => expect(container(name)).toMatchObject(expected));
}

describe('a Pod that fits on no node', () => {
  it('is not bound, and has the message of the scheduler', async () => {
    api.create(PODS, aPod('web', { nodeSelector: { disk: 'ssd' } }));

    await eventually(api, PODS, () =>
      expect(status().conditions).toEqual([
        expect.objectContaining({
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: expect.stringMatching(/^0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity/),
        }),
      ]),
    );
    expect(status().phase).toBe('Pending');
    expect((api.get(PODS, 'default', 'web') as Pod).spec.nodeName).toBeUndefined();
  });

  it('is bound if the node has the labels', async () => {
    api.create(PODS, aPod('web', { nodeSelector: { 'kubernetes.io/os': 'linux' } }));
    await untilReady();

    expect((api.get(PODS, 'default', 'web') as Pod).spec.nodeName).toBe('sandbox-node');
  });
});

describe('a Pod on the node', () => {
  it('is bound, gets an address and runs', async () => {
    api.create(PODS, aPod('web'));
    api.create(PODS, aPod('other'));
    await untilReady('web');
    await untilReady('other');

    expect((api.get(PODS, 'default', 'web') as Pod).spec.nodeName).toBe('sandbox-node');
    expect(status().phase).toBe('Running');
    expect(status().podIP).toMatch(/^10\.244\.0\.\d+$/);
    expect(status().podIP).not.toBe(status('other').podIP);
    const met = status()
      .conditions?.filter((condition) => condition.status === 'True')
      .map(({ type }) => type);
    expect(met).toEqual(['PodScheduled', 'Initialized', 'ContainersReady', 'Ready']);
    expect(container()?.state.running?.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(container()?.imageID).toMatch(/^example\/app:1@sha256:[0-9a-f]{64}$/);
  });

  it('has Events for what happened to it', async () => {
    api.create(PODS, aPod('web'));
    await untilReady();
    api.delete(PODS, 'default', 'web');

    await eventually(api, EVENTS, () => {
      const reasons = api.list(EVENTS, 'default').map((event) => event['reason']);
      expect(new Set(reasons)).toEqual(new Set(['Scheduled', 'Pulled', 'Created', 'Started', 'Killing']));
    });
  });

  it('becomes ready and not ready with its container', async () => {
    app.ready = false;
    api.create(PODS, aPod('web', { containers: [aContainer({ readinessProbe: { ...HEALTH, periodSeconds: 1 } })] }));
    await eventually(api, PODS, () => expect(status().phase).toBe('Running'));
    expect(status().conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [main]',
    });

    app.ready = true;
    await untilReady();
    app.ready = false;
    await untilContainer({ ready: false });
  });

  it('is ready at once without a readiness probe', async () => {
    app.ready = false;

    api.create(PODS, aPod('web'));

    await eventually(api, PODS, () => expect(container()?.ready).toBe(true));
  });

  it('is probed only after the initial delay', async () => {
    const probed = aContainer({ readinessProbe: { ...HEALTH, initialDelaySeconds: 10 } }); // 200 ms at this time scale
    const createdAt = performance.now();
    api.create(PODS, aPod('web', { containers: [probed] }));
    await eventually(api, PODS, () => expect(status().phase).toBe('Running'));
    expect(container()?.ready).toBe(false);

    await untilReady();

    expect(performance.now() - createdAt).toBeGreaterThan(195);
  });

  it('keeps conditions of other writers', async () => {
    app.ready = false;
    api.create(PODS, aPod('web', { containers: [aContainer({ readinessProbe: HEALTH })] }));
    await eventually(api, PODS, () => expect(status().phase).toBe('Running'));
    const pod = api.get(PODS, 'default', 'web') as Pod;
    const conditions = [...(pod.status?.conditions ?? []), { type: 'example.com/warm', status: 'True' }];
    api.updateStatus(PODS, { ...pod, status: { ...pod.status, conditions } });

    app.ready = true;
    await untilReady();

    expect(isTrue(status().conditions, 'example.com/warm')).toBe(true);
  });

  it('reports an unknown image', async () => {
    api.create(PODS, aPod('web', { containers: [aContainer({ image: 'no/such:image' })] }));

    await untilContainer({ state: { waiting: { reason: 'ErrImagePull' } }, ready: false, imageID: '' });

    expect(container()?.state.waiting?.message).toContain('no/such:image');
    expect(status().phase).toBe('Pending');
  });
});

function podWithSecret(optional: boolean): Pod {
  const secretKeyRef = { name: 'credentials', key: 'token', optional };
  return aPod('web', { containers: [aContainer({ env: [{ name: 'TOKEN', valueFrom: { secretKeyRef } }] })] });
}

describe('a container with missing configuration', () => {
  it('waits for the Secret, then for its key, and starts when both exist', async () => {
    api.create(PODS, podWithSecret(false));
    await untilContainer({
      state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "credentials" not found' } },
    });

    // Once another Pod has started, only the Secret can wake the kubelet.
    api.create(PODS, aPod('other'));
    await untilReady('other');
    const secret = api.create(SECRETS, aSecret('credentials', { other: 'x' }));
    await untilContainer({
      state: { waiting: { message: "couldn't find key token in Secret default/credentials" } },
    });

    api.update(SECRETS, { ...secret, data: { token: Buffer.from('s3cret').toString('base64') } });
    await untilReady();
    expect(app.latest().start.env).toEqual({ TOKEN: 's3cret' });
  });

  it('starts without an optional reference', async () => {
    api.create(PODS, podWithSecret(true));

    await untilReady();

    expect(app.latest().start.env).toEqual({});
  });

  it('stays in ContainerCreating while a volume cannot be mounted, with the reason in an Event', async () => {
    const volumes = [{ name: 'files', secret: { secretName: 'credentials' } }];
    const volumeMounts = [{ name: 'files', mountPath: '/etc/files' }];
    api.create(PODS, aPod('web', { volumes, containers: [aContainer({ volumeMounts })] }));

    await untilContainer({ state: { waiting: { reason: 'ContainerCreating' } } });
    await eventually(api, EVENTS, () => {
      const messages = api.list(EVENTS, 'default').map((event) => event['message']);
      expect(messages).toContain('MountVolume.SetUp failed: secret "credentials" not found');
    });

    api.create(SECRETS, aSecret('credentials', { token: 's3cret' }));
    await untilReady();
    expect([...app.latest().start.files]).toEqual([['/etc/files/token', 's3cret']]);
  });
});

describe('a container that exits', () => {
  it('is restarted at once the first time, then after CrashLoopBackOff', async () => {
    api.create(PODS, aPod('web'));
    await untilReady();

    app.latest().exit(1);
    await untilContainer({ restartCount: 1, ready: true, lastState: { terminated: { exitCode: 1, reason: 'Error' } } });

    app.latest().exit(2);
    await untilContainer({ ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } });
    expect(container()?.state.waiting?.message).toMatch(
      /^back-off 10s restarting failed container=main pod=web_default\(/,
    );
    expect(status().phase).toBe('Running');

    await untilContainer({ restartCount: 2, ready: true, lastState: { terminated: { exitCode: 2 } } });
  });

  it.each([
    { restartPolicy: 'Never', exitCode: 0, phase: 'Succeeded' },
    { restartPolicy: 'Never', exitCode: 3, phase: 'Failed' },
    { restartPolicy: 'OnFailure', exitCode: 0, phase: 'Succeeded' },
  ] as const)(
    'with code $exitCode under $restartPolicy leaves the Pod $phase',
    async ({ restartPolicy, exitCode, phase }) => {
      api.create(PODS, aPod('web', { restartPolicy }));
      await untilReady();

      app.latest().exit(exitCode);

      await eventually(api, PODS, () => expect(status().phase).toBe(phase));
      expect(container()).toMatchObject({ restartCount: 0, state: { terminated: { exitCode } } });
    },
  );
});

const probed = (probes: Partial<ContainerSpec>) => aPod('web', { containers: [aContainer(probes)] });

describe('a container with failing probes', () => {
  it('is restarted when its liveness probe fails', async () => {
    api.create(PODS, probed({ livenessProbe: { ...HEALTH, periodSeconds: 1, failureThreshold: 2 } }));
    await untilReady();

    app.ready = false;
    await untilContainer({ restartCount: 1 });

    expect(app.runs[0]?.signals).toEqual(['SIGTERM']);
    await eventually(api, EVENTS, () => {
      const messages = api.list(EVENTS, 'default').map((event) => event['message']);
      expect(messages).toContain('Liveness probe failed: HTTP probe failed with statuscode: 503');
      expect(messages).toContain('Container main failed liveness probe, will be restarted');
    });
  });

  it('runs no other probe before the startup probe succeeds', async () => {
    app.ready = false;
    const startupProbe = { ...HEALTH, periodSeconds: 60 };
    api.create(PODS, probed({ startupProbe, livenessProbe: { ...HEALTH, periodSeconds: 1, failureThreshold: 1 } }));
    await eventually(api, PODS, () => expect(status().phase).toBe('Running'));
    expect(container()?.ready).toBe(false);

    app.ready = true;
    await untilReady();

    expect(app.runs).toHaveLength(1);
  });

  it('is restarted if the startup probe never succeeds', async () => {
    app.ready = false;
    api.create(PODS, probed({ startupProbe: { ...HEALTH, periodSeconds: 1, failureThreshold: 2 } }));

    await untilContainer({ restartCount: 1 });

    expect(app.runs[0]?.signals).toEqual(['SIGTERM']);
  });
});

describe('a container that is killed', () => {
  it('is restarted, with its exit code in the status', async () => {
    api.create(PODS, aPod('web'));
    await untilReady();

    cluster.kubelet.kill({ namespace: 'default', name: 'web' });

    await untilContainer({ restartCount: 1, ready: true });
    expect(container()?.lastState).toMatchObject({ terminated: { exitCode: 137 } });
  });
});

describe('deleting a Pod', () => {
  it('lets its containers drain within the grace period before the object is deleted', async () => {
    const drained = Promise.withResolvers<void>();
    app.drained = drained.promise;
    api.create(PODS, aPod('web', { terminationGracePeriodSeconds: 45 }));
    await untilReady();

    api.delete(PODS, 'default', 'web', { gracePeriodSeconds: 45 });
    await eventually(api, EVENTS, () => expect(app.latest().signals).toEqual(['SIGTERM']));
    expect(api.get(PODS, 'default', 'web')?.metadata.deletionTimestamp).toBeDefined();

    drained.resolve();
    await eventually(api, PODS, () => expect(api.get(PODS, 'default', 'web')).toBeUndefined());
    expect(cluster.kubelet.pods()).toEqual([]);
  });

  it('goes on probing readiness while its containers drain, and restarts none of them', async () => {
    const drained = Promise.withResolvers<void>();
    app.drained = drained.promise;
    const often = { ...HEALTH, periodSeconds: 1, failureThreshold: 1 };
    const containers = [aContainer({ readinessProbe: often, livenessProbe: often })];
    api.create(PODS, aPod('web', { containers, terminationGracePeriodSeconds: 45 }));
    await untilReady();

    api.delete(PODS, 'default', 'web', { gracePeriodSeconds: 45 });
    await eventually(api, EVENTS, () => expect(app.latest().signals).toEqual(['SIGTERM']));
    app.ready = false;

    await eventually(api, PODS, () => expect(isTrue(status().conditions, 'Ready')).toBe(false));
    drained.resolve();
    await eventually(api, PODS, () => expect(api.get(PODS, 'default', 'web')).toBeUndefined());
    expect(app.runs.map(({ signals }) => signals)).toEqual([['SIGTERM']]);
  });

  it('ends its containers even if a finalizer keeps the object', async () => {
    api.create(PODS, aPod('web', {}, { finalizers: ['example.com/hold'] }));
    await untilReady();

    api.delete(PODS, 'default', 'web');
    const pod = await eventually(api, PODS, () => {
      expect(cluster.kubelet.pods()).toEqual([]);
      return api.get(PODS, 'default', 'web') as Pod;
    });
    expect(container()?.state.terminated).toMatchObject({ exitCode: 0 });

    api.update(PODS, { ...pod, metadata: { ...pod.metadata, finalizers: [] } });
    await eventually(api, PODS, () => expect(api.get(PODS, 'default', 'web')).toBeUndefined());
    expect(app.runs).toHaveLength(1);
  });

  it('ends its containers at once after a forced deletion', async () => {
    api.create(PODS, aPod('web'));
    await untilReady();

    api.delete(PODS, 'default', 'web', { gracePeriodSeconds: 0 });
    api.create(PODS, aPod('web'));
    await eventually(api, PODS, () => expect(app.runs).toHaveLength(2));

    expect(app.runs[0]?.signals).toEqual(['SIGKILL']);
  });
});

describe('the kubelet', () => {
  it('keeps the last thousand log lines of the current run', async () => {
    api.create(PODS, aPod('web', { containers: [aContainer(), aContainer({ name: 'side' })] }));
    await untilReady();
    for (let i = 0; i < 5_000; i += 1) app.runs[0]?.start.log(`line ${i}`);
    app.runs[1]?.start.log('from the side');

    const lines = cluster.kubelet.logs('default', 'web');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([1_000, 'line 4000', 'line 4999']);
    expect(cluster.kubelet.logs('default', 'web', 'side')).toEqual(['from the side']);
    expect(cluster.kubelet.logs('default', 'nobody')).toEqual([]);

    app.runs[0]?.exit(1);
    await untilContainer({ restartCount: 1 });
    expect(cluster.kubelet.logs('default', 'web')).toEqual([]);
  });

  it("provides the actual address of a Pod's port", async () => {
    api.create(
      PODS,
      aPod('web', { containers: [aContainer(), aContainer({ name: 'side', ports: [{ containerPort: 8080 }] })] }),
    );
    await untilReady();

    expect(cluster.kubelet.addressOf({ namespace: 'default', name: 'web' }, 8080)).toBe('127.0.0.1:18080');
    expect(cluster.kubelet.addressOf({ namespace: 'default', name: 'web' }, 9090)).toBeUndefined();
    expect(cluster.kubelet.addressOf({ namespace: 'default', name: 'nobody' }, 8080)).toBeUndefined();
  });

  it('ends every container when it stops', async () => {
    api.create(PODS, aPod('web'));
    await untilReady();

    await cluster.kubelet.stop();

    expect(app.latest().signals).toEqual(['SIGKILL']);
    expect(cluster.kubelet.pods()).toEqual([]);
  });
});
