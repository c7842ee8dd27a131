import type { ResourceRef } from 'cftunnel-sandbox/kubernetes/api';

export const SERVICES = core('services');
export const TUNNELS = ours('tunnels');
export const POLICIES = ours('accesspolicies');
export const INGRESSES = networking('ingresses');
export const INGRESS_CLASSES = networking('ingressclasses');
export const GATEWAY_CLASSES = gatewayApi('gatewayclasses');
export const GATEWAYS = gatewayApi('gateways');
export const HTTP_ROUTES = gatewayApi('httproutes');
export const SLICES: ResourceRef = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' };
export const DEFINITIONS: ResourceRef = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
};

export function core(plural: string): ResourceRef {
  return { group: '', version: 'v1', plural };
}

function ours(plural: string): ResourceRef {
  return { group: 'cftunnel.io', version: 'v1alpha1', plural };
}

function gatewayApi(plural: string): ResourceRef {
  return { group: 'gateway.networking.k8s.io', version: 'v1', plural };
}

function networking(plural: string): ResourceRef {
  return { group: 'networking.k8s.io', version: 'v1', plural };
}
