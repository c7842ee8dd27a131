import { describe, expect, it } from '@jest/globals';
import type { ObjectReference } from '../../../src/api/gateway-objects.ts';
import type { KubeObject } from '../../../src/api/objects.ts';
import { certificateProblem, isCertificateSecret, secretsToRead } from '../../../src/core/gateway/certificates.ts';
import { statedListeners } from '../../../src/core/gateway/stated-listeners.ts';
import { aSecret } from '../../support/builders.ts';
import { aGateway, aGatewayCluster, aGrantOf, aListener, aTlsListener } from '../../support/gateways.ts';

const KEY = '-----BEGIN EC PRIVATE KEY-----\n';

function problemWith(reference: ObjectReference, usable: boolean, grants: readonly KubeObject[] = []) {
  const listener = aTlsListener('https', { tls: { certificateRefs: [reference] } });
  const [stated, ...others] = statedListeners(aGateway('shop/edge', { listeners: [listener] }), []);
  if (stated === undefined || others.length > 0) throw new Error('a Gateway has as many listeners as it states');
  const related = aGatewayCluster(...grants);
  const isUsable = new Map(secretsToRead([stated], related).map((key) => [key, usable]));
  return certificateProblem(stated, { related, isUsable });
}

describe('a certificate', () => {
  const toSecrets = aGrantOf('infra/a', { kind: 'Gateway', namespace: 'shop' }, { kind: 'Secret' });
  const toServices = aGrantOf('infra/a', { kind: 'Gateway', namespace: 'shop' }, { kind: 'Service' });
  const abroad = { name: 'tls', namespace: 'infra' };
  const NO_GRANT = {
    reason: 'RefNotPermitted',
    message: 'No ReferenceGrant in namespace infra permits Secret infra/tls',
  };

  it.each([
    { case: 'that is valid', reference: { name: 'tls' }, usable: true, grants: [], problem: undefined },
    {
      case: 'that is missing or malformed',
      reference: { name: 'tls' },
      usable: false,
      grants: [],
      problem: { reason: 'InvalidCertificateRef', message: 'Secret shop/tls contains no certificate with its key' },
    },
    {
      case: 'of another kind',
      reference: { name: 'tls', kind: 'ConfigMap' },
      usable: true,
      grants: [],
      problem: { reason: 'InvalidCertificateRef', message: '/ConfigMap tls is not a Secret' },
    },
    {
      case: 'of another group',
      reference: { name: 'tls', group: 'x.io' },
      usable: true,
      grants: [],
      problem: { reason: 'InvalidCertificateRef', message: 'x.io/Secret tls is not a Secret' },
    },
    { case: 'of another namespace', reference: abroad, usable: true, grants: [], problem: NO_GRANT },
    {
      case: 'of another namespace that permits Services',
      reference: abroad,
      usable: true,
      grants: [toServices],
      problem: NO_GRANT,
    },
    {
      case: 'of another namespace that permits it',
      reference: abroad,
      usable: true,
      grants: [toSecrets],
      problem: undefined,
    },
  ])('$case gets $problem', ({ reference, usable, grants, problem }) => {
    expect(problemWith(reference, usable, grants)).toStrictEqual(problem);
  });

  it('that another namespace permits is read there, and a listener without any needs none', () => {
    const listeners = [aTlsListener('a', { tls: { certificateRefs: [abroad] } }), aTlsListener('b', { tls: {} })];
    const stated = statedListeners(aGateway('shop/edge', { listeners: [...listeners, aTlsListener('c')] }), []);

    expect(secretsToRead(stated, aGatewayCluster(toSecrets))).toEqual(['infra/tls']);
  });

  it('of a namespace that does not permit it is not even read', () => {
    const tls = { certificateRefs: [abroad, { name: 'own' }] };
    const listeners = [
      aTlsListener('https', { tls }),
      aListener('http', { tls: { certificateRefs: [{ name: 'no' }] } }),
    ];

    expect(secretsToRead(statedListeners(aGateway('shop/edge', { listeners }), []), aGatewayCluster())).toEqual([
      'shop/own',
    ]);
  });

  it.each([
    { data: { 'tls.crt': 'good', 'tls.key': KEY }, isUsable: true },
    { data: { 'tls.crt': 'bad', 'tls.key': KEY }, isUsable: false },
    { data: { 'tls.crt': 'good', 'tls.key': 'none' }, isUsable: false },
    { data: { 'tls.crt': 'good' }, isUsable: false },
    { data: { 'tls.key': KEY }, isUsable: false },
  ])('in $data is usable: $isUsable', ({ data, isUsable }) => {
    const secret = aSecret('shop/tls', { ...data });

    expect(isCertificateSecret(secret, (pem) => pem === 'good')).toBe(isUsable);
  });

  it('in a Secret that is missing or empty is not usable', () => {
    const { data: _none, ...empty } = aSecret('shop/tls', {});

    expect([undefined, empty].map((secret) => isCertificateSecret(secret, () => true))).toEqual([false, false]);
  });
});
