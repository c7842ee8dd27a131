import { expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import { tunnel } from '../support/world-objects.ts';
import { becomes } from '../support/world-views.ts';

/** In accelerated time, because the operator waits for its own terminating connectors before it reports anything. */
const world = useLocalWorld();

it('foreign connectors on a tunnel are reported, and so is their disappearance', async () => {
  await world.kube.create(tunnel('shop/home', { replicas: 2 }));
  await says('ConnectorsAvailable');

  const stranger = world.sandbox.cloudflare.admin.connect(tunnelId());
  await says('ForeignConnectors');
  expect(world.operator().figures()).toMatchObject([
    { tunnel: 'shop/home', connectors: { expected: 2, ready: 2, foreign: 1 } },
  ]);
  await becomes(world, ['Tunnel', 'shop/home'], 'Ready', { status: 'True' });

  stranger.disconnect();
  await says('ConnectorsAvailable');
  expect(world.operator().figures()).toMatchObject([{ connectors: { foreign: 0 } }]);
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
  return world.tunnels().find(({ name }) => name === `${world.cluster}/shop/home`)?.id ?? '';
}

async function says(reason: string): Promise<void> {
  await becomes(world, ['Tunnel', 'shop/home'], 'ConnectorsReady', { status: 'True', reason });
}

async function reasonsTold(): Promise<readonly string[]> {
  const events = await world.kube.list('Event', 'shop');
  return events
    .map(({ type, reason }) => `${String(type)} ${String(reason)}`)
    .filter((told) => told.includes('Connectors'))
    .toSorted();
}
