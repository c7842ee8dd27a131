import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from 'cftunnel-sandbox/kubernetes/server';
import { NO_WRITES } from '../support/world-activity.ts';
import { startRealCluster } from '../support/world-cluster.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { exposed, gone, ready, recordAt } from '../support/world-views.ts';
import { type World, startWorld } from '../support/world.ts';

describe('a world on an API server without controllers and kubelet, from a kubeconfig', () => {
  let bare: KubernetesSandbox;
  let folder: string;
  let world: World;

  beforeAll(async () => {
    bare = await startKubernetes();
    folder = await mkdtemp(join(tmpdir(), 'cftunnel-kubeconfig-'));
    await writeFile(join(folder, 'config'), bare.kubeconfig());
    world = await startWorld({ cluster: () => startRealCluster({ KUBECONFIG: join(folder, 'config') }) });
  });
  afterAll(async () => {
    await world.stop();
    await bare.stop();
    await rm(folder, { recursive: true });
  });

  it('does the main job, with substitutes for what is missing', async () => {
    await world.addNamespace('real');
    await world.kube.create(tunnel('real/home'));
    await world.kube.create(service('real/web', { tunnel: 'home', hostname: 'real.example.com' }));

    await exposed(world, 'real/web', ['real.example.com']);

    expect((await ready(world, 'real/home')).status).toMatchObject({ readyReplicas: 2 });
  });

  it('records every request of the operator', async () => {
    expect(world.writes().length).toBeGreaterThan(0);
    expect(await world.writesAfterRestart()).toEqual(NO_WRITES);
  });

  it('removes the objects of a deleted Tunnel', async () => {
    await world.kube.delete('Tunnel', 'real/home');
    await gone(world, 'Tunnel', 'real/home');
    for (const kind of ['ConfigMap', 'Deployment', 'ServiceAccount', 'PodDisruptionBudget'] as const)
      await gone(world, kind, 'real/home-cloudflared');

    expect(recordAt(world, 'real.example.com')).toBeUndefined();
  });
});
