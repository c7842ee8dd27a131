import { describe, expect, it } from '@jest/globals';
import type { ContainerStatus, EventObject, Pod } from '../../../src/api/objects.ts';
import { type PodTrouble, podTrouble, podsToExplain, withoutPodNames } from '../../../src/core/tunnel/pod-trouble.ts';

const NOW = '2026-01-01T00:10:00Z';
const LONG_AGO = '2026-01-01T00:00:00Z';
const JUST_NOW = '2026-01-01T00:09:55Z';

const PULL = 'rpc error: code = NotFound desc = example.com/x:1: not found';
const PULL_FAILS = { state: { waiting: { reason: 'ErrImagePull', message: PULL } } };
const CRASHED = { exitCode: 1, reason: 'Error' };
const CREATING = { state: { waiting: { reason: 'ContainerCreating' } } };
const RUNNING = { state: { running: { startedAt: LONG_AGO } }, started: true };

describe('the cause of pods that are not ready', () => {
  it.each<{ case: string; container: Partial<ContainerStatus>; init?: readonly ContainerStatus[]; why: string }>([
    {
      case: 'an image that cannot be pulled',
      container: PULL_FAILS,
      why: `container cloudflared: ErrImagePull: ${PULL}`,
    },
    {
      case: 'a key that is missing',
      container: { state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } } },
      why: 'container cloudflared: CreateContainerConfigError: secret "x" not found',
    },
    {
      case: 'a container that exits',
      container: { state: { terminated: CRASHED } },
      why: 'CrashLoopBackOff: container cloudflared exits with code 1 (Error)',
    },
    {
      case: 'a container that ran out of memory before',
      container: {
        ...RUNNING,
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: LONG_AGO } },
      },
      why: 'CrashLoopBackOff: container cloudflared exits with code 137 (OOMKilled)',
    },
    {
      case: 'an init container that cannot start',
      container: { ...RUNNING, ready: true },
      init: [{ ...PULL_FAILS, name: 'init' }],
      why: `container init: ErrImagePull: ${PULL}`,
    },
    {
      case: 'an image whose pull is backed off',
      container: {
        state: {
          waiting: {
            reason: 'ImagePullBackOff',
            message: `Back-off pulling image "example.com/x:1": ErrImagePull: ${PULL}`,
          },
        },
      },
      why: `container cloudflared: ErrImagePull: ${PULL}`,
    },
    {
      case: 'a container that exits again and again without an error',
      container: {
        state: { terminated: { exitCode: 0, reason: 'Completed' } },
        lastState: { terminated: { exitCode: 0, reason: 'Completed' } },
      },
      why: 'CrashLoopBackOff: container cloudflared exits with code 0 (Completed)',
    },
    {
      case: 'a container that exited long ago and has not run since',
      container: {
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { ...CRASHED, finishedAt: '2025-12-31T00:00:00Z' } },
      },
      why: 'CrashLoopBackOff: container cloudflared exits with code 1 (Error)',
    },
    {
      case: 'a startup probe that fails',
      container: { ...RUNNING, started: false },
      why: 'container cloudflared runs, but its startup probe fails',
    },
    {
      case: 'another container that is not ready',
      container: { ...RUNNING, name: 'proxy' },
      why: 'container proxy runs, but is not ready',
    },
  ])('is $case', ({ container, init = [], why }) => {
    const pod = podWith(container);
    const conditions = [{ type: 'Ready', status: 'False' }];

    expect(troubleOf([{ ...pod, status: { ...pod.status, conditions, initContainerStatuses: init } }])).toEqual({
      kind: 'broken',
      why,
    });
  });

  it.each<{ case: string; proxy: Partial<ContainerStatus>; restartPolicy?: string; why: string | undefined }>([
    {
      case: 'a proxy whose image cannot be pulled',
      proxy: PULL_FAILS,
      why: `container proxy: ErrImagePull: ${PULL}`,
    },
    {
      case: 'a proxy that exits',
      proxy: { state: { terminated: CRASHED } },
      why: 'CrashLoopBackOff: container proxy exits with code 1 (Error)',
    },
    {
      case: 'a proxy that does not accept its configuration',
      proxy: { ...RUNNING, started: false },
      why: 'container proxy runs, but its startup probe fails',
    },
    { case: 'a proxy that is not ready any more', proxy: RUNNING, why: 'container proxy runs, but is not ready' },
    { case: 'nothing while an init container is at work', proxy: RUNNING, restartPolicy: 'Never', why: undefined },
  ])('is $case', ({ proxy, restartPolicy = 'Always', why }) => {
    const { metadata, status, ...pod } = podWith({ state: { waiting: { reason: 'PodInitializing' } } });
    const spec = { initContainers: [{ name: 'proxy', restartPolicy }] };
    const initContainerStatuses = [{ ...proxy, name: 'proxy' }];

    const trouble = troubleOf([{ ...pod, metadata, spec, status: { ...status, initContainerStatuses } }]);

    expect(trouble).toEqual(why && { kind: 'broken', why });
  });

  it('is the message of the scheduler', () => {
    const message = '0/3 nodes are available: 3 Insufficient memory.';
    const condition = { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message };
    const initialized = { type: 'Initialized', status: 'True' };

    expect(troubleOf([{ ...aPod('a'), status: { conditions: [initialized, condition] } }])).toEqual({
      kind: 'broken',
      why: `SchedulingGated: ${message}`,
    });
  });

  it('is a volume, which only an event reports', () => {
    const events = [
      warning('a', 'FailedMount', 'MountVolume.SetUp failed for volume "x" : secret "x" not found'),
      warning('other', 'FailedMount', 'of another pod'),
      warning('a', 'BackOff', 'not a failure to start'),
      { ...warning('a', 'FailedBefore', 'and recovered'), type: 'Normal' },
    ];

    expect(podTrouble([podWith(CREATING)], events, NOW)).toEqual({
      kind: 'broken',
      why: 'FailedMount: MountVolume.SetUp failed for volume "x" : secret "x" not found',
    });
  });

  it('is not a crash from long ago', () => {
    const lastState = { terminated: { ...CRASHED, finishedAt: '2025-12-31T00:00:00Z' } };

    expect(troubleOf([podWith({ ...RUNNING, lastState })])).toEqual({ kind: 'unconnected' });
  });

  it('is the termination of a pod, if there is no other', () => {
    const status = { phase: 'Failed', reason: 'OutOfcpu', message: 'Pod was rejected' };
    const ended = { ...podWith({ state: { terminated: CRASHED } }), status };

    expect(troubleOf([ended])).toEqual({ kind: 'broken', why: 'OutOfcpu: Pod was rejected' });
    expect(troubleOf([ended, podWith(RUNNING, 'b')])).toEqual({ kind: 'unconnected' });
    expect(troubleOf([{ ...ended, status: { phase: 'Failed' } }])).toBeUndefined();
    expect(troubleOf([{ ...ended, status: { phase: 'Pending', reason: 'Waiting' } }])).toBeUndefined();
  });

  it('is the edge, if they have been running for a while', () => {
    expect(troubleOf([podWith(RUNNING)])).toEqual({ kind: 'unconnected' });
  });

  it.each<{ case: string; pods: readonly Pod[] }>([
    { case: 'there is none', pods: [] },
    { case: 'they have just started', pods: [podWith({ state: { running: { startedAt: JUST_NOW } } })] },
    { case: 'they are being created', pods: [podWith(CREATING)] },
    { case: 'nothing is known of them yet', pods: [aPod('a')] },
    { case: 'their containers are unknown', pods: [podWith({})] },
    { case: 'they are initialized', pods: [podWith({ state: { waiting: { reason: 'PodInitializing' } } })] },
    { case: 'they are ready, whatever happened before', pods: [ready(podWith(PULL_FAILS))] },
    { case: 'a container has completed', pods: [podWith({ state: { terminated: { exitCode: 0 } } })] },
    {
      case: 'the container that was restarted is ready',
      pods: [podWith({ ...RUNNING, ready: true, lastState: { terminated: CRASHED } })],
    },
    { case: 'they are ready', pods: [ready(podWith({ ...RUNNING, ready: true }))] },
    { case: 'they are being deleted', pods: [leaving(podWith(PULL_FAILS))] },
  ])('is undefined while $case', ({ pods }) => {
    expect(troubleOf(pods)).toBeUndefined();
  });
});

