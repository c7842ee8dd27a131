/** Routes of the proxy that change all the time. */
import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { startLoad } from 'cftunnel-sandbox/testing/traffic/load';
import { CHANGES_UNDER_LOAD, REQUESTS_UNDER_LOAD } from '../support/long-run.ts';
import { describeWith } from '../support/programs.ts';
import { useWorld } from '../support/shared.ts';
import type { KubeObject } from '../support/kube-client.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { patientWhoami, service, tunnel, withPods } from '../support/world-objects.ts';
import { conditionOf, exposed, ready } from '../support/world-views.ts';

const HOST = 'app.example.com';

/** What the Service asks for in turn, and the header by which its answers show it. */
const SHAPES = [
  { asks: { session: 'cookie', protocol: null }, shows: 'set-cookie' },
  { asks: { session: 'header:X-Pod', protocol: null }, shows: 'x-pod' },
  { asks: { session: 'cookie', protocol: 'h2c' }, shows: 'set-cookie' },
  { asks: { session: 'header:X-Pod', protocol: 'h2c' }, shows: 'x-pod' },
] as const;

describeWith('envoy', 'a proxied hostname under constant load', () => {
  const world = useWorld({ cluster: startClusterWithNode });
  let changes = 0;

  beforeAll(async () => {
    await world.addNamespace('shop');
    await world.kube.create(tunnel('shop/home', { replicas: 2 }));
    await world.kube.create(patientWhoami('shop/web', 3));
    await world.kube.create(withPods(service('shop/web', { hostname: HOST, tunnel: 'home', session: 'cookie' })));
    await exposed(world, 'shop/web', [HOST]);
    await ready(world, 'shop/home');
    await podsServe(3);
  });

  it(
    `loses no request while its route changes${NEEDS_NODE}`,
    onNode(async () => {
      const load = startLoad({ url: world.edge.url, hostname: HOST, webSocketClients: 0, downloadClients: 0 });
      for (let change = 0; change < CHANGES_UNDER_LOAD || load.counts.answered < REQUESTS_UNDER_LOAD / 2; change += 1)
        await changeRoute();
      const { answered, lost } = await load.stop();

      process.stderr.write(`${answered} requests during ${changes} changes of the route\n`);
      expect(lost).toEqual({});
    }),
  );

  // Invariant 53.
  it(
    `loses no request while its pods are replaced as well${NEEDS_NODE}`,
    onNode(async () => {
      const load = startLoad({ url: world.edge.url, hostname: HOST, webSocketClients: 0, downloadClients: 0 });
      for (let change = 0; change < CHANGES_UNDER_LOAD || load.counts.answered < REQUESTS_UNDER_LOAD / 2; change += 1)
        await Promise.all([changeRoute(), replacePods(String(change))]);
      const { answered, lost } = await load.stop();

      process.stderr.write(`${answered} requests while pods were replaced and the route changed\n`);
      expect(lost).toEqual({});
    }),
  );

  /** Resolves once the last of the former pods has ended. */
  async function replacePods(version: string): Promise<void> {
    const former = new Set((await webPods()).map(({ metadata }) => metadata.uid));
    await world.kube.patch('Deployment', 'shop/web', {
      spec: { template: { metadata: { annotations: { version } } } },
    });
    await eventually(async () => {
      const pods = await webPods();
      expect(pods.filter(isReady)).toHaveLength(3);
      expect(pods.filter(({ metadata }) => former.has(metadata.uid))).toEqual([]);
    });
  }

  /** Resolves once every connector answers by the changed route. */
  async function changeRoute(): Promise<void> {
    changes += 1;
    const { asks, shows } = SHAPES[changes % SHAPES.length] ?? SHAPES[0];
    const annotations = Object.entries(asks).map(([name, value]) => [`cftunnel.io/${name}`, value]);
    await world.kube.annotate('Service', 'shop/web', Object.fromEntries(annotations));
    await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => world.edge.get(HOST)));
      for (const { headers } of answers) expect(headers).toHaveProperty(shows);
    });
  }

  async function podsServe(count: number): Promise<void> {
    await eventually(async () => expect((await webPods()).filter(isReady)).toHaveLength(count));
  }

  async function webPods(): Promise<readonly KubeObject[]> {
    const pods = await world.kube.list('Pod', 'shop');
    return pods.filter(({ metadata }) => metadata.labels?.['app'] === 'web');
  }
});

function isReady(pod: KubeObject): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}
