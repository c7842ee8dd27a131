import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JOBS, PODS } from '../../src/kubernetes/controllers/resources.ts';
import type { Job, JobSpec } from '../../src/kubernetes/controllers/workloads.ts';
import type { Container, ContainerStart } from '../../src/kubelet/image.ts';
import { eventually } from '../support/eventually.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { aContainer } from './objects.ts';

/** Ends at once with the exit code that its argument names, a word for each Pod of the Job. */
const script = {
  matches: /^example\/script/,
  start: ({ args, pod }: ContainerStart): Container => {
    starts.push(pod.name);
    const code = Number(args[Math.min(starts.length, args.length) - 1]);
    return { exited: Promise.resolve(code), terminate: nothing, kill: nothing, addressOf: nothing };
  },
};
const nothing = (): undefined => undefined;

let starts: string[] = [];
let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ images: [script], timeScale: 1000, events: false });
});
afterAll(() => cluster.stop());

function start(name: string, codes: readonly number[], spec: Partial<JobSpec> = {}): void {
  starts = [];
  const container = aContainer({ image: 'example/script:1', args: codes.map(String) });
  const template = { spec: { restartPolicy: 'Never' as const, containers: [container] } };
  const metadata = { name, namespace: 'default' };
  cluster.api.create(JOBS, { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template, ...spec } });
}

function jobNamed(name: string): Job {
  return cluster.api.get(JOBS, 'default', name) as Job;
}

async function ended(name: string): Promise<NonNullable<Job['status']>> {
  return eventually(() => {
    const { status } = jobNamed(name);
    expect(status?.conditions?.length).toBe(2);
    return status ?? {};
  });
}

describe('a Job', () => {
  it('is complete when its Pod has succeeded', async () => {
    start('fine', [0]);

    const status = await ended('fine');

    expect(status).toMatchObject({ succeeded: 1, ready: 0, completionTime: expect.any(String) });
    expect(status.conditions).toMatchObject([
      { type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached' },
      { type: 'Complete', status: 'True' },
    ]);
    expect(starts).toHaveLength(1);
  });

  it('tries again after a failure, up to its limit', async () => {
    start('second-try', [1, 0]);
    expect(await ended('second-try')).toMatchObject({ succeeded: 1, failed: 1 });

    start('hopeless', [1], { backoffLimit: 0 });
    const status = await ended('hopeless');

    expect(status).toMatchObject({ failed: 1 });
    expect(status).not.toHaveProperty('completionTime');
    expect(status.conditions).toMatchObject([
      { type: 'FailureTarget', status: 'True', reason: 'BackoffLimitExceeded' },
      { type: 'Failed', status: 'True', message: 'Job has reached the specified backoff limit' },
    ]);
    expect(starts).toHaveLength(1);
  });

  it('labels its Pods, by which their logs are found, and takes them along when it is deleted', async () => {
    start('found', [0], { completions: 2 });
    await ended('found');
    const podsOf = (): readonly string[] =>
      cluster.api
        .list(PODS, 'default')
        .filter(({ metadata }) => metadata.labels?.['job-name'] === 'found')
        .map(({ metadata }) => metadata.name);
    expect(podsOf().toSorted()).toEqual(starts.toSorted());
    expect(podsOf()).toHaveLength(2);

    cluster.api.delete(JOBS, 'default', 'found', { propagationPolicy: 'Background' });

    await eventually(() => expect(podsOf()).toEqual([]));
  });

  it('is refused if its Pods would be restarted forever, or if its template changes', () => {
    const always = { spec: { restartPolicy: 'Always' as const, containers: [aContainer()] } };
    expect(() => start('forever', [0], { template: always })).toThrow('Unsupported value: "Always"');

    start('fixed', [0]);
    const job = jobNamed('fixed');
    const never = { spec: { restartPolicy: 'OnFailure' as const, containers: [aContainer()] } };

    expect(() => cluster.api.update(JOBS, { ...job, spec: { ...job.spec, template: never } })).toThrow(
      'field is immutable',
    );
  });
});
