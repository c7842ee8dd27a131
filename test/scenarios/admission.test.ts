import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { DEPLOY_FOLDER, manifestsIn } from '../support/manifests.ts';
import { useWorld } from '../support/shared.ts';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { exposed, gone, ready, recordAt, refused } from '../support/world-views.ts';

const SHARED = 'cftunnel-system/shared';
const MAY = 'Namespace team may not use www.example.com; it may use *.team.example.com.';

const world = useWorld({ manifests: [...manifestsIn(), ...manifestsIn(join(DEPLOY_FOLDER, 'admission'))] });

/** A shared Tunnel, and a team that may use the hostnames below one of its own. */
beforeAll(async () => {
  const namespaces = { from: 'Selector', selector: { matchLabels: { access: 'tunnel' } } };
  await world.kube.create(secret('cftunnel-system/cloudflare', { CLOUDFLARE_API_TOKEN: world.cloudflare.token }));
  await world.kube.create(tunnel(SHARED, { replicas: 1, allowedRoutes: { namespaces, hostnames: ['*.example.com'] } }));
  await world.kube.create(namespace('team', { access: 'tunnel' }));
  await allow('*.team.example.com');
  await ready(world, SHARED);
  await eventually(policiesAreActive);
});

// Invariant 44.
describe('a Service that the policies refuse', () => {
  it.each([
    {
      why: 'its Namespace may not use the hostname',
      allowed: '*.team.example.com',
      hostname: 'www.example.com',
      says: MAY,
    },
    {
      why: 'the Tunnel does not admit the hostname',
      allowed: '*.team.example.org',
      hostname: 'www.team.example.org',
      says: 'does not admit www.team.example.org; it admits *.example.com.',
    },
  ])('is not stored, and its author learns that $why', async ({ allowed, hostname, says }) => {
    await allow(allowed);

    await eventually(() => expect(create('web', hostname)).rejects.toThrow(says));

    expect(await world.kube.find('Service', 'team/web')).toBeUndefined();
  });
});

describe('a Service that was let in', () => {
  beforeAll(async () => {
    await allow('*.team.example.com, www.example.com');
    await eventually(() => create('site', 'www.example.com'));
    await exposed(world, 'team/site', ['www.example.com']);
  });

  it('is withdrawn by the operator once its Namespace no longer allows the hostname', async () => {
    await allow('*.team.example.com');

    const { status } = await refused(world, 'team/site', 'NotAllowed');

    expect(status?.conditions?.[0]?.message).toContain(MAY);
    await eventually(async () =>
      expect((await world.kube.get('Service', 'team/site')).metadata.finalizers ?? []).toEqual([]),
    );
  });

  it('can still be changed in other ways, but not get another such hostname', async () => {
    await world.kube.annotate('Service', 'team/site', { 'cftunnel.io/port': '80', note: 'kept' });

    await eventually(() =>
      expect(
        world.kube.annotate('Service', 'team/site', { 'cftunnel.io/hostname': 'shop.example.com' }),
      ).rejects.toThrow('Namespace team may not use shop.example.com'),
    );
  });

  it('gets a hostname that is allowed, and can be deleted', async () => {
    await world.kube.annotate('Service', 'team/site', { 'cftunnel.io/hostname': 'a.team.example.com' });
    await exposed(world, 'team/site', ['a.team.example.com']);

    await world.kube.delete('Service', 'team/site');

    await gone(world, 'Service', 'team/site');
    expect(recordAt(world, 'a.team.example.com')).toBeUndefined();
  });
});

async function create(name: string, hostname: string): Promise<void> {
  await world.kube.create(service(`team/${name}`, { tunnel: SHARED, hostname }));
}

async function allow(hostnames: string): Promise<void> {
  const annotations = { 'cftunnel.io/allowed-hostnames': hostnames };
  await world.kube.patch('Namespace', 'team', { metadata: { annotations } });
}

/** A real API server enforces a new policy only after a moment. */
async function policiesAreActive(): Promise<void> {
  const isLetIn = await create('probe', 'www.example.org').then(
    () => true,
    () => false,
  );
  if (!isLetIn) return;
  await world.kube.delete('Service', 'team/probe');
  throw new Error('the policies are not active yet');
}
