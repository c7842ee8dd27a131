import { describe, expect, it } from '@jest/globals';
import type { BackendReference } from '../../../src/api/gateway-routes.ts';
import type { KubeObject, Service } from '../../../src/api/objects.ts';
import { resolveBackend } from '../../../src/core/gateway/backend.ts';
import { aService } from '../../support/builders.ts';
import { aGatewayCluster, aGrant, aGrantOf } from '../../support/gateways.ts';

const WEB: BackendReference = { name: 'web', port: 80 };
const ABROAD: BackendReference = { ...WEB, namespace: 'blog' };

function resolved(reference: BackendReference, objects: readonly KubeObject[] = [], isGrpc = false) {
  const related = aGatewayCluster(...objects);
  return resolveBackend(reference, { kind: 'HTTPRoute', namespace: 'shop', isGrpc, related });
}

function web(spec: Partial<Service['spec']>): Service {
  const service = aService('shop/web');
  return { ...service, spec: { ...service.spec, ...spec } };
}

const IN_BLOG = { backend: { service: 'blog/web', port: 80, protocol: 'http' }, isDirect: true };
const NO_GRANT = {
  reason: 'RefNotPermitted',
  message: 'No ReferenceGrant in namespace blog permits Service blog/web',
};

// Invariant 51.
describe('a reference', () => {
  it.each<{ case: string; reference: BackendReference; objects?: readonly KubeObject[]; leads: object }>([
    {
      case: 'to a Service',
      reference: WEB,
      leads: { backend: { service: 'shop/web', port: 80, protocol: 'http' }, isDirect: true },
    },
    {
      case: 'to another kind',
      reference: { ...WEB, kind: 'Bucket' },
      leads: { reason: 'InvalidKind', message: '"Bucket" is not a Service' },
    },
    {
      case: 'to a Service of another group',
      reference: { ...WEB, group: 'x.io' },
      leads: { reason: 'InvalidKind', message: '"x.io/Service" is not a Service' },
    },
    {
      case: 'to a Service that does not exist',
      reference: { ...WEB, name: 'none' },
      leads: { reason: 'BackendNotFound', message: 'Service shop/none does not exist' },
    },
    {
      case: 'to a port that does not exist',
      reference: { ...WEB, port: 81 },
      leads: { reason: 'BackendNotFound', message: 'Service shop/web has no TCP port 81' },
    },
    {
      case: 'to a Service without ports',
      reference: WEB,
      objects: [{ ...web({}), spec: {} } as KubeObject],
      leads: { reason: 'BackendNotFound', message: 'Service shop/web has no TCP port 80' },
    },
    {
      case: 'without a port',
      reference: { name: 'web' },
      leads: { reason: 'BackendNotFound', message: 'Service shop/web has no TCP port without a number' },
    },
    {
      case: 'to a UDP port',
      reference: WEB,
      objects: [web({ ports: [{ port: 80, protocol: 'UDP' }] })],
      leads: { reason: 'BackendNotFound', message: 'Service shop/web has no TCP port 80' },
    },
    {
      case: 'to an ExternalName',
      reference: WEB,
      objects: [web({ type: 'ExternalName', externalName: 'x.io' })],
      leads: {
        reason: 'InvalidKind',
        message: 'Service shop/web is an ExternalName, which has no pods that a Gateway could lead to',
      },
    },
    {
      case: 'to an unknown protocol',
      reference: WEB,
      objects: [web({ ports: [{ port: 80, appProtocol: 'mqtt' }] })],
      leads: { reason: 'UnsupportedProtocol', message: 'Port 80 of Service shop/web has the appProtocol "mqtt"' },
    },
    { case: 'to another namespace', reference: ABROAD, leads: NO_GRANT },
    { case: 'that a grant permits', reference: ABROAD, objects: [aGrant('blog/a', 'shop')], leads: IN_BLOG },
    {
      case: 'that a grant permits by name',
      reference: ABROAD,
      objects: [aGrant('blog/a', 'shop', 'web')],
      leads: IN_BLOG,
    },
    {
      case: 'that a grant permits for another name',
      reference: ABROAD,
      objects: [aGrant('blog/a', 'shop', 'api')],
      leads: NO_GRANT,
    },
    {
      case: 'that a grant permits from elsewhere',
      reference: ABROAD,
      objects: [aGrant('blog/a', 'docs')],
      leads: NO_GRANT,
    },
    { case: 'that a grant elsewhere permits', reference: ABROAD, objects: [aGrant('docs/a', 'shop')], leads: NO_GRANT },
    {
      case: 'that a grant permits to another kind of route',
      reference: ABROAD,
      objects: [aGrantOf('blog/a', { kind: 'GRPCRoute', namespace: 'shop' }, { kind: 'Service' })],
      leads: NO_GRANT,
    },
    {
      case: 'that a grant permits to Secrets',
      reference: ABROAD,
      objects: [aGrantOf('blog/a', { kind: 'HTTPRoute', namespace: 'shop' }, { kind: 'Secret' })],
      leads: NO_GRANT,
    },
  ])('$case leads to $leads', ({ reference, objects, leads }) => {
    expect(resolved(reference, objects)).toStrictEqual(leads);
  });
});

describe('a port', () => {
  it.each([
    { port: { port: 80 }, isGrpc: false, protocol: 'http', isDirect: true },
    { port: { port: 80, appProtocol: 'kubernetes.io/ws' }, isGrpc: false, protocol: 'http', isDirect: true },
    { port: { port: 80, appProtocol: 'https' }, isGrpc: false, protocol: 'https', isDirect: true },
    { port: { port: 80, name: 'https' }, isGrpc: false, protocol: 'https', isDirect: true },
    { port: { port: 80, appProtocol: 'kubernetes.io/wss' }, isGrpc: false, protocol: 'https', isDirect: true },
    { port: { port: 80, appProtocol: 'grpc' }, isGrpc: false, protocol: 'h2c', isDirect: false },
    { port: { port: 80, name: 'https', appProtocol: 'http' }, isGrpc: false, protocol: 'http', isDirect: true },
    { port: { port: 80, appProtocol: 'kubernetes.io/h2c' }, isGrpc: false, protocol: 'h2c', isDirect: false },
    { port: { port: 80 }, isGrpc: true, protocol: 'h2c', isDirect: false },
    { port: { port: 80, appProtocol: 'http' }, isGrpc: true, protocol: 'h2c', isDirect: false },
    { port: { port: 80, appProtocol: 'https' }, isGrpc: true, protocol: 'https', isDirect: true },
  ])('$port of a route with gRPC ($isGrpc) speaks $protocol', ({ port, isGrpc, protocol, isDirect }) => {
    expect(resolved(WEB, [web({ ports: [port] })], isGrpc)).toEqual({
      backend: { service: 'shop/web', port: 80, protocol },
      isDirect,
    });
  });

  it('443 without a protocol speaks HTTPS', () => {
    const service = web({ ports: [{ port: 443 }] });

    expect(resolved({ ...WEB, port: 443 }, [service])).toMatchObject({ backend: { protocol: 'https' } });
  });

  it('of a headless Service is reached only at its endpoints', () => {
    expect(resolved(WEB, [web({ clusterIP: 'None' })])).toMatchObject({ isDirect: false });
  });
});
