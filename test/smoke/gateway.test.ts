/** Gateways of the operator's class, and the routes that are attached to them. */
import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { PROXY_ORIGIN } from '../../src/core/proxy/proxied.ts';
import {
  HTTP_LISTENER,
  describeWithGatewayApi,
  gateway,
  gatewayClass,
  httpRoute,
  installGatewayApi,
  referenceGrant,
  ruleTo,
} from '../support/gateway-api.ts';
import type { Condition, Kind } from '../support/kube-client.ts';
import { describeWith } from '../support/programs.ts';
import { useWorld } from '../support/shared.ts';
import type { KubeCall } from '../support/world-activity.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { service, whoami, withPods } from '../support/world-objects.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { EXPOSED, becomes, gone, ready, recordAt, rulesOf } from '../support/world-views.ts';

const CATCH_ALL = { service: 'http_status:404' };
const HOST = 'app.example.com';
const PORTS = [{ name: 'http', port: 80 }];

const world = useWorld({ cluster: startClusterWithNode });

describeWithGatewayApi('a Gateway of our class', () => {
  beforeAll(async () => {
    await world.addNamespace('shop');
    await world.addNamespace('blog');
    for (const name of ['shop/web', 'shop/api', 'blog/web']) {
      await world.kube.create(whoami(name));
      await world.kube.create(withPods(service(name, {}, PORTS)));
    }
    await installGatewayApi(world);
    await world.kube.create(
      gatewayClass('cftunnel', { group: '', kind: 'Secret', name: 'cloudflare', namespace: 'shop' }),
    );
    await world.kube.create(gateway('shop/edge'));
  });

  it('is noticed although its kind was installed while the operator ran, and gets a Tunnel of its own name', async () => {
    await becomes(world, ['GatewayClass', 'cftunnel'], 'Accepted', { status: 'True', reason: 'Accepted' });
    const tunnel = await ready(world, 'shop/edge');

    expect(tunnel.metadata.ownerReferences).toMatchObject([{ kind: 'Gateway', name: 'edge' }]);
  });

  it('is programmed at the name of the tunnel', async () => {
    const { status } = await becomes(world, ['Gateway', 'shop/edge'], 'Programmed', { status: 'True' });

    const tunnel = await world.kube.get('Tunnel', 'shop/edge');
    expect(status?.['addresses']).toEqual([{ type: 'Hostname', value: tunnel.status?.['target'] }]);
  });

  it('serves the route that names it, without the proxy where that is not needed', async () => {
    await world.kube.create(httpRoute('shop/site', { hostnames: [HOST], rules: [ruleTo({ web: 1 })] }));

    await exposed('shop/site');
    expect(await rulesOf(world, 'shop/edge')).toEqual([
      { hostname: HOST, service: 'http://web.shop.svc:80' },
      CATCH_ALL,
    ]);
    expect(recordAt(world, HOST)).toBeDefined();
    await eventually(async () => expect(await attachedRoutes('shop/edge')).toEqual([1]));
  });
});

