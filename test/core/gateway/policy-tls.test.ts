import { describe, expect, it } from '@jest/globals';
import { type PolicyProblem, tlsOf } from '../../../src/core/gateway/backend-tls.ts';
import { type PolicyTraits, aTlsPolicy } from '../../support/gateways.ts';

const ca = (parts: object) => ({ caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca', ...parts }] });
const noConfigMap = (kind: string): PolicyProblem => ({
  accepted: 'NoValidCACertificate',
  resolvedRefs: 'InvalidKind',
  message: `caCertificateRefs names a ${kind}, and only a ConfigMap is supported`,
});
const noName = (type: string): PolicyProblem => ({
  accepted: 'Invalid',
  message: `"${type}" is not a type of name that is supported`,
});

describe('a BackendTLSPolicy cannot be applied', () => {
  it.each<{ case: string; validation: NonNullable<PolicyTraits['validation']>; problem: PolicyProblem }>([
    { case: 'a Secret', validation: ca({ kind: 'Secret' }), problem: noConfigMap('Secret') },
    { case: 'a ConfigMap of another group', validation: ca({ group: 'x.io' }), problem: noConfigMap('ConfigMap') },
    {
      case: 'two ConfigMaps',
      validation: { caCertificateRefs: ['a', 'b'].map((name) => ({ group: '', kind: 'ConfigMap', name })) },
      problem: {
        accepted: 'Invalid',
        message: 'Only one of caCertificateRefs is supported; put all certificates into it',
      },
    },
    {
      case: 'unknown certificates',
      validation: { wellKnownCACertificates: 'Mine' },
      problem: { accepted: 'Invalid', message: 'wellKnownCACertificates "Mine" is not known; use System' },
    },
    {
      case: 'no certificates',
      validation: { wellKnownCACertificates: '' },
      problem: { accepted: 'Invalid', message: 'wellKnownCACertificates "" is not known; use System' },
    },
    {
      case: 'an unknown type of name',
      validation: { subjectAltNames: [{ type: 'Email', hostname: 'x', uri: 'x' }] },
      problem: noName('Email'),
    },
    {
      case: 'a hostname without one',
      validation: { subjectAltNames: [{ type: 'Hostname', uri: 'x' }] },
      problem: noName('Hostname'),
    },
    {
      case: 'a URI without one',
      validation: { subjectAltNames: [{ type: 'URI', hostname: 'x' }] },
      problem: noName('URI'),
    },
  ])('if it names $case', ({ validation, problem }) => {
    expect(tlsOf(aTlsPolicy('shop/policy', { validation }))).toStrictEqual({ problem });
  });
});

it('a reference of a BackendTLSPolicy leads to a ConfigMap unless it says otherwise', () => {
  const validation = { caCertificateRefs: [{ name: 'ca' }] } as unknown as NonNullable<PolicyTraits['validation']>;

  expect(tlsOf(aTlsPolicy('shop/policy', { validation }))).toMatchObject({ tls: { caPool: { name: 'ca' } } });
});
