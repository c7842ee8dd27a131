/** Gateways of the operator's class, and the routes that are attached to them. */
import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import {
  describeWithGatewayApi,
  gateway,
  gatewayClass,
  httpRoute,
  installGatewayApi,
  referenceGrant,
  ruleTo,
} from '../support/gateway-api.ts';
import type { Condition, Kind } from '../support/kube-client.ts';
import { useWorld } from '../support/shared.ts';
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
    await world.kube.create(gatewayClass('cftunnel', { group: '', kind: 'Secret', name: 'cloudflare', namespace: 'shop' }));
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
    expect(await rulesOf(world, 'shop/edge')).toEqual([{ hostname: HOST, service: 'http://web.shop.svc:80' }, CATCH_ALL]);
    expect(recordAt(world, HOST)).toBeDefined();
    await eventually(async () => expect(await attachedRoutes('shop/edge')).toEqual([1]));
  });
});

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

/** Resolves when the only parent of a route reports this condition. */
function told(key: string, type: string, expected: Partial<Condition>): Promise<void> {
  return eventually(async () => {
    const [parent] = await parentsOf(key);
    expect(parent?.conditions.find((condition) => condition.type === type)).toMatchObject(expected);
  });
}

function exposed(key: string): Promise<void> {
  return told(key, EXPOSED, { status: 'True' });
}
