import { expect, it } from '@jest/globals';
import { useLocalWorld } from '../support/shared.ts';
import { request } from '../support/world-actions.ts';
import { tunnel } from '../support/world-objects.ts';
import { becomes, exposed } from '../support/world-views.ts';

const HOSTNAME = 'unforeseen.example.com';

/** A list of records with an invalid item, which the operator does not expect. */
const UNFORESEEN = {
  method: 'GET',
  path: /dns_records$/,
  effect: { kind: 'reply', status: 200, body: { success: true, errors: [], messages: [], result: [null] } },
} as const;

const world = useLocalWorld();

// Invariant 19.
it('a bug is reported by its stage, the others continue, and it is cleared once the cause is gone', async () => {
  const bug = world.sandbox.cloudflare.faults.add(UNFORESEEN);
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
  await request(world, 'shop/web', 'home', HOSTNAME);

  await becomes(world, ['Tunnel', 'shop/home'], 'DNSReady', { status: 'False', reason: 'InternalError' });
  await becomes(world, ['Tunnel', 'shop/home'], 'ConfigReady', { status: 'True' });
  await becomes(world, ['Tunnel', 'shop/home'], 'ConnectorsReady', { status: 'True' });
  bug.remove();

  await expect(exposed(world, 'shop/web', [HOSTNAME])).resolves.toBeDefined();
});
