import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import type { Exposure } from '../hostnames.ts';
import { NAMESPACE } from '../manifests.ts';
import { INGRESSES, INGRESS_CLASSES, SERVICES } from './kinds.ts';
import { type Source, urlOf } from './source.ts';

/** Ingresses that lead to a Service that all of them share. */
export const ingress: Source = {
  nouns: ['Ingress', 'Ingresses'],
  kind: INGRESSES,
  shared: () => [
    [INGRESS_CLASSES, ingressClass()],
    [SERVICES, sharedService()],
  ],
  objectFor: ingressOf,
  placeIn,
  placeOf: urlOf,
};

function ingressOf({ service, tunnel: name, hostname }: Exposure): KubeObject {
  const backend = { service: { name: 'backend', port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: service, namespace: NAMESPACE, annotations: { 'cftunnel.io/tunnel': name } },
    spec: {
      ingressClassName: 'cftunnel',
      rules: [{ host: hostname, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}

function sharedService(): KubeObject {
  const metadata = { name: 'backend', namespace: NAMESPACE };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } };
}

function ingressClass(): KubeObject {
  const spec = { controller: 'cftunnel.io/ingress' };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'cftunnel' }, spec };
}

interface IngressLike {
  readonly spec?: { readonly rules?: readonly { readonly host?: string }[] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly unknown[] } };
}

/** An Ingress says only that it is published. Whether its records are right is checked after each phase. */
function placeIn(object: KubeObject): string {
  const { spec, status } = object as IngressLike;
  const isPublished = (status?.loadBalancer?.ingress ?? []).length > 0;
  return isPublished ? `https://${spec?.rules?.[0]?.host}` : '';
}
