/** BackendTLSPolicies: which one is for a port, and what it makes of a backend. */
import { describe, expect, it } from '@jest/globals';
import type { BackendTlsPolicy } from '../../../src/api/gateway-objects.ts';
import { resolveBackend } from '../../../src/core/gateway/backend.ts';
import { isConflicted } from '../../../src/core/gateway/backend-tls.ts';
import { policyAncestors } from '../../../src/core/gateway/policy-ancestors.ts';
import { HTTP_ROUTES } from '../../../src/core/sources/http-route/http-route-source.ts';
import { aService } from '../../support/builders.ts';
import { type PolicyTraits, aGatewayCluster, aTlsPolicy, anHttpRoute } from '../../support/gateways.ts';
import { PARSERS } from '../../support/parsers.ts';

const SECURE = aService('shop/secure', {
  ports: [
    { name: 'https', port: 443 },
    { name: 'admin', port: 8443 },
    { name: 'grpc', port: 9000, appProtocol: 'grpc' },
  ],
});
const TO_SECURE = { name: 'secure', port: 443 };

function backendWith(policies: readonly BackendTlsPolicy[], port = 443, isGrpc = false) {
  const related = aGatewayCluster(SECURE, ...policies);
  const found = resolveBackend({ ...TO_SECURE, port }, { kind: 'HTTPRoute', namespace: 'shop', isGrpc, related });
  if ('reason' in found) throw new Error(found.message);
  return found;
}

describe('a backend with a BackendTLSPolicy', () => {
  it.each<{ case: string; traits: PolicyTraits; tls: unknown }>([
    {
      case: 'is verified with the certificates in a ConfigMap',
      traits: { certificates: 'ca' },
      tls: { serverName: 'web.internal', caPool: { name: 'ca', key: 'ca.crt' } },
    },
    { case: 'is verified with those of the system', traits: {}, tls: { serverName: 'web.internal' } },
    {
      case: 'is verified by other names than it is asked for',
      traits: {
        validation: {
          subjectAltNames: [
            { type: 'Hostname', hostname: 'a.internal' },
            { type: 'URI', uri: 'spiffe://shop/web' },
          ],
        },
      },
      tls: {
        serverName: 'web.internal',
        subjectAltNames: [
          { type: 'DNS', value: 'a.internal' },
          { type: 'URI', value: 'spiffe://shop/web' },
        ],
      },
    },
  ])('$case, through the proxy', ({ traits, tls }) => {
    const { backend, isDirect, isBlocked } = backendWith([aTlsPolicy('shop/policy', traits)]);

    expect(backend).toEqual({ service: 'shop/secure', port: 443, protocol: 'https', tls });
    expect([isDirect, isBlocked]).toEqual([false, undefined]);
  });

  it.each([
    { case: 'a GRPCRoute', port: 443, isGrpc: true, isHttp2: true },
    { case: 'a port for gRPC', port: 9000, isGrpc: false, isHttp2: true },
    { case: 'an HTTPRoute', port: 443, isGrpc: false, isHttp2: undefined },
  ])('of $case speaks HTTP/2: $isHttp2', ({ port, isGrpc, isHttp2 }) => {
    expect(backendWith([aTlsPolicy('shop/policy')], port, isGrpc).backend.isHttp2).toBe(isHttp2);
  });

  it.each<{ case: string; policies: readonly BackendTlsPolicy[]; port: number; name: string | undefined }>([
    {
      case: 'the oldest',
      policies: [named('b', '2026-02-01'), named('a', '2026-01-01')],
      port: 443,
      name: 'a',
    },
    { case: 'the first by name', policies: [named('b'), named('a')], port: 443, name: 'a' },
    {
      case: 'the one for the port',
      policies: [named('a'), named('b', '2026-02-01', 'admin')],
      port: 8443,
      name: 'b',
    },
    {
      case: 'the one for the Service',
      policies: [named('a'), named('b', '2026-02-01', 'admin')],
      port: 443,
      name: 'a',
    },
    {
      case: 'none that is being deleted',
      policies: [aTlsPolicy('shop/a', { deleting: true, hostname: 'a' }), named('b')],
      port: 443,
      name: 'b',
    },
    {
      case: 'one that is for other Services too',
      policies: [withTargets('a', { name: 'web' }, { name: 'secure' })],
      port: 443,
      name: 'a',
    },
    { case: 'none for another port', policies: [named('b', '2026-02-01', 'admin')], port: 443, name: undefined },
    {
      case: 'none for another Service',
      policies: [aTlsPolicy('shop/a', { service: 'web' }), aTlsPolicy('blog/b')],
      port: 443,
      name: undefined,
    },
  ])('follows $case', ({ policies, port, name }) => {
    expect(backendWith(policies, port).backend.tls?.serverName).toBe(name);
  });

  it('that cannot be applied gets no request, not even without verification', () => {
    const policy = aTlsPolicy('shop/policy', { validation: { wellKnownCACertificates: 'Mine' } });
    const route = anHttpRoute('shop/site', { hostnames: ['a.example.com'], rules: [{ backendRefs: [TO_SECURE] }] });
    const { routes, parents } = HTTP_ROUTES.parse(route, PARSERS, aGatewayCluster(SECURE, policy));

    expect(backendWith([policy])).toStrictEqual({
      backend: { service: 'shop/secure', port: 443, protocol: 'https' },
      isDirect: false,
      isBlocked: true,
    });
    expect(routes[0]?.target?.proxy?.backends).toEqual([{ weight: 1 }]);
    expect(parents?.policies).toEqual(['shop/policy']);
  });
});

