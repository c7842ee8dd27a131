/** Gateways of another controller that are to be public through a Tunnel, as those of Envoy Gateway. */
import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import {
  HTTP_LISTENER,
  describeWithGatewayApi,
  gateway,
  gatewayClass,
  httpRoute,
  installGatewayApi,
  ruleTo,
} from '../support/gateway-api.ts';
import type { KubeObject } from '../support/kube-client.ts';
import { useWorld } from '../support/shared.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { namespace, service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { EXPOSED, becomes, eventsAbout, gone, ready, recordAt, rulesOf } from '../support/world-views.ts';

const ENVOY = 'gateway.envoyproxy.io/gatewayclass-controller';
/** What Envoy Gateway calls the Service of a Gateway. */
const PROXY = 'envoy-gateway-system/envoy-shop-public-1c8e2f3a';
const ORIGIN = 'http://envoy-shop-public-1c8e2f3a.envoy-gateway-system.svc:80';

const PLATFORM = 'platform.example.com';
const SHOP = 'shop.example.com';
const BLOG = 'blog.example.com';
const NEWS = 'news.example.com';
const PRESS = 'press.example.com';

const world = useWorld({ cluster: startClusterWithNode });

// Invariant 16.
describeWithGatewayApi('a Gateway of another controller', () => {
  beforeAll(async () => {
    await world.addNamespace('shop');
    await world.addNamespace('blog');
    await installGatewayApi(world);
    for (const object of [namespace('envoy-gateway-system'), whoami(PROXY), withPods(service(PROXY, {}, PORTS))])
      await world.kube.create(object);
    await world.kube.create(gatewayClass('eg', undefined, ENVOY));
    await world.kube.create(tunnel('shop/home', { replicas: 1 }));
    await ready(world, 'shop/home');
    await world.kube.create(httpRoute('blog/page', { gateway: 'shop/public', hostnames: [BLOG], rules: TO_WEB }));
  });

  it('waits for the address of its controller, and says so', async () => {
    const listeners = [
      { ...HTTP_LISTENER, hostname: PLATFORM },
      { ...HTTP_LISTENER, name: 'any', port: 8080 },
    ];
    const created = gateway('shop/public', { gatewayClassName: 'eg' }, listeners);
    await world.kube.create({
      ...created,
      metadata: { ...created.metadata, annotations: { 'cftunnel.io/tunnel': 'home' } },
    });

    await eventually(async () =>
      expect(await warnings()).toContainEqual(expect.stringMatching(/Its status names no address yet.*spec\.origin/)),
    );
    expect((await world.kube.get('Gateway', 'shop/public')).metadata.finalizers ?? []).toEqual([]);
  });

  it('leads to the Service at that address, with the hostnames of its listeners', async () => {
    await answersAt(await clusterIp());

    await eventually(async () => expect(await hostsLedTo()).toEqual([[PLATFORM, ORIGIN]]));
    await eventually(() => expect(recordAt(world, PLATFORM)).toBeDefined());
  });

  it('publishes the hostnames of a route once its controller has attached it', async () => {
    await world.kube.create(httpRoute('shop/site', { gateway: 'public', hostnames: [SHOP], rules: TO_WEB }));
    await world.settled();
    expect(recordAt(world, SHOP)).toBeUndefined();

    await takes('shop/site', 'True');
    await takes('blog/page', 'True');

    await eventually(async () =>
      expect(await hostsLedTo()).toEqual([BLOG, PLATFORM, SHOP].map((host) => [host, ORIGIN])),
    );
    await eventually(() => expect([recordAt(world, SHOP), recordAt(world, BLOG)]).not.toContain(undefined));
  });

  it(
    `gets the hostname that the visitor asked for${NEEDS_NODE}`,
    onNode(async () => {
      await eventually(async () => {
        const { status, body } = await world.edge.get(SHOP, '/any/path');
        expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining(`\nHost: ${SHOP}\n`) });
        expect(body).toMatch(/^Hostname: envoy-shop-public-/);
      });
    }),
  );

  it('keeps the status of its controller, in routes too, and costs no write at rest', async () => {
    await world.settled();

    expect((await world.writesAfterRestart()).kubernetes).toEqual([]);
    const { status } = await world.kube.get('HTTPRoute', 'shop/site');
    expect(status?.['parents']).toEqual([expect.objectContaining({ controllerName: ENVOY })]);
    expect((await world.kube.get('HTTPRoute', 'shop/site')).metadata.finalizers ?? []).toEqual([]);
  });

  it('stays published while its controller restarts and has taken its address away', async () => {
    await answersAt();
    await world.settled();

    expect((await hostsLedTo()).map(([host]) => host)).toEqual([BLOG, PLATFORM, SHOP]);
    await answersAt(await clusterIp());
  });

  it('loses the hostnames of a route that its controller no longer takes, and of one that is deleted', async () => {
    await takes('blog/page', 'False');
    await world.kube.delete('HTTPRoute', 'shop/site');

    await eventually(async () => expect(await hostsLedTo()).toEqual([[PLATFORM, ORIGIN]]));
    await eventually(() => expect([recordAt(world, SHOP), recordAt(world, BLOG)]).toEqual([undefined, undefined]));
  });

  it('publishes the hostnames that a ListenerSet adds, and those of its routes, once its controller takes them', async () => {
    await world.kube.patch('Gateway', 'shop/public', { spec: { allowedListeners: { namespaces: { from: 'All' } } } });
    const listeners = [
      { ...HTTP_LISTENER, hostname: NEWS },
      { ...HTTP_LISTENER, name: 'any', port: 8081 },
    ];
    await world.kube.create(listenerSet('blog/more', listeners));
    const parentRef = { group: 'gateway.networking.k8s.io', kind: 'ListenerSet', name: 'more' };
    const press = httpRoute('blog/press', { hostnames: [PRESS], rules: TO_WEB });
    await world.kube.create({ ...press, spec: { ...press.spec, parentRefs: [parentRef] } });
    await world.settled();
    expect((await hostsLedTo()).map(([host]) => host)).toEqual([PLATFORM]);

    await takesSet('blog/more', 'True');
    await takes('blog/press', 'True', parentRef);

    await eventually(async () => expect((await hostsLedTo()).map(([host]) => host)).toEqual([NEWS, PLATFORM, PRESS]));
    await eventually(() => expect([recordAt(world, NEWS), recordAt(world, PRESS)]).not.toContain(undefined));
    await world.settled();
    expect((await world.writesAfterRestart()).kubernetes).toEqual([]);
  });

  it('keeps these hostnames for the namespace of the ListenerSet', async () => {
    await world.kube.create(service('shop/thief', { tunnel: 'home', hostname: NEWS, path: '/thief' }, PORTS));
    await becomes(world, ['Service', 'shop/thief'], EXPOSED, { status: 'False', reason: 'HostnameConflict' });
    await world.kube.delete('Service', 'shop/thief');

    await world.kube.patch('Tunnel', 'shop/home', { spec: { allowedRoutes: { namespaces: { from: 'All' } } } });
    await world.kube.create(service('blog/paper', { tunnel: 'shop/home', hostname: NEWS, path: '/paper' }, PORTS));
    await becomes(world, ['Service', 'blog/paper'], EXPOSED, { status: 'True' });
    const led = (await rulesOf(world, 'shop/home')).map((rule) => rule.service);
    expect(led).toContain('http://paper.blog.svc:80');
    await world.kube.delete('Service', 'blog/paper');
  });

  it('loses the hostnames of a ListenerSet that its Gateway does not admit any more', async () => {
    await world.kube.patch('Gateway', 'shop/public', { spec: { allowedListeners: null } });

    await eventually(async () => expect(await hostsLedTo()).toEqual([[PLATFORM, ORIGIN]]));
    await eventually(() => expect([recordAt(world, NEWS), recordAt(world, PRESS)]).toEqual([undefined, undefined]));
  });

  it('may not name a Service of another namespace that the Tunnel does not name', async () => {
    await world.kube.annotate('Gateway', 'shop/public', { 'cftunnel.io/origin': 'kube-system/metrics:80' });

    await eventually(async () =>
      expect(await warnings()).toContainEqual(
        expect.stringMatching(
          /kube-system\/metrics is in another namespace, and only spec\.origin of Tunnel shop\/home/,
        ),
      ),
    );
    await eventually(async () => expect(await hostsLedTo()).toEqual([]));
  });

  it('leads to the Service that the Tunnel names, in any namespace', async () => {
    await world.kube.patch('Tunnel', 'shop/home', { spec: { origin: `${PROXY}:80` } });
    await world.kube.annotate('Gateway', 'shop/public', { 'cftunnel.io/origin': null });

    await eventually(async () => expect(await hostsLedTo()).toEqual([[PLATFORM, ORIGIN]]));
  });

  it('whose annotation is removed loses rules, records and finalizer, and nothing else', async () => {
    await world.kube.annotate('Gateway', 'shop/public', { 'cftunnel.io/tunnel': null });

    await eventually(async () => {
      const { metadata } = await world.kube.get('Gateway', 'shop/public');
      expect(metadata.finalizers ?? []).toEqual([]);
      expect(recordAt(world, PLATFORM)).toBeUndefined();
      expect(await hostsLedTo()).toEqual([]);
    });
    const { status } = await world.kube.get('Gateway', 'shop/public');
    expect(status?.['addresses']).toEqual([{ type: 'IPAddress', value: await clusterIp() }]);
  });

  it('that is published can be deleted', async () => {
    await world.kube.annotate('Gateway', 'shop/public', { 'cftunnel.io/tunnel': 'home' });
    await eventually(() => expect(recordAt(world, PLATFORM)).toBeDefined());

    await world.kube.delete('Gateway', 'shop/public');

    await gone(world, 'Gateway', 'shop/public');
    expect(recordAt(world, PLATFORM)).toBeUndefined();
  });
});

