import { describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { type KubeObject, keyOf } from '../support/kube-client.ts';
import { namespace, service, tunnel } from '../support/world-objects.ts';
import { exposed, gone, hostnamesOf, ready, recordAt, rulesOf, refused } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const ONE = { replicas: 1 };

const world = useWorld();

describe('a Service', () => {
  it.concurrent('that precedes its Tunnel is served when the Tunnel is created', async () => {
    await world.addNamespace('early');
    await world.kube.create(service('early/web', { tunnel: 'home', hostname: 'early.example.com' }));
    await refused(world, 'early/web', 'TunnelNotFound', /Tunnel early\/home does not exist/);

    await world.kube.create(tunnel('early/home', ONE));

    await exposed(world, 'early/web', ['early.example.com']);
    expect(recordAt(world, 'early.example.com')?.content).toBe(await targetOf('early/home'));
  });

  it.concurrent('without a Tunnel name is served when a default Tunnel is created', async () => {
    await world.addNamespace('undecided');
    await world.kube.create(service('undecided/web', { hostname: 'undecided.example.com' }));
    await refused(world, 'undecided/web', 'TunnelNotFound', /none is annotated/);

    await world.kube.create(tunnel('undecided/main', ONE, { 'cftunnel.io/is-default-tunnel': 'true' }));

    await exposed(world, 'undecided/web', ['undecided.example.com']);
    expect(await hostnamesOf(world, 'undecided/main')).toEqual(['undecided.example.com']);
  });

  it.concurrent('is admitted when its namespace gets the label that the Tunnel requires', async () => {
    await world.addNamespace('gated');
    await world.kube.create(namespace('guest'));
    const selector = { matchLabels: { exposure: 'public' } };
    await world.kube.create(
      tunnel('gated/home', { ...ONE, allowedRoutes: { namespaces: { from: 'Selector', selector } } }),
    );
    await world.kube.create(service('guest/web', { tunnel: 'gated/home', hostname: 'guest.example.com' }));
    await refused(world, 'guest/web', 'NotAllowed', /does not admit namespace guest/);

    await world.kube.patch('Namespace', 'guest', { metadata: { labels: { exposure: 'public' } } });

    await exposed(world, 'guest/web', ['guest.example.com']);
    expect(await hostnamesOf(world, 'gated/home')).toEqual(['guest.example.com']);
  });

  it.concurrent('that is deleted and recreated is served again, with one record', async () => {
    await furnish('twice');
    await world.kube.delete('Service', 'twice/web');
    await gone(world, 'Service', 'twice/web');

    await world.kube.create(service('twice/web', { tunnel: 'home', hostname: 'twice.example.com' }));

    await exposed(world, 'twice/web', ['twice.example.com']);
    expect(await hostnamesOf(world, 'twice/home')).toEqual(['twice.example.com']);
    expect(recordAt(world, 'twice.example.com')?.content).toBe(await targetOf('twice/home'));
  });
});

describe('a renamed port', () => {
  it.concurrent('keeps the live rule until the annotation follows, and reports the existing ports', async () => {
    await furnish('renamed', { port: 'http' }, [
      { name: 'http', port: 80 },
      { name: 'admin', port: 9000 },
    ]);

    await setPorts('renamed/web', [
      { name: 'web', port: 8080 },
      { name: 'admin', port: 9000 },
    ]);
    await refused(world, 'renamed/web', 'PortNotFound', /"http"; it has web \(8080\), admin \(9000\) \(still served: /);
    expect(await originAt('renamed')).toBe('http://web.renamed.svc:80');

    await world.kube.annotate('Service', 'renamed/web', { 'cftunnel.io/port': 'web' });
    await eventually(async () => expect(await originAt('renamed')).toBe('http://web.renamed.svc:8080'));
    await exposed(world, 'renamed/web', ['renamed.example.com']);
  });
});

/** A namespace with Tunnel `home` and Service `web`, served at `<namespace>.example.com`. */
async function furnish(
  home: string,
  asks: Readonly<Record<string, string>> = {},
  ports: Parameters<typeof service>[2] = [{ port: 80 }],
): Promise<void> {
  const hostname = `${home}.example.com`;
  await world.addNamespace(home);
  await world.kube.create(tunnel(`${home}/home`, ONE));
  const web: KubeObject = service(`${home}/web`, { tunnel: 'home', hostname, ...asks }, ports);
  await world.kube.create(web);
  await exposed(world, keyOf(web), [hostname]);
}

async function setPorts(key: string, ports: readonly unknown[]): Promise<void> {
  await world.kube.patch('Service', key, { spec: { ports } });
}

async function originAt(home: string): Promise<string | undefined> {
  const rules = await rulesOf(world, `${home}/home`);
  return rules.find(({ hostname }) => hostname === `${home}.example.com`)?.service;
}

async function targetOf(key: string): Promise<unknown> {
  return (await ready(world, key)).status?.['target'];
}
