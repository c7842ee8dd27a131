import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type CrashWorld, CLUSTER, startCrashWorld } from '../crash/crash-world.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { startHurriedOperator } from '../support/hurried-operator.ts';
import type { LocalOperator } from '../support/local-operator.ts';
import { tunnel } from '../support/world-objects.ts';
import { conditionOf } from '../support/world-views.ts';

let world: CrashWorld;
let operator: LocalOperator;

/** Hurried, since connectors of ours that are on their way out are waited for before anything is said. */
beforeAll(async () => {
  world = await startCrashWorld();
  operator = await startHurriedOperator(world);
});
afterAll(async () => {
  await operator.stop();
  await world.sandbox.stop();
});

it('connectors of somebody else on a tunnel are told of, and so is their going', async () => {
  await world.kube.create(tunnel('shop/home', { replicas: 2 }));
  await says('ConnectorsAvailable');

  const stranger = world.sandbox.cloudflare.admin.connect(tunnelId());
  await says('ForeignConnectors');
  expect(operator.figures()).toMatchObject([
    { tunnel: 'shop/home', connectors: { expected: 2, ready: 2, foreign: 1 } },
  ]);
  const isReady = conditionOf(await world.kube.get('Tunnel', 'shop/home'), 'Ready')?.status;
  expect(isReady).toBe('True');

  stranger.disconnect();
  await says('ConnectorsAvailable');
  expect(operator.figures()).toMatchObject([{ connectors: { foreign: 0 } }]);
  await eventually(async () =>
    expect(await reasonsTold()).toEqual(['Normal ConnectorsAvailable', 'Warning ForeignConnectors']),
  );
});

// Invariant 40.
it('a requested rotation of the token disconnects connectors of somebody else, and none of ours', async () => {
  const ours = await connected();
  const thief = world.sandbox.cloudflare.admin.connect(tunnelId());
  await says('ForeignConnectors');

  await world.kube.annotate('Tunnel', 'shop/home', { 'cftunnel.io/rotate-token': 'leaked' });

  await eventually(async () => expect(await connected()).not.toContain(thief.id));
  const replaced = await connected();
  expect(replaced).toHaveLength(2);
  expect(replaced.filter((id) => ours.includes(id))).toEqual([]);
  expect(drops()).toEqual([thief.id]);
  await says('ConnectorsAvailable');
});

/** Ids of the connectors on the tunnel. */
async function connected(): Promise<readonly string[]> {
  const { url } = world.sandbox.cloudflare;
  const path = `/accounts/${world.accountId}/cfd_tunnel/${tunnelId()}/connections`;
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${world.token}` } });
  const { result } = (await response.json()) as { readonly result: readonly Client[] };
  return result.filter(({ conns }) => conns.some((conn) => !conn.is_pending_reconnect)).map(({ id }) => id);
}

interface Client {
  readonly id: string;
  readonly conns: readonly { readonly is_pending_reconnect: boolean }[];
}

/** The connectors that were disconnected, one by one. */
function drops(): readonly (string | undefined)[] {
  const { entries } = world.sandbox.cloudflare.calls;
  const calls = entries.filter(({ method, path }) => method === 'DELETE' && path.endsWith('/connections'));
  return calls.map(({ query }) => new URLSearchParams(query).get('client_id') ?? undefined);
}

function tunnelId(): string {
  return world.tunnels().find(({ name }) => name === `${CLUSTER}/shop/home`)?.id ?? '';
}

async function says(reason: string): Promise<void> {
  await eventually(async () => {
    const home = await world.kube.get('Tunnel', 'shop/home');
    expect(conditionOf(home, 'ConnectorsReady')).toMatchObject({ status: 'True', reason });
  });
}

async function reasonsTold(): Promise<readonly string[]> {
  const events = await world.kube.list('Event', 'shop');
  return events
    .map(({ type, reason }) => `${String(type)} ${String(reason)}`)
    .filter((told) => told.includes('Connectors'))
    .toSorted();
}