const PORTS = [{ name: 'http-80', port: 80 }];

const TO_WEB = [ruleTo({ web: 1 })];

async function clusterIp(): Promise<string> {
  const { spec } = await world.kube.get('Service', PROXY);
  return spec?.['clusterIP'] as string;
}

/** What the controller writes into the status of the Gateway. */
function answersAt(...addresses: readonly string[]): Promise<KubeObject> {
  const status = { addresses: addresses.map((value) => ({ type: 'IPAddress', value })) };
  return world.kube.patchStatus('Gateway', 'shop/public', { status });
}

const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'shop' };

/** What the controller writes into the status of a route. */
function takes(route: string, status: 'True' | 'False', parentRef: object = GATEWAY): Promise<KubeObject> {
  const parents = [{ parentRef, controllerName: ENVOY, conditions: [acceptance(status)] }];
  return world.kube.patchStatus('HTTPRoute', route, { status: { parents } });
}

/** What the controller writes into the status of a ListenerSet. */
function takesSet(key: string, status: 'True' | 'False'): Promise<KubeObject> {
  return world.kube.patchStatus('ListenerSet', key, { status: { conditions: [acceptance(status)] } });
}

function acceptance(status: 'True' | 'False') {
  return { type: 'Accepted', status, reason: 'Accepted', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
}

function listenerSet(key: string, listeners: readonly object[]): KubeObject {
  const [home = '', name = ''] = key.split('/');
  return {
    apiVersion: `${GATEWAY.group}/v1`,
    kind: 'ListenerSet',
    metadata: { namespace: home, name },
    spec: { parentRef: GATEWAY, listeners },
  };
}

async function hostsLedTo(): Promise<readonly (readonly [string, string])[]> {
  const rules = await rulesOf(world, 'shop/home');
  const led = rules.flatMap(({ hostname, service: to }) => (hostname === undefined ? [] : [[hostname, to] as const]));
  return led.toSorted(([a], [b]) => a.localeCompare(b));
}

async function warnings(): Promise<readonly unknown[]> {
  const events = await eventsAbout(world, 'Gateway', 'shop/public');
  return events.filter(({ type }) => type === 'Warning').map(({ message }) => message);
}
