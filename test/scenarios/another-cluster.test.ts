/** A Tunnel moves to another cluster, in the steps of docs/move-and-backup.md. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useWorld } from '../support/shared.ts';
import { type SecondCluster, startSecondCluster } from '../support/second-cluster.ts';
import type { KubeClient, Kind } from '../support/kube-client.ts';
import { underLoad } from '../support/under-load.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { namespace, service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { becomes, exposed, ready, recordAt, remoteTunnels } from '../support/world-views.ts';

const HOSTNAME = 'shop.example.com';
const SECRETS = ['cloudflare', 'home-cloudflared-credentials'];

const world = useWorld();
let second: SecondCluster | undefined;

beforeAll(
  inSandbox(async () => {
    second = await startSecondCluster(world);
    await world.addNamespace('shop');
    await apply(world.kube);
    await exposed(world, 'shop/web', [HOSTNAME]);
  }),
);
afterAll(() => second?.stop());

it(
  `a Tunnel moves to another cluster without a lost request, with its tunnel and record${NEEDS_SANDBOX}`,
  inSandbox(async () => {
    const before = { tunnels: remoteTunnels(world).map(({ id }) => id), record: recordAt(world, HOSTNAME) };

    const { lost, answered } = await underLoad(world, { hostname: HOSTNAME, requests: 1 }, move);

    expect({ lost, isAnswered: answered > 0 }).toEqual({ lost: {}, isAnswered: true });
    expect(remoteTunnels(world).map(({ id }) => id)).toEqual(before.tunnels);
    expect(recordAt(world, HOSTNAME)).toEqual(before.record);
    expect((await world.edge.get(HOSTNAME)).status).toBe(200);
  }),
);

async function move(): Promise<void> {
  if (second === undefined) throw new Error('there is no second cluster');
  await world.kube.patch('Tunnel', 'shop/home', { spec: { suspend: true } });
  await becomes(world, ['Tunnel', 'shop/home'], 'Ready', { status: 'Unknown', reason: 'Suspended' });

  await second.kube.create(namespace('shop'));
  for (const name of SECRETS) await copySecret(world.kube, second.kube, `shop/${name}`);
  await second.startOperator();
  await apply(second.kube);
  await ready(second, 'shop/home');
  await exposed(second, 'shop/web', [HOSTNAME]);

  await world.kube.patch('Deployment', 'shop/home-cloudflared', { spec: { replicas: 0 } });
  await world.operator.stop();
  await connectorsLeft(2);
}

async function apply(kube: KubeClient): Promise<void> {
  await kube.create(tunnel('shop/home', { replicas: 2 }));
  await kube.create(whoami('shop/web'));
  await kube.create(withPods(service('shop/web', { hostname: HOSTNAME, tunnel: 'home' })));
}

/** Without what belongs to the old cluster. */
async function copySecret(from: KubeClient, to: KubeClient, key: string): Promise<void> {
  const kind: Kind = 'Secret';
  const { metadata, ...content } = await from.get(kind, key);
  const { name, namespace: home = '', labels = {}, annotations = {} } = metadata;
  await to.create({ ...content, apiVersion: 'v1', kind, metadata: { name, namespace: home, labels, annotations } });
}

/** Resolves once so many connectors are connected, which are then those of the second cluster. */
async function connectorsLeft(count: number): Promise<void> {
  const [{ id } = { id: '' }] = remoteTunnels(world);
  const path = `/accounts/${world.cloudflare.accountId}/cfd_tunnel/${id}/connections`;
  await eventually(async () => expect(await world.cloudflare.ask(path)).toHaveLength(count));
}
