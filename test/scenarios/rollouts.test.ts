import { beforeAll, describe, expect, it } from '@jest/globals';
import { ConstantLoad } from '../../demo/constant-load.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { KubeObject } from '../support/kube-client.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { exposed, ready } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const HOSTNAME = 'app.example.com';
const CONNECTORS = { 'app.kubernetes.io/name': 'cloudflared' };

const world = useWorld();
let tunnelId: string;

beforeAll(async () => {
  await world.addNamespace('busy');
  await world.kube.create(tunnel('busy/home', { replicas: 2 }));
  await world.kube.create({ ...whoami('busy/web'), spec: { ...whoami('busy/web').spec, replicas: 2 } });
  await world.kube.create(withPods(service('busy/web', { hostname: HOSTNAME, tunnel: 'home' })));
  await exposed(world, 'busy/web', [HOSTNAME]);
  tunnelId = String((await ready(world, 'busy/home')).status?.['tunnelId']);
});

interface Client {
  readonly id: string;
  readonly conns: readonly { readonly is_pending_reconnect: boolean }[];
}

/** Ids of the connectors with connections to the edge. */
async function connectors(): Promise<readonly string[]> {
  const { accountId } = world.cloudflare;
  const clients = (await world.cloudflare.ask(`/accounts/${accountId}/cfd_tunnel/${tunnelId}/connections`)) as Client[];
  return clients.filter(({ conns }) => conns.some((conn) => !conn.is_pending_reconnect)).map(({ id }) => id);
}

/** The connector pods that are not terminating. A draining one has already left the edge. */
async function connectorPods(): Promise<readonly KubeObject[]> {
  const pods = await world.kube.list('Pod', 'busy');
  return pods.filter(
    ({ metadata }) =>
      metadata.deletionTimestamp === undefined &&
      Object.entries(CONNECTORS).every(([name, value]) => metadata.labels?.[name] === value),
  );
}

/** All failed requests while something happens to the connectors. */
async function failuresWhile(happening: () => Promise<void>): Promise<{ readonly failures: readonly string[] }> {
  const load = new ConstantLoad(world.edge.url, HOSTNAME);
  await happening();
  const { sent, failures } = await load.stop();
  expect(sent).toBeGreaterThan(20);
  return { failures };
}

async function scaleTo(replicas: number): Promise<void> {
  await world.kube.patch('Tunnel', 'busy/home', { spec: { replicas } });
  await eventually(async () => expect(await connectors()).toHaveLength(replicas));
}

describe('two connectors under constant load', () => {
  it(
    `are replaced one after the other, and no request fails${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const before = await connectors();
      expect(before).toHaveLength(2);

      const { failures } = await failuresWhile(async () => {
        const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T00:00:00Z' };
        await world.kube.patch('Deployment', 'busy/home-cloudflared', {
          spec: { template: { metadata: { annotations } } },
        });
        await eventually(async () => {
          const now = await connectors();
          expect(now).toHaveLength(2);
          expect(now.filter((id) => before.includes(id))).toEqual([]);
        });
      });

      expect(failures).toEqual([]);
    }),
  );

  it(
    `become four and two again, and no request fails${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const { failures } = await failuresWhile(async () => {
        await scaleTo(4);
        await scaleTo(2);
      });

      expect(failures).toEqual([]);
    }),
  );

  it(
    `reach every pod of the Service${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const seen = new Set<string | undefined>();

      // The pod of a connection is random, and a connection is reused for the next request.
      await eventually(async () => {
        const answers = await Promise.all(Array.from({ length: 40 }, () => world.edge.get(HOSTNAME)));
        for (const { body } of answers) seen.add(body.split('\n')[0]);
        expect(seen.size).toBe(2);
      });
    }),
  );
});

describe('a connector that is killed', () => {
  it(
    `is replaced, and the hostname answers all the while${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const before = await connectors();
      const [pod] = await connectorPods();

      world.killPod('busy', pod?.metadata.name ?? '');
      await eventually(async () => expect(await connectors()).not.toEqual(before));
      expect((await world.edge.get(HOSTNAME)).status).toBe(200);

      await eventually(async () => {
        const now = await connectors();
        expect(now).toHaveLength(2);
        expect(now.filter((id) => before.includes(id))).toHaveLength(1);
      });
    }),
  );
});
