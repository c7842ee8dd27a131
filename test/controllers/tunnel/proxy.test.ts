/** A Tunnel with a route that only the proxy can serve. */
import { describe, expect, it } from '@jest/globals';
import { hostnamesIn } from '../../../src/core/proxy/hostnames.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';
import type { ConfigMap, KubeObject } from '../../../src/api/objects.ts';
import type { TunnelTraits } from '../../support/builders.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { aProxiedRoute, aRoute } from '../../support/routes.ts';
import { HOME, TunnelWorld, tableOf } from '../../support/tunnel-world.ts';

const NAME = 'app.example.com';
const PLAIN = aRoute(NAME);
const CANARY = aProxiedRoute(NAME);
const REFUSED = new OperatorError('KubernetesRefused', 'wait', 'refused');

/** Long enough for clusters of former routes to go. */
const FORMER_MS = 120_000;

describe('a route that needs the proxy', () => {
  // Invariants 3, 7.
  it('is given to the proxy before any rule leads there, and the pods get one', async () => {
    const world = aWorld(CANARY);

    await world.pass();

    const writes = world.log.filter((entry) => /^apply (?!ServiceAccount|PodDisruptionBudget)/.test(entry));
    expect(writes.slice(-4)).toEqual([
      'apply Secret of the proxy',
      'apply ConfigMap of the proxy',
      'apply ConfigMap',
      'apply Deployment',
    ]);
    expect(hostnames(world)).toEqual([NAME]);
    expect(hasProxy(world)).toBe(true);
  });

  it('costs no write in a second pass, nor after a restart', async () => {
    const world = await settled(CANARY);

    await world.pass();
    world.memories.forget(HOME);
    await world.pass();

    expect(world.log).toEqual([]);
  });

  it('is refused where the proxy is off, and says so', async () => {
    const world = aWorld(CANARY, { spec: { proxy: { mode: 'Off' } } });

    await world.pass();

    expect(world.rules()).toEqual([]);
    expect(hasProxy(world)).toBe(false);
    expect(world.exposed.at(-1)).toMatchObject({ status: 'False', reason: 'ProxyUnavailable' });
  });

  it('is refused where the pods of Services are unknown', async () => {
    const world = aWorld(CANARY);
    world.areEndpointsKnown = false;

    await world.pass();

    expect(world.exposed.at(-1)).toMatchObject({ reason: 'ProxyUnavailable' });
  });

  it('is not published where the name of its ConfigMap is taken', async () => {
    const world = aWorld(CANARY);
    const metadata = { name: 'home-cloudflared-proxy', namespace: 'shop' };
    world.objects.set('ConfigMap of the proxy', { apiVersion: 'v1', kind: 'ConfigMap', metadata });

    await world.pass();

    expect(world.conditions()).toMatchObject({ ConfigReady: 'False NameTaken' });
    expect(world.objects.get('ConfigMap of the proxy')?.metadata).toEqual(metadata);
  });

  it('stays as it is in the proxy when somebody edits the configuration', async () => {
    const world = await settled(CANARY);
    const configMap = world.objects.get('ConfigMap of the proxy') as ConfigMap;
    world.objects.set('ConfigMap of the proxy', { ...configMap, data: { 'routes.yaml': '' } } as KubeObject);

    await world.pass();

    expect(hostnames(world)).toEqual([NAME]);
    expect(world.log).toContain('object repaired');
  });
});

it('a proxy that is always there costs the first route that needs it no rollout of its own', async () => {
  const world = await settled(PLAIN, { spec: { proxy: { mode: 'Always' } } });

  expect(hasProxy(world)).toBe(true);
  expect(hostnames(world)).toEqual([]);
});