describe('a BackendTLSPolicy', () => {
  it.each([
    { case: 'for the same', section: undefined, other: undefined, conflicted: [false, true] },
    { case: 'for the same port', section: 'https', other: 'https', conflicted: [false, true] },
    { case: 'for another port', section: 'https', other: 'admin', conflicted: [false, false] },
    { case: 'for a port of the same Service', section: undefined, other: 'https', conflicted: [false, false] },
  ])('is in conflict with an older one $case: $conflicted', ({ section, other, conflicted }) => {
    const policies = [named('a', '2026-01-01', section), named('b', '2026-02-01', other)];
    const related = aGatewayCluster(SECURE, ...policies);

    expect(policies.map((policy) => isConflicted(policy, related))).toEqual(conflicted);
  });

  it('is in conflict only if that is so for everything that it is for', () => {
    const older = named('a', '2026-01-01');
    const both = withTargets('b', { name: 'secure' }, { name: 'web' });

    expect(isConflicted(both, aGatewayCluster(SECURE, older, both))).toBe(false);
    expect(isConflicted(both, aGatewayCluster(SECURE, older, aTlsPolicy('shop/a2', { service: 'web' }), both))).toBe(
      true,
    );
  });

  it('is not in conflict before it is known', () => {
    expect(isConflicted(named('a'), aGatewayCluster(SECURE))).toBe(false);
  });

  it('has an effect at the Gateways that take a route to its Service', () => {
    const policies = [named('a'), named('b')];
    const rules = [{ backendRefs: [TO_SECURE] }];
    const parentRefs = [{ name: 'edge' }, { name: 'edge', sectionName: 'none' }];
    const related = aGatewayCluster(SECURE, ...policies);
    const { parents } = HTTP_ROUTES.parse(anHttpRoute('shop/site', { parentRefs, rules }), PARSERS, related);

    expect([...policyAncestors(parents === undefined ? [] : [{ parents }])]).toEqual([
      ['shop/a', ['shop/edge']],
      ['shop/b', ['shop/edge']],
    ]);
  });
});

/** A policy for the Service, or for one of its ports. Its hostname is its name. */
function named(name: string, createdAt = '2026-01-01', section?: string): BackendTlsPolicy {
  const time = { createdAt: `${createdAt}T00:00:00Z` };
  return aTlsPolicy(`shop/${name}`, { ...time, hostname: name, ...(section === undefined ? {} : { section }) });
}

/** A policy for several Services. Its hostname is its name. */
function withTargets(name: string, ...targets: readonly { readonly name: string }[]): BackendTlsPolicy {
  const { spec, ...policy } = named(name);
  return {
    ...policy,
    spec: { ...spec, targetRefs: targets.map((target) => ({ group: '', kind: 'Service', ...target })) },
  };
}
