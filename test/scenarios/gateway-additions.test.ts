/** What others add to a Gateway: listeners by ListenerSets, and TLS to Services by BackendTLSPolicies. */
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
import type { Condition, KubeObject, Kind } from '../support/kube-client.ts';
import { useWorld } from '../support/shared.ts';
import { secret, service } from '../support/world-objects.ts';
import { becomes, gone, ready, recordAt, rulesOf } from '../support/world-views.ts';
import { certificateIn } from './example.ts';

const API = 'gateway.networking.k8s.io/v1';
const HOST = 'more.example.com';
const POLICY: readonly [Kind, string] = ['BackendTLSPolicy', 'blog/web'];

const world = useWorld();

describeWithGatewayApi('a ListenerSet', () => {
  beforeAll(async () => {
    await world.addNamespace('shop');
    await world.addNamespace('blog');
    await installGatewayApi(world);
    await world.kube.create(
      gatewayClass('cftunnel', { group: '', kind: 'Secret', name: 'cloudflare', namespace: 'shop' }),
    );
    for (const key of ['blog/web', 'shop/web']) await world.kube.create(service(key));
    await world.kube.create(gateway('shop/edge'));
    await ready(world, 'shop/edge');
  });

  it('is not admitted by default, and says so', async () => {
    await world.kube.create(listenerSet('blog/more', [{ ...HTTP_LISTENER, hostname: HOST }]));

    await becomes(world, ['ListenerSet', 'blog/more'], 'Accepted', { status: 'False', reason: 'NotAllowed' });
    expect((await world.kube.get('Gateway', 'shop/edge')).status?.['attachedListenerSets']).toBeUndefined();
  });

  it('adds listeners to a Gateway that admits it', async () => {
    await world.kube.patch('Gateway', 'shop/edge', { spec: { allowedListeners: { namespaces: { from: 'All' } } } });
    await becomes(world, ['ListenerSet', 'blog/more'], 'Programmed', { status: 'True' });

    await world.kube.create(routeOf('blog/page'));
    await eventually(async () => expect(await serviceAt(HOST)).toBe('http://web.blog.svc:80'));
    await eventually(() => expect(recordAt(world, HOST)).toBeDefined());
    expect((await world.kube.get('Gateway', 'shop/edge')).status?.['attachedListenerSets']).toBe(1);
  });

  it('shares its hostname between the namespaces that its listener admits', async () => {
    await world.kube.create(routeOf('shop/page', [ruleTo({ web: 1 }, { matches: [{ path: PATH }] })]));

    await eventually(async () =>
      expect((await rulesOf(world, 'shop/edge')).map((rule) => rule.service)).toContain('http://web.shop.svc:80'),
    );
    await eventually(async () => {
      const { status } = await world.kube.get('ListenerSet', 'blog/more');
      expect(status?.['listeners']).toMatchObject([{ name: 'http', attachedRoutes: 2 }]);
    });
  });

  it('costs no write at rest', async () => {
    await world.settled();

    expect((await world.writesAfterRestart()).kubernetes).toEqual([]);
  });

  it('that is deleted takes its hostname along', async () => {
    await world.kube.delete('ListenerSet', 'blog/more');

    await gone(world, 'ListenerSet', 'blog/more');
    await eventually(() => expect(recordAt(world, HOST)).toBeUndefined());
    await eventually(async () =>
      expect((await world.kube.get('Gateway', 'shop/edge')).status?.['attachedListenerSets']).toBe(0),
    );
  });
});

