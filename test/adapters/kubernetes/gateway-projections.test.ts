import { describe, expect, it } from '@jest/globals';
import {
  projectGateway,
  projectGatewayClass,
  projectReferenceGrant,
  projectRoute,
} from '../../../src/adapters/kubernetes/gateway-projections.ts';
import type { KubeObject } from '../../../src/api/objects.ts';
import { aGateway, aGatewayClass, aGrant, anHttpRoute } from '../../support/gateways.ts';

/** An object as the API server stores it, with what nothing reads. */
function stored<T extends KubeObject>(object: T): T {
  const metadata = {
    ...object.metadata,
    resourceVersion: '7',
    generation: 2,
    labels: { app: 'web' },
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'cftunnel.io/dns': 'disabled' },
    managedFields: [],
  };
  return { ...object, metadata };
}

const FOREIGN = { parentRef: { name: 'other' }, controllerName: 'example.com/other', conditions: [] };

describe('the cached form', () => {
  it.each([
    { kind: 'route', cached: projectRoute(stored(anHttpRoute('shop/site', { hostnames: ['a.example.com'] }))) },
    { kind: 'Gateway', cached: projectGateway(stored(aGateway('shop/edge'))) },
  ])('of a $kind has the generation and our annotations, and no field managers', ({ cached }) => {
    expect(cached.metadata).toMatchObject({ generation: 2, resourceVersion: '7' });
    expect(cached.metadata.annotations).toEqual({ 'cftunnel.io/dns': 'disabled' });
    expect(Object.keys(cached.metadata)).not.toContain('managedFields');
    expect(cached.metadata.labels).toBeUndefined();
  });

  it('of a route keeps what it asks for, and the entries of other controllers', () => {
    const route = anHttpRoute('shop/site', { hostnames: ['a.example.com'], parents: [FOREIGN] });

    expect(projectRoute(stored(route))).toMatchObject({ spec: route.spec, status: { parents: [FOREIGN] } });
    expect(projectRoute(stored(anHttpRoute('shop/new')))).not.toHaveProperty('status');
  });

  it('of a Gateway keeps its listeners, its parameters, what it says of TLS, and its status', () => {
    const infrastructure = {
      parametersRef: { group: 'cftunnel.io', kind: 'Tunnel', name: 'home' },
      labels: { a: 'b' },
    };
    const tls = { frontend: { default: { validation: {} } } };
    const gateway = aGateway('shop/edge', { infrastructure, tls, status: { addresses: [] } });

    expect(projectGateway(stored(gateway))).toMatchObject({
      spec: { tls, listeners: gateway.spec.listeners, infrastructure: { parametersRef: infrastructure.parametersRef } },
      status: { addresses: [] },
    });
    expect(projectGateway(stored(gateway)).spec.infrastructure).not.toHaveProperty('labels');
  });

  it('of a class and of a grant keeps the spec', () => {
    const gatewayClass = aGatewayClass('cftunnel', { parametersRef: { name: 'cloudflare' } });
    const grant = aGrant('blog/a', 'shop');

    expect(projectGatewayClass(stored(gatewayClass)).spec).toEqual(gatewayClass.spec);
    expect(projectReferenceGrant(stored(grant))).toMatchObject({
      metadata: { namespace: 'blog', name: 'a' },
      spec: grant.spec,
    });
  });
});