// Invariant 51.
describeWithGatewayApi('a route of a Gateway', () => {
  it(
    `is answered by its Service${NEEDS_NODE}`,
    onNode(async () => {
      await eventually(async () => expect(await answerTo('/')).toContain('web'));
    }),
  );

  it('leads to a Service of another namespace only with a ReferenceGrant there', async () => {
    const rules = [ruleTo({ 'blog/web': 1 })];
    await world.kube.create(httpRoute('shop/across', { hostnames: ['across.example.com'], rules }));
    await told('shop/across', 'ResolvedRefs', { status: 'False', reason: 'RefNotPermitted' });
    await told('shop/across', 'Accepted', { status: 'True' });

    await world.kube.create(referenceGrant('blog/from-shop', 'shop'));

    await told('shop/across', 'ResolvedRefs', { status: 'True' });
    await eventually(async () => expect(await serviceOf('across.example.com')).toBe('http://web.blog.svc:80'));
  });

  it('leads nowhere as soon as the ReferenceGrant is gone', async () => {
    await world.kube.delete('ReferenceGrant', 'blog/from-shop');

    await told('shop/across', 'ResolvedRefs', { status: 'False', reason: 'RefNotPermitted' });
    await eventually(async () => expect(await serviceOf('across.example.com')).not.toBe('http://web.blog.svc:80'));
    await removed('HTTPRoute', 'shop/across');
  });

  it('in a namespace that a listener admits is attached, and one in another namespace is not', async () => {
    await world.kube.create(
      httpRoute('blog/page', { gateway: 'shop/edge', hostnames: ['blog.example.com'], rules: TO_WEB }),
    );
    await exposed('blog/page');

    await restrict('Same');

    await told('blog/page', 'Accepted', { status: 'False', reason: 'NotAllowedByListeners' });
    await eventually(async () => expect(await serviceOf('blog.example.com')).toBeUndefined());
    await restrict('All');
    await exposed('blog/page');
  });

  it('of another namespace does not get a hostname that is taken, and takes it over', async () => {
    await world.kube.create(httpRoute('blog/thief', { gateway: 'shop/edge', hostnames: [HOST], rules: TO_WEB }));
    await told('blog/thief', 'Accepted', { status: 'False', reason: 'HostnameConflict' });
    expect((await condition('blog/thief', EXPOSED))?.message).toContain('HTTPRoute shop/site');

    await removed('HTTPRoute', 'shop/site');

    await told('blog/thief', 'Accepted', { status: 'True' });
    await exposed('blog/thief');
    await eventually(async () => expect(await serviceOf(HOST)).toBe('http://web.blog.svc:80'));
    await removed('HTTPRoute', 'blog/thief');
  });

  it('changes nothing of what other controllers say in its status', async () => {
    const foreign = {
      parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'other' },
      controllerName: 'example.com/other',
      conditions: [
        {
          type: 'Accepted',
          status: 'True',
          reason: 'Accepted',
          message: 'ours',
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
    };
    const parents = await parentsOf('blog/page');
    await world.kube.patchStatus('HTTPRoute', 'blog/page', { status: { parents: [...parents, foreign] } });
    await world.kube.patch('HTTPRoute', 'blog/page', {
      spec: { rules: [ruleTo({ web: 1 }, { matches: [path('/a')] })] },
    });

    await eventually(async () => {
      const { metadata } = await world.kube.get('HTTPRoute', 'blog/page');
      expect(await condition('blog/page', EXPOSED)).toMatchObject({
        status: 'True',
        observedGeneration: metadata.generation,
      });
    });
    expect(await parentsOf('blog/page')).toContainEqual(foreign);
  });

  it('costs at most two writes of its status from nothing', async () => {
    const before = statusWrites();
    await world.kube.create(httpRoute('shop/new', { hostnames: ['new.example.com'], rules: [ruleTo({ api: 1 })] }));
    await exposed('shop/new');
    await world.settled();

    expect(statusWrites() - before).toBeLessThanOrEqual(2);
  });

  it('costs no write at rest, and none after a restart', async () => {
    await world.settled();

    expect((await world.writesAfterRestart()).kubernetes).toEqual([]);
  });
});

describeWithGatewayApi('a Gateway that is deleted', () => {
  it('takes its Tunnel along, and its routes lose their rules, their status and the finalizer', async () => {
    await world.kube.delete('Gateway', 'shop/edge');

    await gone(world, 'Gateway', 'shop/edge');
    await gone(world, 'Tunnel', 'shop/edge');
    await eventually(async () => {
      const { metadata } = await world.kube.get('HTTPRoute', 'blog/page');
      expect(metadata.finalizers ?? []).toEqual([]);
      expect((await parentsOf('blog/page')).map(({ controllerName }) => controllerName)).toEqual(['example.com/other']);
    });
    expect(recordAt(world, 'blog.example.com')).toBeUndefined();
  });
});

describeWithGatewayApi('with the proxy', () => {
  describeWith('envoy', 'a route that needs it', () => {
    it(
      `divides requests by weight, and by headers, and answers 500 for what does not exist${NEEDS_NODE}`,
      onNode(async () => {
        await world.kube.create(gateway('shop/split'));
        const rules = [
          ruleTo({ web: 1, api: 1 }),
          ruleTo({ api: 1 }, { matches: [{ headers: [{ name: 'x-to', value: 'api' }] }] }),
          ruleTo({ none: 1 }, { matches: [path('/none')] }),
        ];
        await world.kube.create(httpRoute('shop/split', { gateway: 'split', hostnames: ['split.example.com'], rules }));
        await exposed('shop/split');

        await eventually(async () => expect((await world.edge.get('split.example.com', '/none')).status).toBe(500));
        const names = new Set<string>();
        await eventually(async () => {
          names.add(podOf((await world.edge.get('split.example.com')).body));
          expect([...names].toSorted()).toEqual(['api', 'web']);
        });
      }),
    );

    it(
      `lets no request to a backend whose filter works only for a whole rule${NEEDS_NODE}`,
      onNode(async () => {
        const hostnames = ['filter.example.com'];
        const filters = [
          { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/x' } } },
        ];
        const backendRefs = [{ name: 'web', port: 80, filters }];
        const rules = [{ backendRefs }, ruleTo({ api: 1 }, { matches: [path('/api')] })];
        await world.kube.create(httpRoute('shop/filter', { gateway: 'split', hostnames, rules }));

        await told('shop/filter', 'PartiallyInvalid', { status: 'True', reason: 'UnsupportedValue' });
        expect((await condition('shop/filter', 'PartiallyInvalid'))?.message).toContain(
          'move it to the filters of the rule',
        );
        await eventually(async () => expect((await world.edge.get('filter.example.com')).status).toBe(500));

        await world.kube.patch('HTTPRoute', 'shop/filter', { spec: { rules: [ruleTo({ web: 1 }, { filters })] } });
        await exposed('shop/filter');
        await eventually(async () => expect((await world.edge.get('filter.example.com')).body).toContain('GET /x'));
      }),
    );

    it(
      `lets no request pass without a filter that nobody can apply, although it was live without it${NEEDS_NODE}`,
      onNode(async () => {
        const filters = [
          { type: 'ExtensionRef', extensionRef: { group: 'example.com', kind: 'Login', name: 'staff' } },
        ];
        await world.kube.patch('HTTPRoute', 'shop/filter', { spec: { rules: [ruleTo({ web: 1 }, { filters })] } });

        await told('shop/filter', 'Accepted', { status: 'False', reason: 'UnsupportedValue' });
        await told('shop/filter', EXPOSED, { status: 'False', reason: 'InvalidSpec' });
        await eventually(async () => expect((await world.edge.get('filter.example.com')).status).toBe(500));
      }),
    );

    it(
      `serves any host at each of its Gateways, without a record${NEEDS_NODE}`,
      onNode(async () => {
        await world.kube.create(gateway('shop/second'));
        const route = httpRoute('shop/any', { gateway: 'split', rules: TO_WEB });
        const parentRefs = [{ name: 'split' }, { name: 'second' }];
        await world.kube.create({ ...route, spec: { ...route.spec, parentRefs } });
        await exposed('shop/any');

        for (const key of ['shop/split', 'shop/second'])
          await eventually(async () => {
            const last = (await rulesOf(world, key)).at(-1);
            expect(last?.service).toBe(PROXY_ORIGIN);
          });
        expect((await parentsOf('shop/any')).map(({ parentRef }) => parentRef.name)).toEqual(['split', 'second']);
      }),
    );
  });
});

describeWithGatewayApi('the kind of routes', () => {
  it('can be removed with all of its objects, and installed again', async () => {
    await world.kube.create(gateway('shop/last'));
    const route = httpRoute('shop/last', { gateway: 'last', hostnames: ['last.example.com'], rules: TO_WEB });
    await world.kube.create(route);
    await exposed('shop/last');

    await removed('CustomResourceDefinition', DEFINITION);

    await eventually(async () => expect(recordAt(world, 'last.example.com')).toBeUndefined());
    await installGatewayApi(world);
    await eventually(async () => void (await world.kube.create(route)));
    await exposed('shop/last');
    expect(recordAt(world, 'last.example.com')).toBeDefined();
  });
});

const DEFINITION = 'httproutes.gateway.networking.k8s.io';

const TO_WEB = [ruleTo({ web: 1 })];

function path(value: string): object {
  return { path: { type: 'PathPrefix', value } };
}

/** The first line that is answered, which is the name of the pod. */
async function answerTo(target: string): Promise<string> {
  const { status, body } = await world.edge.get(HOST, target);
  expect(status).toBe(200);
  return body.split('\n')[0] ?? '';
}

/** The name of the Deployment of the pod that has answered. */
function podOf(body: string): string {
  return /^Hostname: ([a-z]+)-/m.exec(body)?.[1] ?? body;
}

async function serviceOf(hostname: string): Promise<string | undefined> {
  const rules = await rulesOf(world, 'shop/edge');
  return rules.find((rule) => rule.hostname === hostname)?.service;
}

/** Changes which namespaces the listener admits. */
async function restrict(from: string): Promise<void> {
  const listeners = [{ ...HTTP_LISTENER, allowedRoutes: { namespaces: { from } } }];
  await world.kube.patch('Gateway', 'shop/edge', { spec: { listeners } });
}

async function removed(kind: Kind, key: string): Promise<void> {
  await world.kube.delete(kind, key);
  await gone(world, kind, key);
}

function statusWrites(): number {
  return world.operatorCalls().filter(isStatusWrite).length;
}

function isStatusWrite({ target }: KubeCall): boolean {
  return target.resource === 'httproutes' && target.subresource === 'status' && target.verb === 'patch';
}

async function condition(key: string, type: string): Promise<Condition | undefined> {
  const ours = (await parentsOf(key)).find(({ controllerName }) => controllerName === 'cftunnel.io/gateway');
  return ours?.conditions.find((one) => one.type === type);
}

async function attachedRoutes(key: string): Promise<readonly unknown[]> {
  const { status } = await world.kube.get('Gateway', key);
  const listeners = (status?.['listeners'] ?? []) as readonly { readonly attachedRoutes: number }[];
  return listeners.map((listener) => listener.attachedRoutes);
}

interface ParentEntry {
  readonly controllerName: string;
  readonly parentRef: { readonly name: string };
  readonly conditions: readonly Condition[];
}

async function parentsOf(key: string, kind: Kind = 'HTTPRoute'): Promise<readonly ParentEntry[]> {
  const { status } = await world.kube.get(kind, key);
  return (status?.['parents'] ?? []) as readonly ParentEntry[];
}

/** Resolves when our entry in the status of a route reports this condition. */
function told(key: string, type: string, expected: Partial<Condition>): Promise<void> {
  return eventually(async () => expect(await condition(key, type)).toMatchObject(expected));
}

function exposed(key: string): Promise<void> {
  return told(key, EXPOSED, { status: 'True' });
}
