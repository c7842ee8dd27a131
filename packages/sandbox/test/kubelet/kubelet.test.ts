import { describe, expect, it } from '@jest/globals';
import { isTrue } from '../../src/kubernetes/controllers/conditions.ts';
import { EVENTS, PODS, SECRETS } from '../../src/kubernetes/controllers/resources.ts';
import type { Pod } from '../../src/kubernetes/controllers/workloads.ts';
import { eventually } from '../controllers/eventually.ts';
import { aContainer, aPod, aSecret } from '../controllers/objects.ts';
import { nodeForEachTest } from './a-node.ts';
import { HEALTH } from './scripted-image.ts';

const node = nodeForEachTest();

describe('a Pod that fits on no node', () => {
  it('is not bound, and has the message of the scheduler', async () => {
    node.api.create(PODS, aPod('web', { nodeSelector: { disk: 'ssd' } }));

    await eventually(node.api, PODS, () =>
      expect(node.status().conditions).toEqual([
        expect.objectContaining({
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: expect.stringMatching(/^0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity/),
        }),
      ]),
    );
    expect(node.status().phase).toBe('Pending');
    expect((node.api.get(PODS, 'default', 'web') as Pod).spec.nodeName).toBeUndefined();
  });

  it('is bound if the node has the labels', async () => {
    node.api.create(PODS, aPod('web', { nodeSelector: { 'kubernetes.io/os': 'linux' } }));
    await node.untilReady();

    expect((node.api.get(PODS, 'default', 'web') as Pod).spec.nodeName).toBe('sandbox-node');
  });
});

describe('a Pod on the node', () => {
  it('is bound, gets an address and runs', async () => {
    node.api.create(PODS, aPod('web'));
    node.api.create(PODS, aPod('other'));
    await node.untilReady('web');
    await node.untilReady('other');

    expect((node.api.get(PODS, 'default', 'web') as Pod).spec.nodeName).toBe('sandbox-node');
    expect(node.status().phase).toBe('Running');
    expect(node.status().podIP).toMatch(/^10\.244\.0\.\d+$/);
    expect(node.status().podIP).not.toBe(node.status('other').podIP);
    const met = node
      .status()
      .conditions?.filter((condition) => condition.status === 'True')
      .map(({ type }) => type);
    expect(met).toEqual(['PodScheduled', 'Initialized', 'ContainersReady', 'Ready']);
    expect(node.container()?.state.running?.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(node.container()?.imageID).toMatch(/^example\/app:1@sha256:[0-9a-f]{64}$/);
  });

  it('has Events for what happened to it', async () => {
    node.api.create(PODS, aPod('web'));
    await node.untilReady();
    node.api.delete(PODS, 'default', 'web');

    await eventually(node.api, EVENTS, () => {
      const reasons = node.api.list(EVENTS, 'default').map((event) => event['reason']);
      expect(new Set(reasons)).toEqual(new Set(['Scheduled', 'Pulled', 'Created', 'Started', 'Killing']));
    });
  });

  it('becomes ready and not ready with its container', async () => {
    node.app.ready = false;
    node.api.create(
      PODS,
      aPod('web', { containers: [aContainer({ readinessProbe: { ...HEALTH, periodSeconds: 1 } })] }),
    );
    await eventually(node.api, PODS, () => expect(node.status().phase).toBe('Running'));
    expect(node.status().conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [main]',
    });

    node.app.ready = true;
    await node.untilReady();
    node.app.ready = false;
    await node.untilContainer({ ready: false });
  });

  it('is ready at once without a readiness probe', async () => {
    node.app.ready = false;

    node.api.create(PODS, aPod('web'));

    await eventually(node.api, PODS, () => expect(node.container()?.ready).toBe(true));
  });

  it('is probed only after the initial delay', async () => {
    const probed = aContainer({ readinessProbe: { ...HEALTH, initialDelaySeconds: 10 } }); // 200 ms at this time scale
    const createdAt = performance.now();
    node.api.create(PODS, aPod('web', { containers: [probed] }));
    await eventually(node.api, PODS, () => expect(node.status().phase).toBe('Running'));
    expect(node.container()?.ready).toBe(false);

    await node.untilReady();

    expect(performance.now() - createdAt).toBeGreaterThan(195);
  });

  it('keeps conditions of other writers', async () => {
    node.app.ready = false;
    node.api.create(PODS, aPod('web', { containers: [aContainer({ readinessProbe: HEALTH })] }));
    await eventually(node.api, PODS, () => expect(node.status().phase).toBe('Running'));
    const pod = node.api.get(PODS, 'default', 'web') as Pod;
    const conditions = [...(pod.status?.conditions ?? []), { type: 'example.com/warm', status: 'True' }];
    node.api.updateStatus(PODS, { ...pod, status: { ...pod.status, conditions } });

    node.app.ready = true;
    await node.untilReady();

    expect(isTrue(node.status().conditions, 'example.com/warm')).toBe(true);
  });

  it('reports an unknown image', async () => {
    node.api.create(PODS, aPod('web', { containers: [aContainer({ image: 'no/such:image' })] }));

    await node.untilContainer({ state: { waiting: { reason: 'ErrImagePull' } }, ready: false, imageID: '' });

    expect(node.container()?.state.waiting?.message).toContain('no/such:image');
    expect(node.status().phase).toBe('Pending');
  });
});

