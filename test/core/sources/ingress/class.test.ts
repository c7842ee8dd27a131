import { describe, expect, it } from '@jest/globals';
import { INGRESSES } from '../../../../src/core/sources/ingress/ingress-source.ts';
import { type IngressTraits, aCluster, anIngress, anIngressClass } from '../../../support/ingresses.ts';

const CLASSES = [anIngressClass('cftunnel'), anIngressClass('public'), anIngressClass('nginx', 'k8s.io/ingress-nginx')];
const TUNNEL = 'id-1.cfargotunnel.com';
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
      case: 'whose status names the tunnel, of a class that does not exist at present',
      traits: { className: 'gone', finalized: true, addresses: [TUNNEL] },
      isOurs: true,
    },
    {
      case: 'of another controller, with our finalizer, of a class that does not exist at present',
      traits: { className: 'gone', finalized: true, addresses: ['lb.example.net'] },
      isOurs: false,
    },
    {
      case: 'that is published, of a class that has moved to another controller',
      traits: { className: 'nginx', finalized: true, addresses: [TUNNEL] },
      isOurs: false,
    },
    { case: 'that is being deleted', traits: { deleting: true, finalized: true }, isOurs: false },
  ])('$case: ours is $isOurs', ({ traits, isOurs }) => {
    expect(INGRESSES.requestsExposure(anIngress('shop/web', traits), aCluster([], CLASSES))).toBe(isOurs);
  });

  it.each<{ case: string; traits: IngressTraits; isOurs: boolean }>([
    { case: 'of the class cftunnel', traits: { className: 'cftunnel' }, isOurs: true },
    { case: 'of another class', traits: { className: 'public' }, isOurs: false },
    {
      case: 'of another class, whose status names the tunnel',
      traits: { className: 'public', finalized: true, addresses: [TUNNEL] },
      isOurs: true,
    },
  ])('$case, where no class can be read: ours is $isOurs', ({ traits, isOurs }) => {
    expect(INGRESSES.requestsExposure(anIngress('shop/web', traits), aCluster([], []))).toBe(isOurs);
  });
});

describe('an Ingress of another controller', () => {
  const ASKS = { 'cftunnel.io/tunnel': 'home' };

  it.each<{ case: string; traits: IngressTraits; isPublic: boolean }>([
    { case: 'that names a Tunnel', traits: { className: 'nginx', annotations: ASKS }, isPublic: true },
    { case: 'that names none', traits: { className: 'nginx' }, isPublic: false },
    {
      case: 'that has only a setting of a route',
      traits: { className: 'nginx', annotations: { 'cftunnel.io/origin': 'shop/proxy:80' } },
      isPublic: false,
    },
    {
      case: 'whose annotation is misspelt',
      traits: { className: 'nginx', annotations: { 'cftunnel.io/tunel': 'home' } },
      isPublic: true,
    },
    { case: 'without a class', traits: { className: undefined, annotations: ASKS }, isPublic: true },
    { case: 'of a class that does not exist', traits: { className: 'traefik', annotations: ASKS }, isPublic: true },
    {
      case: 'of the class cftunnel, which does not exist',
      traits: { className: 'cftunnel', annotations: ASKS },
      isPublic: false,
    },
    {
      case: 'that is being deleted',
      traits: { className: 'nginx', annotations: ASKS, deleting: true },
      isPublic: false,
    },
  ])('$case requests to be public: $isPublic', ({ traits, isPublic }) => {
    const cluster = aCluster([], [anIngressClass('nginx', 'k8s.io/ingress-nginx')]);

    expect(INGRESSES.requestsExposure(anIngress('shop/web', traits), cluster)).toBe(isPublic);
  });
});