describe('other pods behind the route', () => {
  it('cost one write and one for each connector, and no rollout', async () => {
    const world = await settled(CANARY);
    world.endpoints = ['10.0.0.3'];
    world.memories.endpointsChanged('shop/web');

    await world.pass();

    expect(world.log).toEqual(['apply ConfigMap of the proxy', 'annotate one', 'annotate two']);
  });

  it('are told to every kubelet in the next pass if that fails, and it is reported', async () => {
    const world = await settled(CANARY);
    world.endpoints = ['10.0.0.3'];
    world.failures.set('annotate two', REFUSED);
    await world.pass();
    expect(world.conditions()).toMatchObject({ ConnectorsReady: 'False KubernetesRefused' });

    world.failures.clear();
    world.log.length = 0;
    await world.pass({ isRetry: true, failures: 1 });

    expect(world.log.filter((entry) => entry.startsWith('annotate'))).toEqual(['annotate two']);
    expect(world.conditions()).toMatchObject({ ConnectorsReady: 'True ConnectorsAvailable' });
  });

  it('reach the proxy although the rules cannot be published, without waiting for the back-off', async () => {
    const world = await settled(CANARY);
    world.edit({ spec: { fallback: 'http://web:port/path' } });
    await world.pass();
    world.endpoints = ['10.0.0.3'];
    world.memories.endpointsChanged('shop/web');
    world.log.length = 0;

    await world.pass({ failures: 1 });

    expect(world.conditions()).toMatchObject({ ConfigReady: 'False InvalidSpec' });
    expect(world.log).toContain('apply ConfigMap of the proxy');
  });

  it('are told after a restart to pods that were told of others before', async () => {
    const world = await settled(CANARY);
    world.told.set('one', { 'cftunnel.io/proxy-config': 'of before' });
    world.memories.forget(HOME);

    await world.pass();

    expect(world.log).toEqual(['annotate one']);
  });
});

describe('a hostname that does not need the proxy any more', () => {
  it('stays in the proxy until every connector leads it to its Service', async () => {
    const world = await settled(CANARY);
    world.isRolledOut = false;
    world.table = tableWith(PLAIN);

    await world.pass();
    expect(hasProxy(world)).toBe(false);
    expect(hostnames(world)).toEqual([NAME]);
    await world.pass();
    expect(hostnames(world)).toEqual([NAME]);

    world.isRolledOut = true;
    await world.pass();
    expect(world.objects.has('ConfigMap of the proxy')).toBe(false);
    world.log.length = 0;
    await world.pass();
    expect(world.log).toEqual([]);
  });

  it('leaves clusters for requests that are on their way, for a while', async () => {
    const other = aProxiedRoute('other.example.com', 'shop/other');
    const world = await settled(CANARY, {}, other);
    world.table = tableWith(CANARY);
    world.isRolledOut = false;
    await world.pass();
    world.isRolledOut = true;
    await world.pass();
    expect(clusters(world)).toContain('other');

    world.clock.nowMs += FORMER_MS;
    world.log.length = 0;
    await world.pass();

    expect(clusters(world)).not.toContain('other');
    expect(world.log).toEqual(['apply ConfigMap of the proxy', 'annotate one', 'annotate two']);
  });
});

it('a Tunnel that is suspended keeps the objects of its proxy, however it is deleted', async () => {
  const world = await settled(CANARY);
  world.edit({ spec: { suspend: true } });

  await world.pass();

  for (const title of ['ConfigMap of the proxy', 'Secret of the proxy']) expect(world.log).toContain(`own ${title}`);
});

function aWorld(route: Route, traits: TunnelTraits = {}, ...others: readonly Route[]): TunnelWorld {
  const world = new TunnelWorld(traits);
  world.table = tableWith(route, ...others);
  return world;
}

/** Its connectors serve the route, and its record exists. */
async function settled(route: Route, traits: TunnelTraits = {}, ...others: readonly Route[]): Promise<TunnelWorld> {
  const world = aWorld(route, traits, ...others);
  await world.pass();
  world.isRolledOut = true;
  await world.pass();
  world.clock.nowMs += FORMER_MS;
  await world.pass();
  world.log.length = 0;
  return world;
}

function tableWith(...routes: readonly Route[]) {
  return { ...tableOf(NAME), published: new Map([[HOME, routes]]) };
}

function hostnames(world: TunnelWorld): readonly string[] {
  return [...hostnamesIn(dataOf(world))];
}

function clusters(world: TunnelWorld): string {
  return dataOf(world)['clusters.yaml'] ?? '';
}

function dataOf(world: TunnelWorld): Readonly<Record<string, string>> {
  const configMap: ConfigMap | undefined = world.objects.get('ConfigMap of the proxy');
  return configMap?.data ?? {};
}

function hasProxy(world: TunnelWorld): boolean {
  return JSON.stringify(world.objects.get('Deployment')).includes('initContainers');
}
