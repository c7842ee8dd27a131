import { describe, expect, it } from '@jest/globals';
import { conditionOf } from '../../src/kubernetes/controllers/conditions.ts';
import { EVENTS, PODS } from '../../src/kubernetes/controllers/resources.ts';
import type { ContainerSpec, PodSpec } from '../../src/kubernetes/controllers/workloads.ts';
import { aContainer, aPod } from '../controllers/objects.ts';
import { eventually as until } from '../support/eventually.ts';
import { nodeForEachTest } from './a-node.ts';
import { HEALTH } from './scripted-image.ts';

const node = nodeForEachTest();
const STARTUP = { startupProbe: { ...HEALTH, periodSeconds: 1, failureThreshold: 1_000_000 } };

function aSidecar(name: string, container: Partial<ContainerSpec> = {}): ContainerSpec {
  return aContainer({ name, restartPolicy: 'Always', ...container });
}

function create(sidecars: readonly ContainerSpec[], spec: Partial<PodSpec> = {}): void {
  node.api.create(PODS, aPod('web', { initContainers: sidecars, ...spec }));
}

function started(): string[] {
  return node.app.runs.map(({ start }) => start.name);
}

function statuses(field: 'initContainerStatuses' | 'containerStatuses' = 'initContainerStatuses'): unknown[] {
  return (node.status()[field] ?? []) as unknown[];
}

function latestRun(name: string) {
  const run = node.app.runs.findLast(({ start }) => start.name === name);
  if (run === undefined) throw new Error(`${name} was not started`);
  return run;
}

describe('sidecars', () => {
  it('start in order before the main containers, each when the one before it has started up', async () => {
    node.app.unready.add('first').add('second');
    create([aSidecar('first', STARTUP), aSidecar('second', STARTUP)]);

    await until(() => expect(statuses()).toMatchObject([{ name: 'first', started: false }, { name: 'second' }]));
    expect(started()).toEqual(['first']);
    expect(node.status().phase).toBe('Pending');
    expect(statuses('containerStatuses')).toMatchObject([{ state: { waiting: { reason: 'PodInitializing' } } }]);
    expect(conditionOf(node.status().conditions, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [first second]',
    });

    node.app.unready.delete('first');
    await until(() => expect(statuses()).toMatchObject([{ started: true }, { state: { running: {} } }]));
    expect(started()).toEqual(['first', 'second']);

    node.app.unready.delete('second');
    await node.untilReady();
    expect(started()).toEqual(['first', 'second', 'main']);
    expect(node.status().phase).toBe('Running');
    expect(conditionOf(node.status().conditions, 'Initialized')?.status).toBe('True');
  });

  it('count for the readiness of the Pod', async () => {
    node.app.unready.add('proxy');
    create([aSidecar('proxy', { readinessProbe: { ...HEALTH, periodSeconds: 1 } })]);
    await until(() => expect(statuses('containerStatuses')).toMatchObject([{ ready: true }]));
    expect(conditionOf(node.status().conditions, 'Ready')).toMatchObject({
      status: 'False',
      message: 'containers with unready status: [proxy]',
    });

    node.app.unready.delete('proxy');

    await node.untilReady();
  });

  it('are restarted whenever they end, without the main containers', async () => {
    create([aSidecar('proxy')], { restartPolicy: 'Never' });
    await node.untilReady();

    latestRun('proxy').exit(0);

    await until(() => expect(statuses()).toMatchObject([{ restartCount: 1, ready: true }]));
    expect(statuses('containerStatuses')).toMatchObject([{ restartCount: 0 }]);
    expect(started()).toEqual(['proxy', 'main', 'proxy']);
  });

  it('are ended after the main containers, in reverse order', async () => {
    const [main, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    node.app.drainedOf.set('main', main.promise).set('second', second.promise);
    create([aSidecar('first'), aSidecar('second')]);
    await node.untilReady();

    node.api.delete(PODS, 'default', 'web');
    await until(() => expect(node.app.signals).toEqual(['main SIGTERM']));
    main.resolve();
    await until(() => expect(node.app.signals).toEqual(['main SIGTERM', 'second SIGTERM']));
    second.resolve();

    await until(() => expect(node.api.get(PODS, 'default', 'web')).toBeUndefined());
    expect(node.app.signals).toEqual(['main SIGTERM', 'second SIGTERM', 'first SIGTERM']);
    await until(() => {
      const messages = node.api.list(EVENTS, 'default').map((event) => event['message']);
      expect(messages).toEqual(expect.arrayContaining(['Stopping container main', 'Stopping container first']));
    });
  });

  it('get SIGTERM when the grace period is over, even if a main container has not ended', async () => {
    const never = new Promise<void>(() => undefined);
    node.app.drainedOf.set('main', never).set('proxy', never);
    create([aSidecar('proxy')], { terminationGracePeriodSeconds: 1 });
    await node.untilReady();

    node.api.delete(PODS, 'default', 'web');

    await until(() => expect(node.api.get(PODS, 'default', 'web')).toBeUndefined());
    expect(node.app.signals.filter((signal) => signal.startsWith('proxy'))).toEqual(['proxy SIGTERM', 'proxy SIGKILL']);
    expect(node.app.signals).toContain('main SIGKILL');
  });

  it('do not keep a Pod alive whose main containers are done', async () => {
    create([aSidecar('proxy')], { restartPolicy: 'Never' });
    await node.untilReady();

    latestRun('main').exit(0);

    await until(() => expect(node.status().phase).toBe('Succeeded'));
    expect(node.app.signals).toEqual(['proxy SIGTERM']);
    expect(started()).toEqual(['proxy', 'main']);
  });

  it('can be killed alone', async () => {
    create([aSidecar('proxy')]);
    await node.untilReady();

    node.cluster.kubelet.kill({ namespace: 'default', name: 'web' }, 'proxy');

    await until(() => expect(statuses()).toMatchObject([{ restartCount: 1 }]));
    expect(node.app.signals).toEqual(['proxy SIGKILL']);
  });
});

describe('other init containers', () => {
  it('count as completed', async () => {
    node.api.create(PODS, aPod('web', { initContainers: [aContainer({ name: 'setup' })] }));

    await node.untilReady();

    expect(started()).toEqual(['main']);
    expect(node.status()['initContainerStatuses']).toBeUndefined();
  });
});
