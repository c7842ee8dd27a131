import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { whoami } from '../../src/kubelet/images/whoami.ts';
import { DEPLOYMENTS, PODS } from '../../src/kubernetes/controllers/resources.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { aContainer, aDeployment } from './objects.ts';

const run = promisify(execFile);

let cluster: Cluster;
let folder: string;

beforeEach(async () => {
  cluster = await startCluster({ images: [whoami], timeScale: 20 });
  folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
  await writeFile(join(folder, 'kubeconfig'), cluster.kubeconfig);
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [aContainer({ image: 'nginx:1' })] } };
  cluster.api.create(DEPLOYMENTS, aDeployment('web', { replicas: 2, template }));
});

afterEach(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

async function kubectl(...words: readonly string[]): Promise<string> {
  const flags = [`--kubeconfig=${join(folder, 'kubeconfig')}`, `--cache-dir=${join(folder, 'cache')}`];
  const { stdout } = await run('kubectl', [...flags, ...words]);
  return stdout.trim();
}

function isInstalled(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client']);
    return true;
  } catch {
    return false;
  }
}

function describeWithKubectl(): void {
  it('follows a rollout, shows its history and undoes it', async () => {
    expect(await kubectl('rollout', 'status', 'deployment/web')).toContain('deployment "web" successfully rolled out');
    await kubectl('set', 'image', 'deployment/web', 'main=nginx:2');
    expect(await kubectl('rollout', 'status', 'deployment/web')).toContain('successfully rolled out');
    expect(await kubectl('rollout', 'history', 'deployment/web')).toMatch(/^1 .*\n2 /m);

    await kubectl('rollout', 'undo', 'deployment/web');
    await kubectl('rollout', 'status', 'deployment/web');

    expect(await kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toBe(
      'nginx:1',
    );
    expect(await kubectl('rollout', 'history', 'deployment/web')).toMatch(/^2 .*\n3 /m);
  });

  it('waits for, scales and lists Pods', async () => {
    expect(await kubectl('wait', '--for=condition=Available', 'deployment/web')).toBe(
      'deployment.apps/web condition met',
    );
    await kubectl('scale', 'deployment/web', '--replicas=3');
    await kubectl('rollout', 'status', 'deployment/web');

    const pods = (await kubectl('get', 'pods', '--no-headers')).split('\n');

    expect(pods).toHaveLength(3);
    for (const pod of pods) expect(pod).toMatch(/^web-\w+-\w{5} +1\/1 +Running +0 +\d+s$/);
  });

  it('deletes in the foreground and returns when everything is gone', async () => {
    await kubectl('rollout', 'status', 'deployment/web');

    await kubectl('delete', 'deployment', 'web', '--cascade=foreground');

    expect(cluster.api.list(PODS, 'default')).toEqual([]);
  });

  it('deletes a Pod, which is replaced under another name', async () => {
    await kubectl('rollout', 'status', 'deployment/web');
    const victim = cluster.api.list(PODS, 'default')[0]?.metadata.name ?? '';

    await kubectl('delete', 'pod', victim);
    const names = await eventually(cluster.api, PODS, () => {
      const pods = cluster.api.list(PODS, 'default').map(({ metadata }) => metadata.name);
      expect(pods).toHaveLength(2);
      return pods;
    });

    expect(names).not.toContain(victim);
  });
}

describe('kubectl with controllers and a node', () => {
  if (isInstalled()) describeWithKubectl();
  else it('was skipped: there is no kubectl on the PATH', () => expect(isInstalled()).toBe(false));
});
