import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aCondition, aPod, PODS } from '../support/objects.ts';

const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';

let sandbox: KubernetesSandbox;
let client: Client;
let pods = 0;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

let name: string;

beforeEach(() => {
  pods += 1;
  name = `pod-${pods}`;
});

const READY: JsonObject = { phase: 'Running', conditions: [aCondition('Ready')] };

/** A Pod that is bound, so that it outlives its deletion, with a status as a kubelet writes it. */
async function createPod(status: JsonObject, pod = name): Promise<void> {
  const { metadata, ...rest } = aPod(pod, { nodeName: 'n1', terminationGracePeriodSeconds: 45 });
  await client.post(PODS, { ...rest, metadata: { ...(metadata as object), labels: { app: name } } });
  await client.patch('merge', `${PODS}/${pod}/status`, { status });
}

/** A budget for the Pods of this test, with a status as its controller writes it. */
async function createBudget(status: JsonObject, spec: JsonObject = {}, budget = name): Promise<void> {
  const selector = { matchLabels: { app: name } };
  const metadata = { name: budget };
  await client.post(BUDGETS, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { minAvailable: 1, selector, ...spec },
  });
  await client.patch('merge', `${BUDGETS}/${budget}/status`, { status: { observedGeneration: 1, ...status } });
}

function evict(pod = name, deleteOptions: JsonObject = {}, query = '') {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod }, deleteOptions };
  return client.post(`${PODS}/${pod}/eviction${query}`, eviction);
}

async function isEnding(pod = name): Promise<boolean> {
  return (await client.get(`${PODS}/${pod}`)).body.metadata['deletionTimestamp'] !== undefined;
}

describe('an eviction', () => {
  it('deletes a Pod without a budget, with its own grace period, and says why in the status', async () => {
    await createPod(READY);

    expect((await evict()).status).toBe(201);

    const { metadata, status } = (await client.get(`${PODS}/${name}`)).body;
    expect(metadata).toMatchObject({ deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 45 });
    expect((status as JsonObject)['conditions']).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }),
    );
  });

  it('takes the grace period that it asks for', async () => {
    await createPod(READY);

    await evict(name, { gracePeriodSeconds: 3 });

    expect((await client.get(`${PODS}/${name}`)).body.metadata).toMatchObject({ deletionGracePeriodSeconds: 3 });
  });

  it('uses a disruption that the budget allows, so that the next one is refused at once', async () => {
    await createPod(READY);
    await createPod(READY, `${name}-b`);
    await createBudget({ disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 });

    const first = await evict();
    const second = await evict(`${name}-b`);

    expect([first.status, second.status]).toEqual([201, 429]);
    expect(await isEnding(`${name}-b`)).toBe(false);
    expect((await client.get(`${BUDGETS}/${name}`)).body['status']).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { [name]: expect.any(String) },
      conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
    });
  });

  it('is refused by an exhausted budget, which says what it lacks', async () => {
    await createPod(READY);
    await createBudget({ disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 });

    const { status, body } = await evict();

    const message = `The disruption budget ${name} needs 1 healthy pods and has 1 currently`;
    expect([status, body['reason'], body['details']]).toEqual([
      429,
      'TooManyRequests',
      { causes: [{ reason: 'DisruptionBudget', message }] },
    ]);
  });

  it('is refused while the controller has not seen the budget', async () => {
    await createPod(READY);
    await createBudget({ observedGeneration: 0, disruptionsAllowed: 1 });

    const { status, body } = await evict();

    expect([status, body['details']]).toMatchObject([429, { retryAfterSeconds: 10 }]);
  });

  it('is refused when two budgets cover the Pod', async () => {
    await createPod(READY);
    await createBudget({ disruptionsAllowed: 1 });
    await createBudget({ disruptionsAllowed: 1 }, {}, `${name}-b`);

    const { status, body } = await evict();

    expect([status, body.message]).toEqual([
      500,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    ]);
    expect(await isEnding()).toBe(false);
  });

  it.each([
    { pod: 'has not started', status: { phase: 'Pending' } },
    { pod: 'has ended', status: { phase: 'Failed' } },
  ])('ignores an exhausted budget when the Pod $pod', async ({ status }) => {
    await createPod(status);
    await createBudget({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 1 });

    expect((await evict()).status).toBe(201);
  });

  it.each([
    { policy: 'AlwaysAllow', healthy: 0, status: 201 },
    { policy: 'IfHealthyBudget', healthy: 0, status: 429 },
    { policy: 'IfHealthyBudget', healthy: 1, status: 201 },
  ])(
    'of a Pod that is not ready answers $status under $policy with $healthy of 1 healthy Pods',
    async ({ policy, healthy, status }) => {
      await createPod({ phase: 'Running' });
      const counts = { disruptionsAllowed: 0, currentHealthy: healthy, desiredHealthy: 1 };
      await createBudget(counts, { unhealthyPodEvictionPolicy: policy });

      expect((await evict()).status).toBe(status);
      expect((await client.get(`${BUDGETS}/${name}`)).body['status']).not.toHaveProperty('disruptedPods');
    },
  );

  it.each([
    { where: 'query', options: {}, query: '?dryRun=All' },
    { where: 'body', options: { dryRun: ['All'] }, query: '' },
  ])('changes nothing as a dry run, asked for in the $where', async ({ options, query }) => {
    await createPod(READY);
    await createBudget({ disruptionsAllowed: 1, currentHealthy: 1, desiredHealthy: 0 });

    expect((await evict(name, options, query)).status).toBe(201);

    expect(await isEnding()).toBe(false);
    expect((await client.get(`${BUDGETS}/${name}`)).body['status']).toMatchObject({ disruptionsAllowed: 1 });
  });

  it('names the Pod in its URL', async () => {
    await createPod(READY);
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'another' } };

    expect((await client.post(`${PODS}/${name}/eviction`, eviction)).status).toBe(400);
  });
});