// Invariant 51.
describeWithGatewayApi('a BackendTLSPolicy', () => {
  it('without its certificates is not accepted, and leads to no request without TLS', async () => {
    await world.kube.create(policy('blog/web'));
    const rules = [ruleTo({ web: 1 })];
    await world.kube.create(httpRoute('blog/secure', { gateway: 'shop/edge', hostnames: ['tls.example.com'], rules }));

    await eventually(async () => {
      expect(await conditionOf('Accepted')).toMatchObject({ status: 'False', reason: 'NoValidCACertificate' });
      expect(await conditionOf('ResolvedRefs')).toMatchObject({ status: 'False', reason: 'InvalidCACertificateRef' });
    });
    expect(await serviceAt('tls.example.com')).not.toBe('http://web.blog.svc:80');
  });

  it('is accepted once they exist', async () => {
    const data = { 'ca.crt': certificateIn('16-traefik')['tls.crt'] ?? '' };
    await world.kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ca', namespace: 'blog' }, data });

    await eventually(async () => {
      expect(await conditionOf('Accepted')).toMatchObject({ status: 'True', reason: 'Accepted' });
      expect(await conditionOf('ResolvedRefs')).toMatchObject({ status: 'True' });
    });
  });

  it('keeps what other controllers say, and costs no write at rest', async () => {
    const [ours] = await ancestors();
    const others = {
      ancestorRef: { name: 'other' },
      controllerName: 'example.com/other',
      conditions: ours?.conditions,
    };
    await world.kube.patchStatus(...POLICY, { status: { ancestors: [others, ours] } });
    await world.settled();

    expect((await world.writesAfterRestart()).kubernetes).toEqual([]);
    expect((await ancestors()).map(({ controllerName }) => controllerName)).toEqual([
      'example.com/other',
      'cftunnel.io/gateway',
    ]);
  });

  it('loses our entry with the last route to its Service', async () => {
    await world.kube.delete('HTTPRoute', 'blog/secure');

    await eventually(async () =>
      expect((await ancestors()).map(({ controllerName }) => controllerName)).toEqual(['example.com/other']),
    );
  });
});

describeWithGatewayApi('a Gateway that asks visitors for certificates', () => {
  const STRICT = 'strict.example.com';

  it('has no listener that would let in those without one, although it was live before', async () => {
    await world.kube.create(secret('shop/strict', certificateIn('16-traefik')));
    const listeners = [
      { ...HTTP_LISTENER, name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'strict' }] } },
    ];
    await world.kube.create(gateway('shop/strict', {}, listeners));
    await world.kube.create(
      httpRoute('shop/strict', { gateway: 'strict', hostnames: [STRICT], rules: [ruleTo({ web: 1 })] }),
    );
    await eventually(() => expect(recordAt(world, STRICT)).toBeDefined());

    const caCertificateRefs = [{ group: '', kind: 'ConfigMap', name: 'visitors' }];
    const tls = { frontend: { default: { validation: { caCertificateRefs } } } };
    await world.kube.patch('Gateway', 'shop/strict', { spec: { tls } });

    await becomes(world, ['Gateway', 'shop/strict'], 'Accepted', { status: 'False', reason: 'ListenersNotValid' });
    await eventually(async () => {
      expect(recordAt(world, STRICT)).toBeUndefined();
      expect((await rulesOf(world, 'shop/strict')).map(({ hostname }) => hostname)).toEqual([undefined]);
    });
    const { status } = await world.kube.get('Gateway', 'shop/strict');
    expect(status?.['listeners']).toMatchObject([
      { conditions: [{ type: 'Accepted', reason: 'UnsupportedValue' }, {}, {}, {}] },
    ]);
  });
});

const PATH = { type: 'PathPrefix', value: '/shop' };

function listenerSet(key: string, listeners: readonly object[]): KubeObject {
  const parentRef = { name: 'edge', namespace: 'shop' };
  return { apiVersion: API, kind: 'ListenerSet', metadata: metaOf(key), spec: { parentRef, listeners } };
}

/** A route that names the ListenerSet, and no hostname of its own. */
function routeOf(key: string, rules: readonly object[] = [ruleTo({ web: 1 })]): KubeObject {
  const parentRefs = [{ group: 'gateway.networking.k8s.io', kind: 'ListenerSet', namespace: 'blog', name: 'more' }];
  return { apiVersion: API, kind: 'HTTPRoute', metadata: metaOf(key), spec: { parentRefs, rules } };
}

function policy(key: string): KubeObject {
  const spec = {
    targetRefs: [{ group: '', kind: 'Service', name: 'web' }],
    validation: { hostname: 'web.internal', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] },
  };
  return { apiVersion: API, kind: 'BackendTLSPolicy', metadata: metaOf(key), spec };
}

function metaOf(key: string) {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

async function serviceAt(hostname: string): Promise<string | undefined> {
  return (await rulesOf(world, 'shop/edge')).find((rule) => rule.hostname === hostname)?.service;
}

interface Ancestor {
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

async function ancestors(): Promise<readonly Ancestor[]> {
  const { status } = await world.kube.get(...POLICY);
  return (status?.['ancestors'] ?? []) as readonly Ancestor[];
}

async function conditionOf(type: string): Promise<Condition | undefined> {
  const ours = (await ancestors()).find(({ controllerName }) => controllerName === 'cftunnel.io/gateway');
  return ours?.conditions.find((one) => one.type === type);
}
