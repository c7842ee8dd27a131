import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { NO_WRITES } from '../support/world-activity.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { becomes, exposed, ready, refused } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const PATCHES = [
  { op: 'add', path: '/metadata/annotations', value: { 'example.com/team': 'edge' } },
  { op: 'add', path: '/spec/template/spec/containers/0/env/-', value: { name: 'EXTRA', value: '1' } },
  { op: 'replace', path: '/spec/template/spec/containers/0/resources/limits/memory', value: '1024Mi' },
  { op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'sidecar', image: 'traefik/whoami:v1.11.0' } },
];

/** Two of everything, so that keys and orders do not match by accident. */
const TUNNELS = [
  tunnel('steady/named', { allowedRoutes: { namespaces: { from: 'All' } } }),
  tunnel('steady/main', {}, { 'cftunnel.io/is-default-tunnel': 'true' }),
  tunnel('steady/own-domain', { domain: 'apps.example.org', replicas: 1, dns: { mode: 'UpsertOnly' } }),
  tunnel('steady/patched', {
    cloudflared: { patches: PATCHES, networkPolicy: true, gracePeriod: '1m', extraEnv: [{ name: 'ONE', value: '1' }] },
    originRequest: { connectTimeout: '10s', noTLSVerify: true },
  }),
];

/** Never ready, because it has no connectors. */
const IDLE = tunnel('steady/idle', { replicas: 0, dns: { mode: 'Disabled' } });

// Invariant 3.
describe('a cluster in which nothing changes', () => {
  const world = useWorld({ flags: ['--drift-interval=2s'] });

  beforeAll(async () => {
    await world.addNamespace('steady');
    await world.addNamespace('guests');
    for (const object of [...TUNNELS, IDLE]) await world.kube.create(object);
    await world.kube.create(service('steady/one', { tunnel: 'named', hostname: 'one.example.com, *.example.com' }));
    await world.kube.create(service('guests/two', { tunnel: 'steady/named', hostname: 'two.example.org' }));
    await world.kube.create(service('steady/three', { hostname: 'three.example.com' }));
    await world.kube.create(service('steady/four', { tunnel: 'own-domain' }));
    await world.kube.create(service('steady/five', { tunnel: 'patched', hostname: 'five.example.com', port: '8443' }));
    await world.kube.create(service('guests/refused', { hostname: 'refused.example.com' }));
    await world.kube.create(service('steady/not-ours'));

    for (const { metadata } of TUNNELS) await ready(world, `steady/${metadata.name}`);
    await becomes(world, ['Tunnel', 'steady/idle'], 'Ready', { status: 'False', reason: 'ScaledToZero' });
    await exposed(world, 'steady/one', ['one.example.com', '*.example.com']);
    await exposed(world, 'guests/two', ['two.example.org']);
    await exposed(world, 'steady/three', ['three.example.com']);
    await exposed(world, 'steady/four', ['four.apps.example.org']);
    await refused(world, 'steady/five', 'PortNotFound');
    await refused(world, 'guests/refused', 'NotAllowed');
    await world.settled();
  });

  it('causes no write in drift checks', async () => {
    world.forgetCalls();

    await eventually(() => expect(world.cloudflare.calls.count(/dns_records/)).toBeGreaterThanOrEqual(2));

    expect(world.writtenSoFar()).toEqual(NO_WRITES);
  });

  it('causes no write when a Tunnel is reconciled because of a foreign annotation', async () => {
    world.forgetCalls();

    for (const { metadata } of [...TUNNELS, IDLE])
      await world.kube.annotate('Tunnel', `steady/${metadata.name}`, { 'example.com/note': 'look' });
    await world.settled(1500);

    expect(world.writtenSoFar()).toEqual(NO_WRITES);
  });

  it('causes no write when the operator is restarted', async () => {
    expect(await world.writesAfterRestart()).toEqual(NO_WRITES);
  });

  it('causes no write when the operator is killed and started again', async () => {
    await world.operator.kill();
    await world.kube.delete('Lease', 'cftunnel-system/cftunnel-operator');
    await world.operator.start();

    expect(await world.writesAfterRestart()).toEqual(NO_WRITES);
  });
});
