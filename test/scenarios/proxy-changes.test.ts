/** Routes of the proxy that change all the time. */
import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { startLoad } from 'cftunnel-sandbox/testing/traffic/load';
import { CHANGES_UNDER_LOAD, REQUESTS_UNDER_LOAD } from '../support/long-run.ts';
import { describeWith } from '../support/programs.ts';
import { useWorld } from '../support/shared.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { service, tunnel, whoami, withPods } from '../support/world-objects.ts';
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
    const web = whoami('shop/web');
    await world.kube.create({ ...web, spec: { ...web.spec, replicas: 3 } });
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
    await eventually(async () => {
      const pods = await world.kube.list('Pod', 'shop');
      const serving = pods.filter(
        (pod) => pod.metadata.labels?.['app'] === 'web' && conditionOf(pod, 'Ready')?.status === 'True',
      );
      expect(serving).toHaveLength(count);
    });
  }
});
