/** Substitutes for what a bare API server lacks: the Deployment controller and the garbage collector. */
import { setTimeout as delay } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { type Kind, type KubeClient, type KubeObject, createKubeClient, keyOf } from './kube-client.ts';

export interface StandIns {
  stop(): Promise<void>;
}

const DEPLOYMENTS = '/apis/apps/v1/deployments?watch=true&labelSelector=app.kubernetes.io/managed-by=cftunnel-operator';
/** The kinds that own something. */
const OWNERS = [
  'cftunnel.io/v1alpha1/tunnels',
  'cftunnel.io/v1alpha1/accessservicetokens',
  'gateway.networking.k8s.io/v1/gateways',
].map((kind) => `/apis/${kind}?watch=true`);
const OWNED: readonly Kind[] = [
  'Tunnel',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Deployment',
  'PodDisruptionBudget',
  'NetworkPolicy',
];

/** `hasGarbageCollector`: whether the cluster has one itself. */
export function startStandIns(server: string, { hasGarbageCollector = false } = {}): StandIns {
  const kube = createKubeClient(server);
  const stop = new AbortController();
  const runs = [watchForEver(server + DEPLOYMENTS, stop.signal, (_, object) => rollOut(kube, object))];
  for (const owners of hasGarbageCollector ? [] : OWNERS)
    runs.push(
      watchForEver(server + owners, stop.signal, async (type, owner) => {
        if (type === 'DELETED') await removeOwned(kube, owner);
        else if (owner.metadata.finalizers?.includes(FOREGROUND) === true) await deleteInForeground(kube, owner);
      }),
    );
  return {
    async stop() {
      stop.abort();
      await Promise.all(runs);
    },
  };
}

/** Sets the status that the controller of a Deployment sets once all its pods are ready. */
async function rollOut(kube: KubeClient, deployment: KubeObject): Promise<void> {
  const { deletionTimestamp, generation, finalizers = [] } = deployment.metadata;
  if (deletionTimestamp !== undefined) {
    if (finalizers.length > 0) await kube.patch('Deployment', keyOf(deployment), { metadata: { finalizers: null } });
    return;
  }
  const replicas = deployment.spec?.['replicas'];
  const numbers = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  await kube.patchStatus('Deployment', keyOf(deployment), { status: { observedGeneration: generation, ...numbers } });
}

const FOREGROUND = 'foregroundDeletion';

/** Deletes the dependents before the owner. */
async function deleteInForeground(kube: KubeClient, owner: KubeObject): Promise<void> {
  await removeOwned(kube, owner);
  const finalizers = owner.metadata.finalizers?.filter((finalizer) => finalizer !== FOREGROUND) ?? [];
  const { resourceVersion } = owner.metadata;
  await kube.patch(owner.kind as Kind, keyOf(owner), { metadata: { resourceVersion, finalizers } });
}

/** A dependent with another owner only loses the reference. */
async function removeOwned(kube: KubeClient, owner: KubeObject): Promise<void> {
  for (const kind of OWNED)
    for (const object of await kube.list(kind, owner.metadata.namespace)) {
      const owners = object.metadata.ownerReferences ?? [];
      const others = owners.filter((reference) => reference['uid'] !== owner.metadata.uid);
      if (others.length === owners.length) continue;
      if (others.length === 0) await kube.delete(kind, keyOf(object));
      else await kube.patch(kind, keyOf(object), { metadata: { ownerReferences: others } });
    }
}

type OnEvent = (type: string, object: KubeObject) => Promise<void>;

/** A watch without a version starts with the existing objects. One that ends or fails is opened again. */
async function watchForEver(url: string, signal: AbortSignal, onEvent: OnEvent): Promise<void> {
  while (!signal.aborted) {
    await watchOnce(url, signal, onEvent).catch(() => undefined);
    await delay(50, undefined, { signal }).catch(() => undefined);
  }
}

async function watchOnce(url: string, signal: AbortSignal, onEvent: OnEvent): Promise<void> {
  const { body } = await fetch(url, { signal });
  if (body === null) return;
  const lines = createInterface({ input: Readable.fromWeb(body), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: KubeObject };
    // If somebody else has changed or removed the object, another event follows.
    await onEvent(type, object).catch(() => undefined);
  }
}
