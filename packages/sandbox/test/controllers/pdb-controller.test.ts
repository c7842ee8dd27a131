import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeApi, KubeObject } from '../../src/kubernetes/api.ts';
import { DEPLOYMENTS, POD_DISRUPTION_BUDGETS, PODS } from '../../src/kubernetes/controllers/resources.ts';
import { HEALTH, ScriptedImage } from '../kubelet/scripted-image.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { aContainer, aDeployment, aPod, changeSpec } from './objects.ts';

let app: ScriptedImage;
let cluster: Cluster;
let api: KubeApi;

beforeEach(async () => {
  app = new ScriptedImage();
  cluster = await startCluster({ images: [app], timeScale: 20 });
  ({ api } = cluster);
  const probed = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [aContainer({ readinessProbe: HEALTH })] },
  };
  api.create(DEPLOYMENTS, aDeployment('web', { replicas: 3, template: probed }));
});

afterEach(async () => {
  await cluster.stop();
});

function createBudget(limit: Record<string, unknown>): void {
  const metadata = { name: 'web', namespace: 'default' };
  const spec = { selector: { matchLabels: { app: 'web' } }, ...limit };
  api.create(POD_DISRUPTION_BUDGETS, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec });
}

function status(): unknown {
  return api.get(POD_DISRUPTION_BUDGETS, 'default', 'web')?.['status'];
}

describe('the disruption controller', () => {
  it.each([
    { limit: { minAvailable: 1 }, desiredHealthy: 1, disruptionsAllowed: 2 },
    { limit: { minAvailable: '50%' }, desiredHealthy: 2, disruptionsAllowed: 1 },
    { limit: { maxUnavailable: 1 }, desiredHealthy: 2, disruptionsAllowed: 1 },
    { limit: { maxUnavailable: '10%' }, desiredHealthy: 2, disruptionsAllowed: 1 },
    { limit: { minAvailable: 3 }, desiredHealthy: 3, disruptionsAllowed: 0 },
  ])('allows $disruptionsAllowed disruptions of three healthy Pods with $limit', async ({ limit, ...counts }) => {
    createBudget(limit);

    await eventually(api, POD_DISRUPTION_BUDGETS, () =>
      expect(status()).toMatchObject({ currentHealthy: 3, expectedPods: 3, ...counts }),
    );
  });

  it('allows none while too few Pods are healthy', async () => {
    createBudget({ minAvailable: 1 });
    await eventually(api, POD_DISRUPTION_BUDGETS, () =>
      expect(status()).toMatchObject({
        disruptionsAllowed: 2,
        conditions: [{ type: 'DisruptionAllowed', reason: 'SufficientPods' }],
      }),
    );

    app.ready = false;

    const conditions = [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }];
    await eventually(api, POD_DISRUPTION_BUDGETS, () =>
      expect(status()).toMatchObject({ currentHealthy: 0, disruptionsAllowed: 0, conditions }),
    );
  });

  it('counts Pods without owners for an absolute minAvailable', async () => {
    api.create(PODS, aPod('single', {}, { labels: { app: 'single' } }));
    createBudget({ minAvailable: 1, selector: { matchLabels: { app: 'single' } } });

    await eventually(api, POD_DISRUPTION_BUDGETS, () =>
      expect(status()).toMatchObject({ expectedPods: 1, currentHealthy: 1, disruptionsAllowed: 0 }),
    );
  });

  it('expects the number of replicas of the Deployment', async () => {
    createBudget({ maxUnavailable: 1 });
    await eventually(api, POD_DISRUPTION_BUDGETS, () =>
      expect(status()).toMatchObject({ expectedPods: 3, disruptionsAllowed: 1 }),
    );

    changeSpec(api, 'web', { replicas: 5 });

    await eventually(api, POD_DISRUPTION_BUDGETS, () =>
      expect(status()).toMatchObject({ expectedPods: 5, currentHealthy: 5, desiredHealthy: 4 }),
    );
  });

  it('counts a Pod as gone from its granted eviction on, until it is deleted or two minutes have passed', async () => {
    createBudget({ minAvailable: 1 });
    const ready = { currentHealthy: 3, disruptionsAllowed: 2 };
    await eventually(api, POD_DISRUPTION_BUDGETS, () => expect(status()).toMatchObject(ready));
    const [granted, expired] = api.list(PODS, 'default').map(({ metadata }) => metadata.name);
    const disruptedPods = {
      [granted ?? '']: new Date().toISOString(),
      [expired ?? '']: '2026-01-01T00:00:00Z',
      gone: new Date().toISOString(),
    };

    const budget = api.get(POD_DISRUPTION_BUDGETS, 'default', 'web') as KubeObject;
    api.updateStatus(POD_DISRUPTION_BUDGETS, { ...budget, status: { ...(status() as object), disruptedPods } });

    await eventually(api, POD_DISRUPTION_BUDGETS, () => {
      expect(status()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
      expect(Object.keys((status() as { disruptedPods: object }).disruptedPods)).toEqual([granted]);
    });
  });
});
