import { describe, expect, it } from '@jest/globals';
import type { PolicyAncestorStatus } from '../../../src/api/gateway-objects.ts';
import { type PolicyFacts, ancestorsWith, isPolicyTold } from '../../../src/core/gateway/policy-status.ts';
import { EPOCH } from '../../support/builders.ts';
import { type PolicyTraits, aTlsPolicy } from '../../support/gateways.ts';

const LATER = '2026-02-02T00:00:00Z';
const EDGE = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop', name: 'edge' };
const OTHERS: PolicyAncestorStatus = {
  ancestorRef: { name: 'other' },
  controllerName: 'example.com/other',
  conditions: [],
};

function described(traits: PolicyTraits = {}, facts: Partial<PolicyFacts> = {}) {
  const policy = aTlsPolicy('shop/policy', traits);
  const usual = { ancestors: ['shop/edge'], isConflicted: false, certificates: {}, now: EPOCH };
  return ancestorsWith({ policy, ...usual, ...facts });
}

describe('the status of a BackendTLSPolicy', () => {
  const USABLE = {};

  const ACCEPTED = ['Accepted', 'True', 'Accepted', 'The proxy reaches the Service with TLS, and verifies it'];
  const RESOLVED = ['ResolvedRefs', 'True', 'ResolvedRefs', 'Every reference is valid'];
  const NO_SECRET = 'caCertificateRefs names a Secret, and only a ConfigMap is supported';

  it.each<{ case: string; traits?: PolicyTraits; facts?: Partial<PolicyFacts>; says: readonly (readonly string[])[] }>([
    { case: 'that works', facts: { certificates: undefined }, says: [ACCEPTED, RESOLVED] },
    {
      case: 'whose certificates work',
      traits: { certificates: 'ca' },
      facts: { certificates: USABLE },
      says: [ACCEPTED, RESOLVED],
    },
    {
      case: 'whose certificates do not',
      traits: { certificates: 'ca' },
      facts: { certificates: { problem: 'none' } },
      says: [
        ['Accepted', 'False', 'NoValidCACertificate', 'none'],
        ['ResolvedRefs', 'False', 'InvalidCACertificateRef', 'none'],
      ],
    },
    {
      case: 'that names a Secret',
      traits: { validation: { caCertificateRefs: [{ group: '', kind: 'Secret', name: 'ca' }] } },
      says: [
        ['Accepted', 'False', 'NoValidCACertificate', NO_SECRET],
        ['ResolvedRefs', 'False', 'InvalidKind', NO_SECRET],
      ],
    },
    {
      case: 'that asks for what is not supported',
      traits: { validation: { wellKnownCACertificates: 'Mine' } },
      says: [['Accepted', 'False', 'Invalid', 'wellKnownCACertificates "Mine" is not known; use System'], RESOLVED],
    },
    {
      case: 'that an older one precedes',
      facts: { isConflicted: true },
      says: [['Accepted', 'False', 'Conflicted', 'An older BackendTLSPolicy is for the same Service and port']],
    },
  ])('$case', ({ traits, facts, says }) => {
    expect(described({ ...traits, generation: 7 }, facts)).toStrictEqual([
      {
        ancestorRef: EDGE,
        controllerName: 'cftunnel.io/gateway',
        conditions: says.map(([type, status, reason, message]) => ({
          type,
          status,
          reason,
          message,
          lastTransitionTime: EPOCH,
          observedGeneration: 7,
        })),
      },
    ]);
  });

  it.each<{ case: string; entry: Partial<PolicyAncestorStatus>; time: string }>([
    { case: 'our own entry for the Gateway', entry: {}, time: EPOCH },
    { case: 'the entry of another controller', entry: { controllerName: 'example.com/other' }, time: LATER },
    { case: 'our entry for another Gateway', entry: { ancestorRef: { ...EDGE, name: 'other' } }, time: LATER },
  ])('keeps the time of $case: $time', ({ entry, time }) => {
    const [before] = described() ?? [];
    const told = before === undefined ? [] : [{ ...before, ...entry }];
    const after = described({ told }, { now: LATER })?.at(-1);

    expect(after?.conditions?.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([time, time]);
  });

  it('waits for its certificates to be read', () => {
    expect(described({ certificates: 'ca' }, { certificates: undefined })).toBeUndefined();
  });

  it('keeps what other controllers say, and loses ours where it has no effect any more', () => {
    const told = described({ told: [OTHERS] }) ?? [];
    const policy = aTlsPolicy('shop/policy', { told });

    expect(told.map(({ controllerName }) => controllerName)).toEqual(['example.com/other', 'cftunnel.io/gateway']);
    expect(described({ told }, { ancestors: [] })).toEqual([OTHERS]);
    expect([isPolicyTold(policy, told), isPolicyTold(policy, [OTHERS])]).toEqual([true, false]);
  });

  it.each([
    { others: 0, ours: 16 },
    { others: 10, ours: 6 },
    { others: 16, ours: 0 },
    { others: 17, ours: 0 },
  ])('beside $others entries of others has $ours, as many as the API allows', ({ others, ours }) => {
    const ancestors = Array.from({ length: 20 }, (_, index) => `shop/edge-${index}`);
    const told = Array.from({ length: others }, (_, index) => ({ ...OTHERS, ancestorRef: { name: `other-${index}` } }));

    expect(described({ told }, { ancestors })).toHaveLength(others + ours);
  });

  it.each([
    { case: 'nothing', wanted: [], isTold: true },
    { case: 'something', wanted: [OTHERS], isTold: false },
  ])('that is empty says $case already: $isTold', ({ wanted, isTold }) => {
    const { status: _none, ...policy } = aTlsPolicy('shop/policy');

    expect([isPolicyTold(policy, wanted), isPolicyTold({ ...policy, status: {} }, wanted)]).toEqual([isTold, isTold]);
  });
});