// Invariant 13.
describe('the message of a cause', () => {
  it.each([
    { case: 'the pull backs off', message: `Back-off pulling image "example.com/x:1": ErrImagePull: ${PULL}` },
    { case: 'the pull backs off, in newer releases', message: `Back-off pulling image "x": ${PULL}` },
  ])('is the same while $case', ({ message }) => {
    const waiting = { reason: 'ImagePullBackOff', message };

    expect(troubleOf([podWith({ state: { waiting } })])).toEqual(troubleOf([podWith(PULL_FAILS)]));
  });

  it('is the same in every phase of a crash loop', () => {
    const backOff = { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container=x pod=y_z(uid)' };
    const phases = [
      { state: { terminated: CRASHED } },
      { state: { waiting: backOff }, lastState: { terminated: CRASHED } },
      { state: { running: { startedAt: JUST_NOW } }, lastState: { terminated: CRASHED } },
    ];

    expect(new Set(phases.map((phase) => JSON.stringify(troubleOf([podWith(phase)])))).size).toBe(1);
  });

  it('does not depend on the order of the pods or on slow pods', () => {
    const pods = [podWith(PULL_FAILS, 'a'), podWith(CREATING, 'b'), podWith({ state: { terminated: CRASHED } }, 'c')];

    expect(troubleOf(pods.toReversed())).toEqual(troubleOf(pods));
  });

  it('does not contain the id of a pod sandbox', () => {
    const message = `Failed to create pod sandbox: network for sandbox "${'0a'.repeat(32)}": no route`;

    expect(podTrouble([podWith(CREATING)], [warning('a', 'FailedCreatePodSandBox', message)], NOW)).toMatchObject({
      why: 'FailedCreatePodSandBox: Failed to create pod sandbox: network for sandbox: no route',
    });
  });

  it('does not contain a source port', () => {
    const message = 'dial tcp: lookup example.com on 10.0.0.10:53: read udp 10.0.0.5:43211->10.0.0.10:53: i/o timeout';

    expect(troubleOf([podWith({ state: { waiting: { reason: 'ErrImagePull', message } } })])).toMatchObject({
      why: expect.stringContaining('read udp 10.0.0.10:53: i/o timeout'),
    });
  });

  it.each([
    ['pods "home-cloudflared-6d4b75cb6d-x7k2p" is forbidden', 'pods "home-cloudflared" is forbidden'],
    ['ReplicaSet "home-cloudflared-6d4b75cb6d" has timed out', 'ReplicaSet "home-cloudflared" has timed out'],
    ['pods "home-cloudflared-6d4b75cb6d-" is forbidden', 'pods "home-cloudflared" is forbidden'],
    ['secret "home-cloudflared-credentials" not found', 'secret "home-cloudflared-credentials" not found'],
  ])('does not contain pod names: %s', (text, kept) => {
    expect(withoutPodNames(text, 'home-cloudflared')).toBe(kept);
  });
});

it('only pods that are being created need events', () => {
  const second = {
    status: {
      containerStatuses: [
        { name: 'proxy', ...PULL_FAILS },
        { name: 'cloudflared', ...CREATING },
      ],
    },
  };
  const pods = [
    podWith(CREATING, 'created'),
    { ...aPod('second'), ...second },
    podWith(PULL_FAILS, 'pulled'),
    ready(podWith(CREATING, 'ready')),
    leaving(podWith(CREATING, 'leaving')),
    podWith({}, 'unknown'),
    aPod('new'),
  ];

  expect(podsToExplain(pods).map(({ metadata }) => metadata.name)).toEqual(['created', 'second']);
});

function troubleOf(pods: readonly Pod[]): PodTrouble | undefined {
  return podTrouble(pods, [], NOW);
}

function aPod(name: string): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name } };
}

function podWith(container: Partial<ContainerStatus>, name = 'a'): Pod {
  return { ...aPod(name), status: { containerStatuses: [{ name: 'cloudflared', ...container }] } };
}

function ready(pod: Pod): Pod {
  return { ...pod, status: { ...pod.status, conditions: [{ type: 'Ready', status: 'True' }] } };
}

function leaving(pod: Pod): Pod {
  return { ...pod, metadata: { ...pod.metadata, deletionTimestamp: LONG_AGO } };
}

function warning(name: string, reason: string, message: string): EventObject {
  const metadata = { namespace: 'shop', name: `${name}.1` };
  return { apiVersion: 'v1', kind: 'Event', metadata, type: 'Warning', reason, message, involvedObject: { name } };
}
