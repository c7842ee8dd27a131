import { afterEach, beforeEach, expect } from '@jest/globals';
import type { KubeApi } from '../../src/kubernetes/api.ts';
import { isTrue } from '../../src/kubernetes/controllers/conditions.ts';
import { PODS } from '../../src/kubernetes/controllers/resources.ts';
import type { Pod, PodStatus } from '../../src/kubernetes/controllers/workloads.ts';
import { type Cluster, startCluster } from '../controllers/cluster.ts';
import { eventually } from '../controllers/eventually.ts';
import { ScriptedImage } from './scripted-image.ts';

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly waiting?: { readonly reason: string; readonly message?: string };
    readonly running?: { readonly startedAt: string };
    readonly terminated?: { readonly exitCode: number };
  };
  readonly lastState: { readonly terminated?: { readonly exitCode: number; readonly reason: string } };
  readonly imageID: string;
}

/** What a test does with the node. */
interface NodeForTest {
  readonly app: ScriptedImage;
  readonly cluster: Cluster;
  readonly api: KubeApi;
  readonly status: (name?: string) => PodStatus;
  readonly container: (name?: string) => ContainerStatus | undefined;
  readonly untilReady: (name?: string) => Promise<void>;
  readonly untilContainer: (expected: object, name?: string) => Promise<void>;
}

/** A node for each test of a file, whose containers do what the test says. */
export function nodeForEachTest(): NodeForTest {
  let app = new ScriptedImage();
  let cluster: Cluster | undefined;
  beforeEach(async () => {
    app = new ScriptedImage();
    cluster = await startCluster({ images: [app], timeScale: 50 });
  });
  afterEach(() => cluster?.stop());
  const node: NodeForTest = {
    get app(): ScriptedImage {
      return app;
    },
    get cluster(): Cluster {
      if (cluster === undefined) throw new Error('the node is started before each test');
      return cluster;
    },
    get api(): KubeApi {
      return node.cluster.api;
    },
    status: (name = 'web'): PodStatus => (node.api.get(PODS, 'default', name) as Pod | undefined)?.status ?? {},
    container: (name = 'web'): ContainerStatus | undefined =>
      (node.status(name)['containerStatuses'] as readonly ContainerStatus[] | undefined)?.[0],
    untilReady: (name = 'web'): Promise<void> => untilReady(node, name),
    untilContainer: (expected: object, name = 'web'): Promise<void> => untilContainer(node, expected, name),
  };
  return node;
}

async function untilReady({ api, status }: Pick<NodeForTest, 'api' | 'status'>, name: string): Promise<void> {
  await eventually(api, PODS, () => expect(isTrue(status(name).conditions, 'Ready')).toBe(true));
}

async function untilContainer(
  { api, container }: Pick<NodeForTest, 'api' | 'container'>,
  expected: object,
  name: string,
): Promise<void> {
  await eventually(api, PODS, () => expect(container(name)).toMatchObject(expected));
}
