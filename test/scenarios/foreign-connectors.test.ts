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
