import { describe, expect, it } from '@jest/globals';
import { isApplied, isOwnedByGateway, specOfClass, tunnelManifest } from '../../../src/core/gateway/tunnel-manifest.ts';
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
    { case: 'no parameters', reference: undefined, problem: /has no spec.parametersRef/ },
    {
      case: 'a template that does not exist',
      reference: { ...TEMPLATE, name: 'none' },
      problem: /infra\/none.*does not exist/,
    },
    {
      case: 'parameters of another kind',
      reference: { ...SECRET, kind: 'ConfigMap' },
      problem: /must name a Secret or a Tunnel/,
    },
  ])('is not made of a class with $case', ({ reference, problem }) => {
    expect(spec(reference)).toMatchObject({ problem: expect.stringMatching(problem) });
  });

  it('belongs to the Gateway, which nobody has to wait for', () => {
    const gateway = aGateway('shop/edge');
    const manifest = tunnelManifest(gateway, { credentialsRef: { name: 'cloudflare' } });

    expect(manifest.metadata).toMatchObject({ namespace: 'shop', name: 'edge' });
    expect(manifest.metadata.ownerReferences).toMatchObject([
      { kind: 'Gateway', controller: true, blockOwnerDeletion: false },
    ]);
    expect(isOwnedByGateway(manifest, gateway)).toBe(true);
    expect(isOwnedByGateway(aTunnel('shop/edge'), gateway)).toBe(false);
  });

  it.each([
    { case: 'as it is', current: { replicas: 2 }, applied: true },
    { case: 'with more in it', current: { replicas: 2, domain: 'example.com' }, applied: true },
    {
      case: 'with defaults of the API server in it',
      current: { replicas: 2, dns: { mode: 'Sync', proxied: true } },
      applied: true,
    },
    { case: 'with another value', current: { replicas: 3 }, applied: false },
    { case: 'without it', current: {}, applied: false },
  ] as const)('$case is left alone: $applied', ({ current, applied }) => {
    const dns = 'dns' in current ? { dns: { mode: 'Sync' as const } } : {};
    const wanted = tunnelManifest(aGateway('shop/edge'), { ...aTunnel('a/b').spec, replicas: 2, ...dns });

    expect(isApplied(wanted, aTunnel('shop/edge', { spec: current }))).toBe(applied);
  });
});
