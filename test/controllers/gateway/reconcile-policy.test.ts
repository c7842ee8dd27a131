import { describe, expect, it } from '@jest/globals';
import type { BackendTlsPolicy, PolicyAncestorStatus } from '../../../src/api/gateway-objects.ts';
import type { PolicyContext } from '../../../src/controllers/gateway/context.ts';
import { reconcileTlsPolicy } from '../../../src/controllers/gateway/reconcile-policy.ts';
import type { CaPool } from '../../../src/core/ca-pool/pool.ts';
import { EPOCH } from '../../support/builders.ts';
import { type PolicyTraits, aGatewayCluster, aTlsPolicy } from '../../support/gateways.ts';
import { PASS } from './a-gateway-world.ts';

const READ: CaPool = { pem: 'good', fingerprint: 'x' };
const BROKEN: CaPool = { problem: 'no certificate' };

/** A pass over `shop/policy`, with what it has written, as `type=reason: message`. */
async function told(policies: readonly BackendTlsPolicy[], pool?: CaPool): Promise<readonly (readonly string[])[]> {
  const written: (readonly string[])[] = [];
  const ctx: PolicyContext = {
    policies: { get: (key) => policies.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === key) },
    ancestorsOf: (key) => (key === 'shop/policy' ? ['shop/edge'] : []),
    caPool: (key) => (key === 'shop/ca/ca.crt' ? pool : undefined),
    related: aGatewayCluster(...policies),
    objects: {
      replaceStatus: async (_, status) => {
        const { ancestors } = status as { readonly ancestors: readonly PolicyAncestorStatus[] };
        const conditions = ancestors.flatMap((one) => one.conditions ?? []);
        written.push(conditions.map(({ type, reason, message }) => `${type}=${reason}: ${message}`));
      },
    },
    now: () => EPOCH,
  };
  expect(await reconcileTlsPolicy(ctx, 'shop/policy', PASS)).toStrictEqual({});
  return written;
}

const WORKS = [
  'Accepted=Accepted: The proxy reaches the Service with TLS, and verifies it',
  'ResolvedRefs=ResolvedRefs: Every reference is valid',
];
const TOLD: readonly PolicyAncestorStatus[] = [
  {
    ancestorRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop', name: 'edge' },
    controllerName: 'cftunnel.io/gateway',
    conditions: WORKS.map((text) => {
      const [, type = '', reason = '', message = ''] = /^(\w+)=(\w+): (.*)$/.exec(text) ?? [];
      return { type, status: 'True', reason, message, lastTransitionTime: EPOCH, observedGeneration: 1 };
    }),
  },
];
const SYSTEM = 'wellKnownCACertificates "Mine" is not known; use System';

describe('a BackendTLSPolicy', () => {
  it.each<{ case: string; traits: PolicyTraits; pool?: CaPool; says: readonly string[] }>([
    { case: 'for certificates of the system', traits: {}, says: WORKS },
    { case: 'whose certificates are read', traits: { certificates: 'ca' }, pool: READ, says: WORKS },
    {
      case: 'whose certificates cannot be read',
      traits: { certificates: 'ca' },
      pool: BROKEN,
      says: ['Accepted=NoValidCACertificate: no certificate', 'ResolvedRefs=InvalidCACertificateRef: no certificate'],
    },
    {
      case: 'for what is not supported',
      traits: { validation: { wellKnownCACertificates: 'Mine' } },
      says: [`Accepted=Invalid: ${SYSTEM}`, WORKS[1] ?? ''],
    },
  ])('$case is told so', async ({ traits, pool, says }) => {
    expect(await told([aTlsPolicy('shop/policy', traits)], pool)).toEqual([says]);
  });

  it('behind an older one is told so', async () => {
    const older = aTlsPolicy('shop/older', { createdAt: '2025-01-01T00:00:00Z' });

    expect(await told([older, aTlsPolicy('shop/policy')])).toEqual([
      ['Accepted=Conflicted: An older BackendTLSPolicy is for the same Service and port'],
    ]);
  });

  it.each<{ case: string; policies: readonly BackendTlsPolicy[] }>([
    { case: 'whose certificates are yet to be read', policies: [aTlsPolicy('shop/policy', { certificates: 'ca' })] },
    { case: 'that is being deleted', policies: [aTlsPolicy('shop/policy', { deleting: true })] },
    { case: 'that is gone', policies: [] },
    { case: 'whose status says it all', policies: [aTlsPolicy('shop/policy', { told: TOLD })] },
  ])('$case is left alone', async ({ policies }) => {
    expect(await told(policies)).toEqual([]);
  });
});
