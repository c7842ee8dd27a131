import { describe, expect, it } from '@jest/globals';
import { INGRESSES } from '../../../../src/core/sources/ingress/ingress-source.ts';
import { type IngressTraits, aCluster, anIngress, anIngressClass } from '../../../support/ingresses.ts';

const CLASSES = [anIngressClass('cftunnel'), anIngressClass('public'), anIngressClass('nginx', 'k8s.io/ingress-nginx')];
const LEGACY = 'kubernetes.io/ingress.class';

// Invariant 49.
describe('an Ingress', () => {
  it.each<{ case: string; traits: IngressTraits; isOurs: boolean }>([
    { case: 'of a class of ours', traits: { className: 'public' }, isOurs: true },
    { case: 'of a class of another controller', traits: { className: 'nginx' }, isOurs: false },
    { case: 'without a class', traits: { className: undefined }, isOurs: false },
    {
      case: 'with the annotation instead of the field',
      traits: { className: undefined, annotations: { [LEGACY]: 'public' } },
      isOurs: true,
    },
    {
      case: 'whose field and annotation differ: the field decides',
      traits: { className: 'nginx', annotations: { [LEGACY]: 'public' } },
      isOurs: false,
    },
    { case: 'of a class that does not exist', traits: { className: 'gone' }, isOurs: false },
    {
      case: 'that is published, of a class that does not exist at present',
      traits: { className: 'gone', finalized: true },
      isOurs: true,
    },
    {
      case: 'that is published, of a class that has moved to another controller',
      traits: { className: 'nginx', finalized: true },
      isOurs: false,
    },
    { case: 'that is being deleted', traits: { deleting: true, finalized: true }, isOurs: false },
  ])('$case: ours is $isOurs', ({ traits, isOurs }) => {
    expect(INGRESSES.requestsExposure(anIngress('shop/web', traits), aCluster([], CLASSES))).toBe(isOurs);
  });

  it.each([
    { className: 'cftunnel', isOurs: true },
    { className: 'public', isOurs: false },
  ])('of the class $className, where no class can be read: ours is $isOurs', ({ className, isOurs }) => {
    expect(INGRESSES.requestsExposure(anIngress('shop/web', { className }), aCluster([], []))).toBe(isOurs);
  });
});
