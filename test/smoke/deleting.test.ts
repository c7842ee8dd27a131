import { describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { Kind } from '../support/kube-client.ts';
import { NO_WRITES } from '../support/world-activity.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { addHome, rename } from '../support/world-actions.ts';
import { secret, service, tunnel } from '../support/world-objects.ts';
import {
  becomes,
  exposed,
  gone,
  hostnamesOf,
  ready,
  recordAt,
  remoteTunnels,
  unexposed,
  refused,
} from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const NOTHING = { tunnels: [], record: undefined };

const world = useWorld();

describe('a Tunnel', () => {
  it.concurrent('that is deleted before its Services reports it to them, and does not hold them up', async () => {
    await furnish('before');
    await remove('Tunnel', 'before/home');
    expect(await finalizersOf('before/web')).toEqual([]);

    await refused(world, 'before/web', 'TunnelNotFound');
    await remove('Service', 'before/web');

    expect(leftoversFrom('before')).toEqual(NOTHING);
  });

  it.concurrent('that is recreated under its name serves the waiting Services', async () => {
    await furnish('again');
    const first = await world.kube.get('Tunnel', 'again/home');
    await remove('Tunnel', 'again/home');

    await world.kube.create(tunnel('again/home', { replicas: 1 }));
    await exposed(world, 'again/web', ['again.example.com']);

    const second = await ready(world, 'again/home');
    expect(second.status?.['tunnelId']).not.toBe(first.status?.['tunnelId']);
    expect(recordAt(world, 'again.example.com')?.content).toBe(second.status?.['target']);
  });

  // Invariant 35.
  it.concurrent(
    'has released its Services in every namespace when it is gone, even if their clean-up fails',
    async () => {
      await furnish('left', { deletionPolicy: 'Retain', allowedRoutes: { namespaces: { from: 'All' } } });
      await world.addNamespace('left-tenant');
      for (const name of ['one', 'two'])
        await world.kube.create(
          service(`left-tenant/${name}`, { tunnel: 'left/home', hostname: `${name}.left.example.com` }),
        );
      for (const name of ['one', 'two']) await exposed(world, `left-tenant/${name}`, [`${name}.left.example.com`]);

      await remove('Tunnel', 'left/home');

      for (const key of ['left/web', 'left-tenant/one', 'left-tenant/two']) expect(await finalizersOf(key)).toEqual([]);
    },
  );

  it.concurrent('that could never start is deleted at once', async () => {
    await world.addNamespace('stillborn');
    await world.kube.create(tunnel('stillborn/home', { credentialsRef: { name: 'missing' } }));
    await becomes(world, ['Tunnel', 'stillborn/home'], 'Ready', { status: 'False', reason: 'SecretNotFound' });

    await remove('Tunnel', 'stillborn/home');

    expect(leftoversFrom('stillborn')).toEqual(NOTHING);
  });
});

// Invariant 35.
describe('a refused Service', () => {
  it.concurrent('has no finalizer, and gets one when it is published', async () => {
    await furnish('refusing');
    const asks = { tunnel: 'home', hostname: 'refusing.example.com' };
    await world.kube.create(service('refusing/web-too', asks));
    await refused(world, 'refusing/web-too', 'HostnameConflict');
    await world.kube.create(service('refusing/lost', { tunnel: 'nowhere', hostname: 'lost.example.com' }));
    await refused(world, 'refusing/lost', 'TunnelNotFound');

    expect(await finalizersOf('refusing/web-too')).toEqual([]);
    expect(await finalizersOf('refusing/lost')).toEqual([]);
    await remove('Service', 'refusing/web');
    await exposed(world, 'refusing/web-too', ['refusing.example.com']);

    expect(await finalizersOf('refusing/web-too')).toEqual(['cftunnel.io/finalizer']);
  });

  it.concurrent('loses its finalizer when an edit withdraws its request', async () => {
    await furnish('edited');

    await rename(world, 'edited/web', 'other.net');
    await world.kube.patch('Tunnel', 'edited/home', { spec: { allowedRoutes: { hostnames: ['*.example.com'] } } });
    await refused(world, 'edited/web', 'NotAllowed');

    await eventually(async () => expect(await finalizersOf('edited/web')).toEqual([]));
    expect(recordAt(world, 'edited.example.com')).toBeUndefined();
    expect(await hostnamesOf(world, 'edited/home')).toEqual([]);
  });
});

// Invariant 11.
describe('a deleted Service with a foreign finalizer', () => {
  it.concurrent('no longer says that it is exposed, and keeps foreign metadata', async () => {
    await furnish('kept');
    const { metadata } = await world.kube.get('Service', 'kept/web');
    const finalizers = [...(metadata.finalizers ?? []), 'example.net/keep'];
    await world.kube.patch('Service', 'kept/web', { metadata: { finalizers } });

    await world.kube.delete('Service', 'kept/web');
    const kept = await unexposed(world, 'kept/web');

    expect(kept.metadata.finalizers).toEqual(['example.net/keep']);
    expect(recordAt(world, 'kept.example.com')).toBeUndefined();
    await world.kube.patch('Service', 'kept/web', { metadata: { finalizers: [] } });
    await gone(world, 'Service', 'kept/web');
  });
});

// Invariant 11.
describe('a deleted Tunnel with a foreign finalizer', () => {
  it.concurrent('keeps only foreign metadata', async () => {
    const wanted = tunnel('held/home', { replicas: 1 });
    await world.addNamespace('held');
    await world.kube.create({ ...wanted, metadata: { ...wanted.metadata, finalizers: ['example.net/keep'] } });
    const { metadata } = await ready(world, 'held/home');
    expect(metadata.finalizers).toEqual(['example.net/keep', 'cftunnel.io/finalizer']);

    await world.kube.delete('Tunnel', 'held/home');
    await eventually(async () =>
      expect((await world.kube.get('Tunnel', 'held/home')).metadata.finalizers).toEqual(['example.net/keep']),
    );

    expect(leftoversFrom('held')).toEqual(NOTHING);
    await world.kube.patch('Tunnel', 'held/home', { metadata: { finalizers: [] } });
    await gone(world, 'Tunnel', 'held/home');
  });
});

describe('a namespace with all objects', () => {
  it.concurrent(
    `is deleted, whatever its controller deletes first${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      await furnish('whole');

      await remove('Namespace', 'whole');

      expect(leftoversFrom('whole')).toEqual(NOTHING);
    }),
  );
});

describe('Tunnel, Secrets and Service', () => {
  const OBJECTS = {
    tunnel: ['Tunnel', 'home'],
    token: ['Secret', 'cloudflare'],
    credentials: ['Secret', 'home-cloudflared-credentials'],
    service: ['Service', 'web'],
  } as const satisfies Record<string, readonly [Kind, string]>;
  type Part = keyof typeof OBJECTS;
  const ORDERS: readonly (readonly Part[])[] = [
    ['tunnel', 'token', 'credentials', 'service'],
    ['token', 'service', 'tunnel', 'credentials'],
    ['service', 'credentials', 'token', 'tunnel'],
    ['credentials', 'tunnel', 'service', 'token'],
    ['token', 'credentials', 'service', 'tunnel'],
    ['service', 'tunnel', 'credentials', 'token'],
  ];

  it.concurrent('are deleted in any order, and leave nothing at Cloudflare', async () => {
    await Promise.all(ORDERS.map((_, index) => furnish(`order-${index}`)));

    await Promise.all(
      ORDERS.map(async (order, index) => {
        for (const part of order) await world.kube.delete(OBJECTS[part][0], `order-${index}/${OBJECTS[part][1]}`);
        await gone(world, 'Tunnel', `order-${index}/home`);
        await gone(world, 'Service', `order-${index}/web`);
      }),
    );

    for (const index of ORDERS.keys()) expect(leftoversFrom(`order-${index}`)).toEqual(NOTHING);
  });
});

describe('deletionPolicy Retain', () => {
  it.concurrent('keeps the remote tunnel and its records, and removes the objects in the cluster', async () => {
    await furnish('retained', { deletionPolicy: 'Retain' });

    await remove('Tunnel', 'retained/home');
    await gone(world, 'Deployment', 'retained/home-cloudflared');

    expect(remoteTunnels(world, 'test/retained/home')).toHaveLength(1);
    expect(recordAt(world, 'retained.example.com')).toBeDefined();
  });
});

describe('a suspended Tunnel', () => {
  it.concurrent('that is resumed and deleted in the foreground leaves nothing', async () => {
    await furnish('resumed');
    await suspend('resumed');
    await world.kube.patch('Tunnel', 'resumed/home', { spec: { suspend: false } });
    await ready(world, 'resumed/home');

    await world.kube.delete('Tunnel', 'resumed/home', 'Foreground');
    await gone(world, 'Tunnel', 'resumed/home');

    expect(leftoversFrom('resumed')).toEqual(NOTHING);
    await gone(world, 'Deployment', 'resumed/home-cloudflared');
    await gone(world, 'ConfigMap', 'resumed/home-cloudflared');
    await gone(world, 'Secret', 'resumed/home-cloudflared-credentials');
  });
});

// The following tests stop the operator or count its writes, so they do not run concurrently.

describe('a suspended Tunnel that is observed', () => {
  it('changes nothing, reports it, and catches up when it is resumed', async () => {
    await furnish('suspended');
    await suspend('suspended');
    await world.settled();
    world.forgetCalls();

    await world.kube.delete('ServiceAccount', 'suspended/home-cloudflared');
    await world.kube.patch('Tunnel', 'suspended/home', { spec: { replicas: 2 } });
    await world.settled();

    expect(world.writtenSoFar().cloudflare).toEqual(NO_WRITES.cloudflare);
    expect(world.writes().filter(({ target }) => target.resource !== 'tunnels')).toEqual([]);
    await world.kube.create(service('suspended/late', { tunnel: 'home', hostname: 'late.example.com' }));
    const message = /^Tunnel suspended\/home is not ready: spec\.suspend is true, .* To resume: kubectl /;
    await refused(world, 'suspended/late', 'TunnelNotReady', message);
    await exposed(world, 'suspended/web', ['suspended.example.com']);
    await world.kube.patch('Tunnel', 'suspended/home', { spec: { suspend: false } });
    expect((await ready(world, 'suspended/home')).status).toMatchObject({ replicas: 2 });
    await exposed(world, 'suspended/late', ['late.example.com']);
  });
});

// Invariant 36.
describe('a suspended Tunnel that is deleted in the foreground while the operator is down', () => {
  it('keeps its connectors, its tunnel and its records', async () => {
    await furnish('pruned');
    const before = await world.kube.get('Deployment', 'pruned/home-cloudflared');
    await suspend('pruned');
    await world.operator.stop();

    await world.kube.delete('Tunnel', 'pruned/home', 'Foreground');
    await eventually(async () =>
      expect((await world.kube.get('Tunnel', 'pruned/home')).metadata.finalizers).toEqual(['cftunnel.io/finalizer']),
    );
    await world.operator.start();
    await gone(world, 'Tunnel', 'pruned/home');

    const after = await world.kube.get('Deployment', 'pruned/home-cloudflared');
    expect(after).toMatchObject({ metadata: { uid: before.metadata.uid }, spec: before.spec });
    expect(after.metadata.deletionTimestamp).toBeUndefined();
    expect(after.metadata.ownerReferences ?? []).toEqual([]);
    await world.kube.get('Secret', 'pruned/home-cloudflared-credentials');
    expect(remoteTunnels(world, 'test/pruned/home')).toHaveLength(1);
    expect(recordAt(world, 'pruned.example.com')).toBeDefined();
  });
});

describe('a Tunnel that is deleted while the operator is down', () => {
  it('waits for its API token if the operator has never seen it, and is deleted when the token is back', async () => {
    await furnish('forgotten');
    await world.operator.stop();
    await world.kube.delete('Secret', 'forgotten/cloudflare');
    await world.kube.delete('Tunnel', 'forgotten/home');
    await world.operator.start();

    await eventually(() => expect(failuresOf('forgotten/home')).toContain('SecretNotFound'));
    expect(remoteTunnels(world, 'test/forgotten/home')).toHaveLength(1);
    await world.kube.create(secret('forgotten/cloudflare', { CLOUDFLARE_API_TOKEN: world.cloudflare.token }));
    await gone(world, 'Tunnel', 'forgotten/home');

    expect(leftoversFrom('forgotten')).toEqual(NOTHING);
  });

  it('is deleted although its ConfigMap was deleted first, and leaves no record', async () => {
    await furnish('ruleless');
    await world.operator.stop();
    await world.kube.delete('ConfigMap', 'ruleless/home-cloudflared');
    await world.kube.delete('Tunnel', 'ruleless/home');
    await world.operator.start();
    await gone(world, 'Tunnel', 'ruleless/home');

    expect(leftoversFrom('ruleless')).toEqual(NOTHING);
  });
});

/** A namespace with a Tunnel `home` and a Service `web`, exposed as `<namespace>.example.com`. */
async function furnish(name: string, spec: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await addHome(world, name, spec);
  await exposed(world, `${name}/web`, [`${name}.example.com`]);
}

/** Resolves when the operator reports that the Tunnel can be deleted in any way. */
async function suspend(name: string): Promise<void> {
  await world.kube.patch('Tunnel', `${name}/home`, { spec: { suspend: true } });
  const message = 'spec.suspend is true, so the operator changes nothing';
  await becomes(world, ['Tunnel', `${name}/home`], 'Ready', { status: 'Unknown', reason: 'Suspended', message });
}

async function remove(kind: Kind, key: string): Promise<void> {
  await world.kube.delete(kind, key);
  await gone(world, kind, key);
}

async function finalizersOf(key: string): Promise<readonly string[]> {
  return (await world.kube.get('Service', key)).metadata.finalizers ?? [];
}

/** What is left of such a namespace at Cloudflare. */
function leftoversFrom(name: string): unknown {
  return { tunnels: remoteTunnels(world, `test/${name}/home`), record: recordAt(world, `${name}.example.com`) };
}

function failuresOf(key: string): readonly unknown[] {
  return world.operator.process.logs.filter((entry) => entry['key'] === key).map((entry) => entry['reason']);
}