function podWithSecret(optional: boolean): Pod {
  const secretKeyRef = { name: 'credentials', key: 'token', optional };
  return aPod('web', { containers: [aContainer({ env: [{ name: 'TOKEN', valueFrom: { secretKeyRef } }] })] });
}

describe('a container with missing configuration', () => {
  it('waits for the Secret, then for its key, and starts when both exist', async () => {
    node.api.create(PODS, podWithSecret(false));
    await node.untilContainer({
      state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "credentials" not found' } },
    });

    // Once another Pod has started, only the Secret can wake the kubelet.
    node.api.create(PODS, aPod('other'));
    await node.untilReady('other');
    const secret = node.api.create(SECRETS, aSecret('credentials', { other: 'x' }));
    await node.untilContainer({
      state: { waiting: { message: "couldn't find key token in Secret default/credentials" } },
    });

    node.api.update(SECRETS, { ...secret, data: { token: Buffer.from('s3cret').toString('base64') } });
    await node.untilReady();
    expect(node.app.latest().start.env).toEqual({ TOKEN: 's3cret' });
  });

  it('starts without an optional reference', async () => {
    node.api.create(PODS, podWithSecret(true));

    await node.untilReady();

    expect(node.app.latest().start.env).toEqual({});
  });

  it('stays in ContainerCreating while a volume cannot be mounted, with the reason in an Event', async () => {
    const volumes = [{ name: 'files', secret: { secretName: 'credentials' } }];
    const volumeMounts = [{ name: 'files', mountPath: '/etc/files' }];
    node.api.create(PODS, aPod('web', { volumes, containers: [aContainer({ volumeMounts })] }));

    await node.untilContainer({ state: { waiting: { reason: 'ContainerCreating' } } });
    await eventually(node.api, EVENTS, () => {
      const messages = node.api.list(EVENTS, 'default').map((event) => event['message']);
      expect(messages).toContain('MountVolume.SetUp failed: secret "credentials" not found');
    });

    node.api.create(SECRETS, aSecret('credentials', { token: 's3cret' }));
    await node.untilReady();
    expect([...node.app.latest().start.files]).toEqual([['/etc/files/token', 's3cret']]);
  });
});

describe('the kubelet', () => {
  it('keeps the last thousand log lines of the current run', async () => {
    node.api.create(PODS, aPod('web', { containers: [aContainer(), aContainer({ name: 'side' })] }));
    await node.untilReady();
    for (let i = 0; i < 5_000; i += 1) node.app.runs[0]?.start.log(`line ${i}`);
    node.app.runs[1]?.start.log('from the side');

    const lines = node.cluster.kubelet.logs('default', 'web');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([1_000, 'line 4000', 'line 4999']);
    expect(node.cluster.kubelet.logs('default', 'web', 'side')).toEqual(['from the side']);
    expect(node.cluster.kubelet.logs('default', 'nobody')).toEqual([]);

    node.app.runs[0]?.exit(1);
    await node.untilContainer({ restartCount: 1 });
    expect(node.cluster.kubelet.logs('default', 'web')).toEqual([]);
  });

  it("provides the actual address of a Pod's port", async () => {
    node.api.create(
      PODS,
      aPod('web', { containers: [aContainer(), aContainer({ name: 'side', ports: [{ containerPort: 8080 }] })] }),
    );
    await node.untilReady();

    expect(node.cluster.kubelet.addressOf({ namespace: 'default', name: 'web' }, 8080)).toBe('127.0.0.1:18080');
    expect(node.cluster.kubelet.addressOf({ namespace: 'default', name: 'web' }, 9090)).toBeUndefined();
    expect(node.cluster.kubelet.addressOf({ namespace: 'default', name: 'nobody' }, 8080)).toBeUndefined();
  });

  it('ends every container when it stops', async () => {
    node.api.create(PODS, aPod('web'));
    await node.untilReady();

    await node.cluster.kubelet.stop();

    expect(node.app.latest().signals).toEqual(['SIGKILL']);
    expect(node.cluster.kubelet.pods()).toEqual([]);
  });
});
