/** The connectors of a Tunnel, and what happens to them in a cluster. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { type KubeObject, KubeError, keyOf } from './kube-client.ts';
import type { World } from './world.ts';
import { conditionOf } from './world-views.ts';

/** The pods of all connectors in a namespace, including those that are being ended. */
export async function connectorPods({ kube }: World, namespace: string): Promise<readonly KubeObject[]> {
  const pods = await kube.list('Pod', namespace);
  return pods.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === 'cloudflared');
}

/** Resolves once exactly so many connectors exist, all of them ready and none of them one of the former ones. */
export function connectors(
  world: World,
  namespace: string,
  { count, former = [] }: { readonly count: number; readonly former?: readonly KubeObject[] },
): Promise<readonly KubeObject[]> {
  const uids = new Set(former.map(({ metadata }) => metadata.uid));
  return eventually(async () => {
    const pods = await connectorPods(world, namespace);
    // Pods in full would be printed at every attempt, which takes longer than all else that a scenario does.
    expect(pods.map(keyOf)).toHaveLength(count);
    expect(pods.filter((pod) => uids.has(pod.metadata.uid) || !isServing(pod)).map(keyOf)).toEqual([]);
    return pods;
  });
}

/** Has every connector replaced by what is done, and waits until the last of them has drained. */
export async function replaceConnectors(world: World, namespace: string, act: () => Promise<unknown>): Promise<void> {
  const former = await connectorPods(world, namespace);
  await act();
  await connectors(world, namespace, { count: former.length, former });
}

/** Evicts pods as `kubectl drain` does: all at once, and again for as long as a PodDisruptionBudget forbids it. */
export async function drain(world: World, pods: readonly KubeObject[]): Promise<void> {
  await Promise.all(pods.map((pod) => evict(world, keyOf(pod))));
}

const RETRY_MS = 50;

async function evict({ kube }: World, key: string): Promise<void> {
  for (;;) {
    try {
      return await kube.evict(key);
    } catch (error) {
      if (!(error instanceof KubeError) || error.code !== 429) throw error;
    }
    await delay(RETRY_MS);
  }
}

function isServing(pod: KubeObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && conditionOf(pod, 'Ready')?.status === 'True';
}
