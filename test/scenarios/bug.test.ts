import { expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import { tunnel } from '../support/world-objects.ts';
import { conditionOf } from '../support/world-views.ts';

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
  await world.kube.annotate('Service', 'shop/web', { 'cftunnel.io/tunnel': 'home', 'cftunnel.io/hostname': HOSTNAME });

  await eventually(async () => {
    expect(await said('Tunnel', 'shop/home', 'DNSReady')).toBe('False InternalError');
    expect(await said('Tunnel', 'shop/home', 'ConfigReady')).toBe('True ConfigPublished');
    expect(await said('Tunnel', 'shop/home', 'ConnectorsReady')).toBe('True ConnectorsAvailable');
  });
  bug.remove();

  await eventually(async () => expect(await said('Service', 'shop/web', 'cftunnel.io/Exposed')).toBe('True Exposed'));
});

async function said(kind: 'Tunnel' | 'Service', key: string, type: string): Promise<string> {
  const { status, reason } = conditionOf(await world.kube.get(kind, key), type) ?? {};
  return `${status} ${reason}`;
}
