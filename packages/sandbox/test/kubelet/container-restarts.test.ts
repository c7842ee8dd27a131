import { describe, expect, it } from '@jest/globals';
import { EVENTS, PODS } from '../../src/kubernetes/controllers/resources.ts';
import type { ContainerSpec } from '../../src/kubernetes/controllers/workloads.ts';
import { eventually } from '../controllers/eventually.ts';
import { aContainer, aPod } from '../controllers/objects.ts';
import { nodeForEachTest } from './a-node.ts';
import { HEALTH } from './scripted-image.ts';

const node = nodeForEachTest();

describe('a container that exits', () => {
  it('is restarted at once the first time, then after CrashLoopBackOff', async () => {
    node.api.create(PODS, aPod('web'));
    await node.untilReady();

    node.app.latest().exit(1);
    await node.untilContainer({
      restartCount: 1,
      ready: true,
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });

    node.app.latest().exit(2);
    await node.untilContainer({ ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } });
    expect(node.container()?.state.waiting?.message).toMatch(
      /^back-off 10s restarting failed container=main pod=web_default\(/,
    );
    expect(node.status().phase).toBe('Running');

    await node.untilContainer({ restartCount: 2, ready: true, lastState: { terminated: { exitCode: 2 } } });
  });

  it.each([
    { restartPolicy: 'Never', exitCode: 0, phase: 'Succeeded' },
    { restartPolicy: 'Never', exitCode: 3, phase: 'Failed' },
    { restartPolicy: 'OnFailure', exitCode: 0, phase: 'Succeeded' },
  ] as const)(
    'with code $exitCode under $restartPolicy leaves the Pod $phase',
    async ({ restartPolicy, exitCode, phase }) => {
      node.api.create(PODS, aPod('web', { restartPolicy }));
      await node.untilReady();

      node.app.latest().exit(exitCode);

      await eventually(node.api, PODS, () => expect(node.status().phase).toBe(phase));
      expect(node.container()).toMatchObject({ restartCount: 0, state: { terminated: { exitCode } } });
    },
  );
});

const probed = (probes: Partial<ContainerSpec>) => aPod('web', { containers: [aContainer(probes)] });

describe('a container with failing probes', () => {
  it('is restarted when its liveness probe fails', async () => {
    node.api.create(PODS, probed({ livenessProbe: { ...HEALTH, periodSeconds: 1, failureThreshold: 2 } }));
    await node.untilReady();

    node.app.ready = false;
    await node.untilContainer({ restartCount: 1 });

    expect(node.app.runs[0]?.signals).toEqual(['SIGTERM']);
    await eventually(node.api, EVENTS, () => {
      const messages = node.api.list(EVENTS, 'default').map((event) => event['message']);
      expect(messages).toContain('Liveness probe failed: HTTP probe failed with statuscode: 503');
      expect(messages).toContain('Container main failed liveness probe, will be restarted');
    });
  });

  it('runs no other probe before the startup probe succeeds', async () => {
    node.app.ready = false;
    const startupProbe = { ...HEALTH, periodSeconds: 60 };
    node.api.create(
      PODS,
      probed({ startupProbe, livenessProbe: { ...HEALTH, periodSeconds: 1, failureThreshold: 1 } }),
    );
    await eventually(node.api, PODS, () => expect(node.status().phase).toBe('Running'));
    expect(node.container()?.ready).toBe(false);

    node.app.ready = true;
    await node.untilReady();

    expect(node.app.runs).toHaveLength(1);
  });

  it('is restarted if the startup probe never succeeds', async () => {
    node.app.ready = false;
    node.api.create(PODS, probed({ startupProbe: { ...HEALTH, periodSeconds: 1, failureThreshold: 2 } }));

    await node.untilContainer({ restartCount: 1 });

    expect(node.app.runs[0]?.signals).toEqual(['SIGTERM']);
  });
});

describe('a container that is killed', () => {
  it('is restarted, with its exit code in the status', async () => {
    node.api.create(PODS, aPod('web'));
    await node.untilReady();

    node.cluster.kubelet.kill({ namespace: 'default', name: 'web' });

    await node.untilContainer({ restartCount: 1, ready: true });
    expect(node.container()?.lastState).toMatchObject({ terminated: { exitCode: 137 } });
  });
});
