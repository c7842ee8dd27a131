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

// Invariant 51.
describe('a reference', () => {
  it.each([
    { case: 'to a Service', reference: WEB, objects: [], reason: undefined },
    { case: 'to another kind', reference: { ...WEB, kind: 'Bucket' }, objects: [], reason: 'InvalidKind' },
    { case: 'to a Service of another group', reference: { ...WEB, group: 'x.io' }, objects: [], reason: 'InvalidKind' },
    {
      case: 'to a Service that does not exist',
      reference: { ...WEB, name: 'none' },
      objects: [],
      reason: 'BackendNotFound',
    },
    { case: 'to a port that does not exist', reference: { ...WEB, port: 81 }, objects: [], reason: 'BackendNotFound' },
    { case: 'without a port', reference: { name: 'web' }, objects: [], reason: 'BackendNotFound' },
    {
      case: 'to a UDP port',
      reference: WEB,
      objects: [web({ ports: [{ port: 80, protocol: 'UDP' }] })],
      reason: 'BackendNotFound',
    },
    {
      case: 'to an ExternalName',
      reference: WEB,
      objects: [web({ type: 'ExternalName', externalName: 'x.io' })],
      reason: 'InvalidKind',
    },
    {
      case: 'to an unknown protocol',
      reference: WEB,
      objects: [web({ ports: [{ port: 80, appProtocol: 'mqtt' }] })],
      reason: 'UnsupportedProtocol',
    },
    { case: 'to another namespace', reference: ABROAD, objects: [], reason: 'RefNotPermitted' },
    { case: 'that a grant permits', reference: ABROAD, objects: [aGrant('blog/a', 'shop')], reason: undefined },
    {
      case: 'that a grant permits by name',
      reference: ABROAD,
      objects: [aGrant('blog/a', 'shop', 'web')],
      reason: undefined,
    },
    {
      case: 'that a grant permits for another name',
      reference: ABROAD,
      objects: [aGrant('blog/a', 'shop', 'api')],
      reason: 'RefNotPermitted',
    },
    {
      case: 'that a grant permits from elsewhere',
      reference: ABROAD,
      objects: [aGrant('blog/a', 'docs')],
      reason: 'RefNotPermitted',
    },
    {
      case: 'that a grant elsewhere permits',
      reference: ABROAD,
      objects: [aGrant('docs/a', 'shop')],
      reason: 'RefNotPermitted',
    },
    {
      case: 'that a grant permits to another kind of route',
      reference: ABROAD,
      objects: [aGrantOf('blog/a', { kind: 'GRPCRoute', namespace: 'shop' }, { kind: 'Service' })],
      reason: 'RefNotPermitted',
    },
    {
      case: 'that a grant permits to Secrets',
      reference: ABROAD,
      objects: [aGrantOf('blog/a', { kind: 'HTTPRoute', namespace: 'shop' }, { kind: 'Secret' })],
      reason: 'RefNotPermitted',
    },
  ])('$case gets $reason', ({ reference, objects, reason }) => {
    const result = resolved(reference, objects);

    expect('reason' in result ? result.reason : undefined).toBe(reason);
  });
});

describe('a port', () => {
  it.each([
    { port: { port: 80 }, isGrpc: false, protocol: 'http', isDirect: true },
    { port: { port: 80, appProtocol: 'kubernetes.io/ws' }, isGrpc: false, protocol: 'http', isDirect: true },
    { port: { port: 80, appProtocol: 'https' }, isGrpc: false, protocol: 'https', isDirect: true },
    { port: { port: 80, name: 'https' }, isGrpc: false, protocol: 'https', isDirect: true },
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
