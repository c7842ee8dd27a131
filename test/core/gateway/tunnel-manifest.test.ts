import { describe, expect, it } from '@jest/globals';
import { isApplied, isOwnedByGateway, specOfClass, tunnelManifest } from '../../../src/core/gateway/tunnel-manifest.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { aTunnel } from '../../support/builders.ts';
import { aGateway, aGatewayClass } from '../../support/gateways.ts';

const SECRET = { group: '', kind: 'Secret', name: 'cloudflare', namespace: 'infra' };
const TEMPLATE = { group: 'cftunnel.io', kind: 'Tunnel', name: 'template', namespace: 'infra' };

const template = aTunnel('infra/template', {
  spec: { replicas: 3, suspend: true, tunnelName: 'mine', allowedRoutes: { hostnames: ['*.example.com'] } },
});

function spec(parametersRef?: typeof SECRET) {
  const gatewayClass = aGatewayClass('cftunnel', parametersRef === undefined ? {} : { parametersRef });
  return specOfClass(gatewayClass, (key) => (key === 'infra/template' ? template : undefined));
}

describe('the Tunnel of a Gateway', () => {
  it('takes from a Secret of its class only the name', () => {
    expect(spec(SECRET)).toEqual({ spec: { credentialsRef: { name: 'cloudflare' } } });
  });

  it('takes from a template what is not about one tunnel', () => {
    expect(spec(TEMPLATE)).toEqual({
      spec: {
        credentialsRef: { name: 'cloudflare-api-token' },
        replicas: 3,
        allowedRoutes: { hostnames: ['*.example.com'] },
      },
    });
  });

  it.each([
    {
      case: 'no parameters',
      reference: undefined,
      problem:
        'GatewayClass cftunnel has no spec.parametersRef, so its Gateways need a Tunnel of their own name, or name one in spec.infrastructure.parametersRef',
    },
    {
      case: 'a template that does not exist',
      reference: { ...TEMPLATE, name: 'none' },
      problem: 'Tunnel infra/none, the template of GatewayClass cftunnel, does not exist where the operator looks',
    },
    ...[
      { ...SECRET, kind: 'ConfigMap' },
      { ...SECRET, group: 'example.com' },
      { ...TEMPLATE, group: '' },
      { ...TEMPLATE, kind: 'AccessPolicy' },
    ].map((reference) => ({
      case: `a ${reference.kind} of "${reference.group}"`,
      reference,
      problem: `spec.parametersRef of GatewayClass cftunnel must name a Secret or a Tunnel, and "${reference.group}/${reference.kind}" is neither`,
    })),
  ])('is not made of a class with $case', ({ reference, problem }) => {
    expect(spec(reference)).toStrictEqual({ problem });
  });

  it('belongs to the Gateway, which nobody has to wait for', () => {
    const gateway = aGateway('shop/edge');
    const wanted = { credentialsRef: { name: 'cloudflare' } };

    expect(tunnelManifest(gateway, wanted)).toStrictEqual({
      apiVersion: 'cftunnel.io/v1alpha1',
      kind: 'Tunnel',
      metadata: {
        namespace: 'shop',
        name: 'edge',
        labels: { 'app.kubernetes.io/managed-by': 'cftunnel-operator' },
        ownerReferences: [
          {
            apiVersion: 'gateway.networking.k8s.io/v1',
            kind: 'Gateway',
            name: 'edge',
            uid: gateway.metadata.uid,
            controller: true,
            blockOwnerDeletion: false,
          },
        ],
      },
      spec: wanted,
    });
  });

  it.each([
    { owners: ['shop/other', 'shop/edge'], isOwned: true },
    { owners: ['shop/other'], isOwned: false },
    { owners: [], isOwned: false },
  ])('of $owners belongs to shop/edge: $isOwned', ({ owners, isOwned }) => {
    const ownerReferences = owners.flatMap(
      (key) => tunnelManifest(aGateway(key), template.spec).metadata.ownerReferences ?? [],
    );
    const tunnel = aTunnel('shop/edge');

    expect(
      isOwnedByGateway({ ...tunnel, metadata: { ...tunnel.metadata, ownerReferences } }, aGateway('shop/edge')),
    ).toBe(isOwned);
    expect(isOwnedByGateway(tunnel, aGateway('shop/edge'))).toBe(false);
  });

  it.each<{ case: string; wanted?: Partial<TunnelSpec>; current: Partial<TunnelSpec>; applied: boolean }>([
    { case: 'as it is', current: { replicas: 2 }, applied: true },
    { case: 'with more in it', current: { replicas: 2, domain: 'example.com' }, applied: true },
    {
      case: 'with defaults of the API server in it',
      wanted: { dns: { onConflict: 'Adopt' } },
      current: { replicas: 2, dns: { onConflict: 'Adopt', enabled: true } as TunnelSpec['dns'] & {} },
      applied: true,
    },
    {
      case: 'with a part of it',
      wanted: { originRequest: { http2Origin: true, noTLSVerify: true } },
      current: { replicas: 2, originRequest: { http2Origin: true } },
      applied: false,
    },
    { case: 'without an empty field', wanted: { dns: {} }, current: { replicas: 2 }, applied: false },
    { case: 'without a field', wanted: { dns: { onConflict: 'Adopt' } }, current: { replicas: 2 }, applied: false },
    {
      case: 'without a list',
      wanted: { allowedRoutes: { hostnames: ['a.example.com'] } },
      current: { replicas: 2, allowedRoutes: {} },
      applied: false,
    },
    {
      case: 'with a longer list',
      wanted: { allowedRoutes: { hostnames: ['a.example.com'] } },
      current: { replicas: 2, allowedRoutes: { hostnames: ['a.example.com', 'b.example.com'] } },
      applied: false,
    },
    { case: 'with another value', current: { replicas: 3 }, applied: false },
    { case: 'without it', current: {}, applied: false },
  ])('$case is left alone: $applied', ({ wanted = {}, current, applied }) => {
    const manifest = tunnelManifest(aGateway('shop/edge'), { ...aTunnel('a/b').spec, replicas: 2, ...wanted });

    expect(isApplied(manifest, aTunnel('shop/edge', { spec: current }))).toBe(applied);
  });
});
