import { afterEach, describe, expect, it } from '@jest/globals';
import type { KubeletAssumptions } from '../../src/kubelet/assumptions.ts';
import type { Container, ContainerStart, Image } from '../../src/kubelet/image.ts';
import { CONFIG_MAPS, EVENTS, PODS } from '../../src/kubernetes/controllers/resources.ts';
import { type Cluster, startCluster } from '../controllers/cluster.ts';
import { eventually as eventuallyIn } from '../controllers/eventually.ts';
import { aConfigMap, aContainer, aPod, change } from '../controllers/objects.ts';
import { eventually } from '../edge/eventually.ts';

/** What a container has seen of its files: at its start, and after each refresh. */
let seen: Record<string, string>[] = [];
let cluster: Cluster;

afterEach(() => cluster.stop());

const NEVER = { least: 1e9, most: 1e9 };
const PATH = '/etc/app/rules.json';

/** A program that sees changes of its files. */
const program: Image = {
  matches: /^example\/app:/,
  start({ files }: ContainerStart): Container {
    const { promise: exited, resolve } = Promise.withResolvers<number>();
    seen.push(Object.fromEntries(files));
    return {
      exited,
      terminate: () => resolve(0),
      kill: () => resolve(137),
      addressOf: () => undefined,
      refresh: (fresh) => seen.push(Object.fromEntries(fresh)),
    };
  },
};

async function startPod(assumptions: Partial<KubeletAssumptions>): Promise<void> {
  seen = [];
  cluster = await startCluster({ images: [program], timeScale: 50, assumptions });
  cluster.api.create(CONFIG_MAPS, aConfigMap('config', {}, { 'rules.json': 'one' }));
  const volumeMounts = [{ name: 'config', mountPath: '/etc/app' }];
  const volumes = [{ name: 'config', configMap: { name: 'config' } }];
  cluster.api.create(PODS, aPod('web', { containers: [aContainer({ volumeMounts })], volumes }));
  await eventually(() => seen.length > 0);
}

function rewrite(text: string): void {
  change(cluster.api, CONFIG_MAPS, 'config', (map) => ({ ...map, data: { 'rules.json': text } }));
}

function annotate(value: string): void {
  change(cluster.api, PODS, 'web', (pod) => ({ ...pod, metadata: { ...pod.metadata, annotations: { note: value } } }));
}

describe('a running container', () => {
  it('sees a changed ConfigMap when its Pod is annotated', async () => {
    await startPod({ secondsBetweenSyncs: NEVER });

    rewrite('two');
    annotate('1');

    await eventually(() => seen.at(-1)?.[PATH] === 'two');
  });

  it('sees it without an annotation at the next sync', async () => {
    await startPod({ secondsBetweenSyncs: { least: 1, most: 2 }, podChangeRefreshesVolumes: false });

    rewrite('two');

    await eventually(() => seen.at(-1)?.[PATH] === 'two');
  });

  it('keeps its files while the ConfigMap does not exist, which causes an Event', async () => {
    await startPod({ secondsBetweenSyncs: NEVER });
    cluster.api.delete(CONFIG_MAPS, 'default', 'config');
    annotate('1');

    await eventuallyIn(cluster.api, EVENTS, () => {
      const messages = cluster.api.list(EVENTS, 'default').map((event) => event['message']);
      expect(messages).toContain('MountVolume.SetUp failed: configmap "config" not found');
    });
    expect(seen.at(-1)).toEqual({ [PATH]: 'one' });
  });
});
