/** A cluster with a scripted image for the Deployment `web`. */
import { afterEach, beforeEach, expect } from '@jest/globals';
import type { KubeApi } from '../../src/kubernetes/api.ts';
import { conditionOf } from '../../src/kubernetes/controllers/conditions.ts';
import { DEPLOYMENTS, REPLICA_SETS } from '../../src/kubernetes/controllers/resources.ts';
import type {
  Deployment,
  DeploymentStatus,
  Pod,
  PodTemplate,
  ReplicaSet,
} from '../../src/kubernetes/controllers/workloads.ts';
import { ScriptedImage } from '../kubelet/scripted-image.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { aContainer } from './objects.ts';

export const REVISION = 'deployment.kubernetes.io/revision';

export interface WebDeployment {
  readonly api: KubeApi;
  readonly app: ScriptedImage;
  readonly deployment: () => Deployment;
  readonly statusOf: () => DeploymentStatus;
  /** In the order of their revisions. */
  readonly replicaSets: () => readonly ReplicaSet[];
  readonly sizes: () => readonly (number | undefined)[];
  /** Waits for the whole rollout with the criteria of `kubectl rollout status`. */
  readonly untilRolledOut: (replicas: number) => Promise<void>;
}

/** Starts the cluster before each test. */
export function useWebDeployment(): WebDeployment {
  let app: ScriptedImage;
  let cluster: Cluster;
  beforeEach(async () => {
    app = new ScriptedImage();
    cluster = await startCluster({ images: [app], timeScale: 20 });
  });
  afterEach(() => cluster.stop());
  const deployment = (): Deployment => cluster.api.get(DEPLOYMENTS, 'default', 'web') as Deployment;
  const replicaSets = (): readonly ReplicaSet[] =>
    (cluster.api.list(REPLICA_SETS, 'default') as ReplicaSet[]).toSorted((a, b) => revisionOf(a) - revisionOf(b));
  return {
    get api() {
      return cluster.api;
    },
    get app() {
      return app;
    },
    deployment,
    statusOf: () => deployment().status ?? {},
    replicaSets,
    sizes: () => replicaSets().map(({ spec }) => spec.replicas),
    untilRolledOut: (replicas) => untilRolledOut(cluster.api, deployment, replicas),
  };
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[REVISION]);
}

async function untilRolledOut(api: KubeApi, deployment: () => Deployment, replicas: number): Promise<void> {
  await eventually(api, DEPLOYMENTS, () => {
    const { metadata, status } = deployment();
    expect(status).toMatchObject({
      observedGeneration: metadata.generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    });
    expect(status?.['unavailableReplicas'] ?? 0).toBe(0);
    expect(conditionOf(status?.conditions, 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
  });
}

/** A template whose container has the version in its environment. */
export function template(version: string): PodTemplate {
  const container = aContainer({ env: [{ name: 'VERSION', value: version }] });
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } };
}

/** The versions in the environment of Pods, sorted. */
export function versionsOf(pods: readonly Pod[]): string[] {
  return pods.map(({ spec }) => spec.containers[0]?.env?.[0]?.value ?? '').toSorted();
}
