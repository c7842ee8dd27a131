/** BackendTLSPolicies: which one is for a port, what it makes of a backend, and what its status says. */
import { describe, expect, it } from '@jest/globals';
import type { BackendTlsPolicy, PolicyAncestorStatus } from '../../../src/api/gateway-objects.ts';
import { resolveBackend } from '../../../src/core/gateway/backend.ts';
import { isConflicted } from '../../../src/core/gateway/backend-tls.ts';
import { policyAncestors } from '../../../src/core/gateway/policy-ancestors.ts';
import { type PolicyFacts, ancestorsWith, isPolicyTold } from '../../../src/core/gateway/policy-status.ts';
import { HTTP_ROUTES } from '../../../src/core/sources/http-route/http-route-source.ts';
import { EPOCH, aService } from '../../support/builders.ts';
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
      policies: [named('b', 'new', '2026-02-01'), named('a', 'old', '2026-01-01')],
      port: 443,
      name: 'a',
    },
    { case: 'the first by name', policies: [named('b', 'x'), named('a', 'y')], port: 443, name: 'a' },
    {
      case: 'the one for the port',
      policies: [named('a', 'x'), named('b', 'y', '2026-02-01', 'admin')],
      port: 8443,
      name: 'b',
    },
    {
      case: 'the one for the Service',
      policies: [named('a', 'x'), named('b', 'y', '2026-02-01', 'admin')],
      port: 443,
      name: 'a',
    },
    { case: 'none for another port', policies: [named('b', 'y', '2026-02-01', 'admin')], port: 443, name: undefined },
    {
      case: 'none for another Service',
      policies: [aTlsPolicy('shop/a', { service: 'web' }), aTlsPolicy('blog/b')],
      port: 443,
      name: undefined,
    },
  ])('follows $case', ({ policies, port, name }) => {
    expect(backendWith(policies, port).backend.tls?.serverName).toBe(name);
  });

  it.each<{ case: string; traits: PolicyTraits }>([
    { case: 'a Secret', traits: { validation: { caCertificateRefs: [{ group: '', kind: 'Secret', name: 'ca' }] } } },
    {
      case: 'two ConfigMaps',
      traits: { validation: { caCertificateRefs: ['a', 'b'].map((name) => ({ group: '', kind: 'ConfigMap', name })) } },
    },
    { case: 'unknown certificates', traits: { validation: { wellKnownCACertificates: 'Mine' } } },
    { case: 'an unknown kind of name', traits: { validation: { subjectAltNames: [{ type: 'Email' }] } } },
  ])('that names $case gets no request, not even without verification', ({ traits }) => {
    const policy = aTlsPolicy('shop/policy', traits);
    const route = anHttpRoute('shop/site', { hostnames: ['a.example.com'], rules: [{ backendRefs: [TO_SECURE] }] });
    const { routes, parents } = HTTP_ROUTES.parse(route, PARSERS, aGatewayCluster(SECURE, policy));

    expect(backendWith([policy]).isBlocked).toBe(true);
    expect(routes[0]?.target?.proxy?.backends).toEqual([{ weight: 1 }]);
    expect(parents?.policies).toEqual(['shop/policy']);
  });
});

describe('the status of a BackendTLSPolicy', () => {
  const USABLE = {};

  it.each<{ case: string; traits?: PolicyTraits; facts?: Partial<PolicyFacts>; says: readonly string[] }>([
    { case: 'that works', says: ['Accepted=True (Accepted)', 'ResolvedRefs=True (ResolvedRefs)'] },
    {
      case: 'whose certificates work',
      traits: { certificates: 'ca' },
      facts: { certificates: USABLE },
      says: ['Accepted=True (Accepted)', 'ResolvedRefs=True (ResolvedRefs)'],
    },
    {
      case: 'whose certificates do not',
      traits: { certificates: 'ca' },
      facts: { certificates: { problem: 'none' } },
      says: ['Accepted=False (NoValidCACertificate)', 'ResolvedRefs=False (InvalidCACertificateRef)'],
    },
    {
      case: 'that names a Secret',
      traits: { validation: { caCertificateRefs: [{ group: '', kind: 'Secret', name: 'ca' }] } },
      says: ['Accepted=False (NoValidCACertificate)', 'ResolvedRefs=False (InvalidKind)'],
    },
    {
      case: 'that asks for what is not supported',
      traits: { validation: { wellKnownCACertificates: 'Mine' } },
      says: ['Accepted=False (Invalid)', 'ResolvedRefs=True (ResolvedRefs)'],
    },
    { case: 'that an older one precedes', facts: { isConflicted: true }, says: ['Accepted=False (Conflicted)'] },
  ])('$case', ({ traits, facts, says }) => {
    const [entry] = described(traits, facts) ?? [];

    expect(entry?.ancestorRef).toEqual({
      group: 'gateway.networking.k8s.io',
      kind: 'Gateway',
      namespace: 'shop',
      name: 'edge',
    });
    expect(entry?.conditions?.map(({ type, status, reason }) => `${type}=${status} (${reason})`)).toEqual(says);
  });

  it('waits for its certificates to be read', () => {
    expect(described({ certificates: 'ca' }, { certificates: undefined })).toBeUndefined();
  });

  it('keeps what other controllers say, and loses ours where it has no effect any more', () => {
    const others: PolicyAncestorStatus = {
      ancestorRef: { name: 'other' },
      controllerName: 'example.com/other',
      conditions: [],
    };
    const told = described({ told: [others] }) ?? [];
    const policy = aTlsPolicy('shop/policy', { told });

    expect(told.map(({ controllerName }) => controllerName)).toEqual(['example.com/other', 'cftunnel.io/gateway']);
    expect(described({ told }, { ancestors: [] })).toEqual([others]);
    expect([isPolicyTold(policy, told), isPolicyTold(policy, [others])]).toEqual([true, false]);
  });

  it('has no more entries than the API allows', () => {
    const ancestors = Array.from({ length: 20 }, (_, index) => `shop/edge-${index}`);

    expect(described({}, { ancestors })?.length).toBe(16);
  });
});

describe('a BackendTLSPolicy', () => {
  it.each([
    { case: 'for the same', section: undefined, other: undefined, conflicted: [false, true] },
    { case: 'for the same port', section: 'https', other: 'https', conflicted: [false, true] },
    { case: 'for another port', section: 'https', other: 'admin', conflicted: [false, false] },
    { case: 'for a port of the same Service', section: undefined, other: 'https', conflicted: [false, false] },
  ])('is in conflict with an older one $case: $conflicted', ({ section, other, conflicted }) => {
    const policies = [named('a', 'x', '2026-01-01', section), named('b', 'y', '2026-02-01', other)];
    const related = aGatewayCluster(SECURE, ...policies);

    expect(policies.map((policy) => isConflicted(policy, related))).toEqual(conflicted);
  });

  it('has an effect at the Gateways that take a route to its Service', () => {
    const policies = [named('a', 'x'), named('b', 'y')];
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
function named(name: string, _: string, createdAt = '2026-01-01', section?: string): BackendTlsPolicy {
  const time = { createdAt: `${createdAt}T00:00:00Z` };
  return aTlsPolicy(`shop/${name}`, { ...time, hostname: name, ...(section === undefined ? {} : { section }) });
}

function described(traits: PolicyTraits = {}, facts: Partial<PolicyFacts> = {}) {
  const policy = aTlsPolicy('shop/policy', traits);
  const usual = { ancestors: ['shop/edge'], isConflicted: false, certificates: {}, now: EPOCH };
  return ancestorsWith({ policy, ...usual, ...facts });
}
