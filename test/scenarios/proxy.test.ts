/** Routes that only the proxy beside cloudflared can serve. */
import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { type Visit, visit } from 'cftunnel-sandbox/testing/visit';
import { type KubeObject, keyOf } from '../support/kube-client.ts';
import { describeWith } from '../support/programs.ts';
import { useWorld } from '../support/shared.ts';
import { underLoad } from '../support/under-load.ts';
import { connectorPods, connectors, replaceConnectors } from '../support/world-connectors.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { patientWhoami, service, tunnel, withPods } from '../support/world-objects.ts';
import { exposed, ready, rulesOf } from '../support/world-views.ts';

const PLAIN_RULE = { hostname: 'plain.example.com', service: 'http://plain.shop.svc:80' };
const PROXY = 'shop/home-cloudflared-proxy';

/** A tenth of the requests goes to the canary. */
const WEIGHTS = `
- hostname: weights.example.com
  backends:
    - weight: 9
    - service: stable-canary
      weight: 1
`;

// Invariants 52, 53.
describeWith('envoy', 'routes that need the proxy', () => {
  const world = useWorld({ cluster: startClusterWithNode });

  beforeAll(async () => {
    await world.addNamespace('shop');
    await world.kube.create(tunnel('shop/home', { replicas: 2 }, { 'cftunnel.io/is-default-tunnel': 'true' }));
    await deploy('plain', 1);
    await deploy('web', 3);
    await deploy('stable', 1);
    await deploy('stable-canary', 1);
    await deploy('calls', 1);
    await expose('plain', { hostname: 'plain.example.com' });
    await world.kube.create(withPods(service('shop/stable-canary')));
    await expose('web', { hostname: 'session.example.com', session: 'cookie' });
    await expose('stable', { routes: WEIGHTS });
    await expose('calls', { hostname: 'calls.example.com', protocol: 'grpc' });
    await exposed(world, 'shop/web', ['session.example.com']);
    await exposed(world, 'shop/stable', ['weights.example.com']);
    await exposed(world, 'shop/calls', ['calls.example.com']);
    await ready(world, 'shop/home');
  });

  async function deploy(name: string, replicas: number): Promise<void> {
    await world.kube.create(patientWhoami(`shop/${name}`, replicas));
  }

  function expose(name: string, asks: Readonly<Record<string, string>>): Promise<unknown> {
    return world.kube.create(withPods(service(`shop/${name}`, asks)));
  }

  it('leave the rules of other hostnames as they are', async () => {
    const rules = await rulesOf(world, 'shop/home');

    expect(rules).toContainEqual(PLAIN_RULE);
    expect(rules.map(({ hostname }) => hostname)).toEqual([
      'calls.example.com',
      'plain.example.com',
      'session.example.com',
      'weights.example.com',
      undefined,
    ]);
  });

  it(
    `divide requests by weight${NEEDS_NODE}`,
    onNode(async () => {
      const pods = countBy(await visits(300, 'weights.example.com'), (name) => name.startsWith('stable-canary'));

      // Five times the standard deviation.
      expect(Math.abs((pods.get(true) ?? 0) - 30)).toBeLessThan(26);
    }),
  );

  it(
    `balance requests over the pods${NEEDS_NODE}`,
    onNode(async () => {
      const counts = [...countBy(await visits(900, 'session.example.com'), (name) => name).values()];

      expect(counts).toHaveLength(3);
      // Five times the standard deviation.
      for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(71);
    }),
  );

  it(
    `reach pods that speak HTTP/2 without TLS${NEEDS_NODE}`,
    onNode(async () => {
      expect(await visits(1, 'calls.example.com')).toEqual([expect.stringMatching(/^calls-/)]);
    }),
  );

  it(
    `keep a visitor at one pod, whose address the visitor does not learn${NEEDS_NODE}`,
    onNode(async () => {
      const first = await world.edge.get('session.example.com');
      const [cookie = ''] = first.headers['set-cookie'] ?? [];
      const pod = podOf(first);

      expect(cookie).toMatch(/^cftunnel=[0-9a-f]{16}; Path=\/; Secure; HttpOnly$/);
      const others = await visits(50, 'session.example.com', { cookie: cookie.split(';')[0] ?? '' });
      expect(new Set(others)).toEqual(new Set([pod]));
    }),
  );

  it(
    `follow the pods of a Service without a lost request, a rollout or a call to Cloudflare${NEEDS_NODE}`,
    onNode(async () => {
      const before = await connectorPods(world, 'shop');
      const calls = world.cloudflare.calls.entries.length;
      // A pod that goes takes its WebSockets and downloads with it, whoever has led them there.
      const clients = { ...LOAD('session.example.com'), webSocketClients: 0, downloadClients: 0 };
      const { lost } = await underLoad(world, clients, async () => {
        for (const replicas of [1, 3]) {
          await world.kube.scale('Deployment', 'shop/web', replicas);
          await eventually(async () => expect(new Set(await visits(60, 'session.example.com')).size).toBe(replicas));
        }
      });

      expect(lost).toEqual({});
      expect(world.cloudflare.calls.entries.slice(calls)).toEqual([]);
      expect(uidsOf(await connectorPods(world, 'shop'))).toEqual(uidsOf(before));
    }),
  );

  it('cost no write at rest, and none after a restart', async () => {
    await world.settled();

    expect((await world.writesAfterRestart()).kubernetes).toEqual([]);
  });

  it(
    `are served while the operator is away, also by a pod that starts then${NEEDS_NODE}`,
    onNode(async () => {
      await world.operator.stop();
      try {
        const { lost } = await underLoad(world, LOAD('session.example.com'), async () => {
          const [pod, ...others] = await connectorPods(world, 'shop');
          if (pod === undefined) throw new Error('there is no connector');
          await world.kube.delete('Pod', keyOf(pod));
          await connectors(world, 'shop', { count: 1 + others.length, former: [pod] });
        });

        expect(lost).toEqual({});
        expect(await visits(20, 'weights.example.com')).toHaveLength(20);
      } finally {
        await world.operator.start();
      }
    }),
  );

  it(
    `move a hostname to the proxy and back without a lost request${NEEDS_NODE}`,
    onNode(async () => {
      const { lost } = await underLoad(world, LOAD('plain.example.com'), async () => {
        for (const session of ['cookie', null])
          await replaceConnectors(world, 'shop', () =>
            world.kube.annotate('Service', 'shop/plain', { 'cftunnel.io/session': session }),
          );
      });

      expect(lost).toEqual({});
    }),
  );

  it(
    `give the connectors a proxy and take it away without a lost request${NEEDS_NODE}`,
    onNode(async () => {
      const { lost } = await underLoad(world, LOAD('plain.example.com'), async () => {
        await replaceConnectors(world, 'shop', async () => {
          await world.kube.annotate('Service', 'shop/web', { 'cftunnel.io/session': null });
          await world.kube.annotate('Service', 'shop/stable', { 'cftunnel.io/routes': null });
          await world.kube.annotate('Service', 'shop/calls', { 'cftunnel.io/protocol': null });
        });
        await eventually(async () => expect(await world.kube.find('ConfigMap', PROXY)).toBeUndefined());
        expect((await connectorPods(world, 'shop')).some(hasProxy)).toBe(false);
        await replaceConnectors(world, 'shop', async () => {
          await world.kube.annotate('Service', 'shop/web', { 'cftunnel.io/session': 'cookie' });
        });
        expect((await connectorPods(world, 'shop')).every(hasProxy)).toBe(true);
      });

      expect(lost).toEqual({});
    }),
  );

  /** The pods that have answered so many requests, several at a time. */
  async function visits(count: number, host: string, headers: Readonly<Record<string, string>> = {}) {
    const names: string[] = [];
    const visitor = async (): Promise<void> => {
      while (names.length < count) names.push(podOf(await visit(world.edge.url, host, '/', { headers })));
    };
    await Promise.all(Array.from({ length: 8 }, visitor));
    return names.slice(0, count);
  }
});

const LOAD = (hostname: string) => ({ hostname, requests: 100 });

function podOf({ status, body }: Visit): string {
  const [, name] = /^Hostname: (.+)$/m.exec(body) ?? [];
  if (status !== 200 || name === undefined) throw new Error(`HTTP ${status}: ${body}`);
  return name;
}

function countBy<T>(items: readonly string[], keyFor: (item: string) => T): ReadonlyMap<T, number> {
  return new Map([...Map.groupBy(items, keyFor)].map(([key, group]) => [key, group.length]));
}

function uidsOf(pods: readonly KubeObject[]): ReadonlySet<string | undefined> {
  return new Set(pods.map(({ metadata }) => metadata.uid));
}

function hasProxy({ spec }: KubeObject): boolean {
  return JSON.stringify(spec).includes('"proxy"');
}
