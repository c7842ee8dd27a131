/** A hostname that moves to the proxy and back, with rules at Cloudflare. */
import { describe, expect, it } from '@jest/globals';
import type { ConfigMap } from '../../../src/api/objects.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { hostnamesIn } from '../../../src/core/proxy/hostnames.ts';
import { needsProxy } from '../../../src/core/remote-config/route-rules.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { aProxiedRoute, aRoute } from '../../support/routes.ts';
import { HOME, TunnelWorld, bothPods, tableOf } from '../../support/tunnel-world.ts';

const NAME = 'app.example.com';
const REMOTE = { spec: { configMode: 'Remote' } } as const;
const AWAY = new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is away');

/** Long enough for a proxy to read what its kubelet was told of. */
const READ_MS = 3_000;

// Invariants 7, 37.
describe('with rules at Cloudflare', () => {
  it('a hostname is led to the proxy once every pod has one that knows it', async () => {
    const world = await TunnelWorld.settled(REMOTE);
    world.isRolledOut = false;
    await publish(world, aProxiedRoute(NAME));
    expect([hasProxy(world), hostnames(world), needsProxy(world.configuration.config)]).toEqual([true, [NAME], false]);

    world.isRolledOut = true;
    await applied(world);
    expect(needsProxy(world.configuration.config)).toBe(false);

    world.clock.nowMs += READ_MS;
    await applied(world);
    expect(needsProxy(world.configuration.config)).toBe(true);
    expect(world.remoteRules()).toEqual([NAME]);
  });

  it('the proxy goes once every connector leads the hostname to its Service', async () => {
    const world = await proxied();
    await publish(world, aRoute(NAME));
    expect(needsProxy(world.configuration.config)).toBe(false);
    expect([hasProxy(world), hostnames(world)]).toEqual([true, [NAME]]);

    const { recheckAfterMs } = await applied(world);
    expect([hasProxy(world), recheckAfterMs]).toEqual([true, 0]);

    await applied(world);
    expect(hasProxy(world)).toBe(false);
    expect(world.objects.has('ConfigMap of the proxy')).toBe(false);
  });

  it('the proxy follows the pods of Services while Cloudflare cannot be asked', async () => {
    const world = await proxied();
    world.failures.set('list tunnels', AWAY);
    world.failures.set('read rules', AWAY);
    world.endpoints = ['10.0.0.9'];
    world.memories.endpointsChanged('shop/web');
    world.log.length = 0;

    await world.pass();

    expect(world.log).toEqual(expect.arrayContaining(['apply ConfigMap of the proxy', 'annotate one', 'annotate two']));
    expect(hasProxy(world)).toBe(true);
  });

  it('costs no write at rest, and none after a restart', async () => {
    const world = await proxied();
    world.memories.forget(HOME);

    await applied(world);
    await applied(world);

    expect(world.log).toEqual([]);
  });
});

/** Its hostname is led to the proxy, and everything is at rest. */
async function proxied(): Promise<TunnelWorld> {
  const world = await TunnelWorld.settled(REMOTE);
  await publish(world, aProxiedRoute(NAME));
  for (const waitMs of [0, READ_MS, 0, 120_000]) {
    world.clock.nowMs += waitMs;
    await applied(world);
  }
  expect(needsProxy(world.configuration.config)).toBe(true);
  world.log.length = 0;
  return world;
}

async function publish(world: TunnelWorld, route: Route): Promise<void> {
  world.table = { ...tableOf(NAME), published: new Map([[HOME, [route]]]) };
  await world.pass();
}

/** A pass in which every pod runs the rules that Cloudflare has. */
function applied(world: TunnelWorld) {
  world.podVersions = bothPods(world.configuration.version);
  return world.pass();
}

function hostnames(world: TunnelWorld): readonly string[] {
  const configMap: ConfigMap | undefined = world.objects.get('ConfigMap of the proxy');
  return [...hostnamesIn(configMap?.data ?? {})];
}

function hasProxy(world: TunnelWorld): boolean {
  return JSON.stringify(world.objects.get('Deployment')).includes('initContainers');
}
