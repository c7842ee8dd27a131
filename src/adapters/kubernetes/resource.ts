import { GATEWAY_GROUP } from '../../api/gateway-objects.ts';
import { ACCESS_POLICY_KIND, ACCESS_SERVICE_TOKEN_KIND, GROUP, TUNNEL_KIND, VERSION } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';

/** A kind of the Kubernetes API. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

/** Every kind the operator reads or writes. */
export const RESOURCES = {
  tunnels: { group: GROUP, version: VERSION, plural: 'tunnels', kind: TUNNEL_KIND },
  accesspolicies: { group: GROUP, version: VERSION, plural: 'accesspolicies', kind: ACCESS_POLICY_KIND },
  accessservicetokens: {
    group: GROUP,
    version: VERSION,
    plural: 'accessservicetokens',
    kind: ACCESS_SERVICE_TOKEN_KIND,
  },
  services: { group: '', version: 'v1', plural: 'services', kind: 'Service' },
  ingresses: { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses', kind: 'Ingress' },
  ingressclasses: { group: 'networking.k8s.io', version: 'v1', plural: 'ingressclasses', kind: 'IngressClass' },
  gatewayclasses: { group: GATEWAY_GROUP, version: 'v1', plural: 'gatewayclasses', kind: 'GatewayClass' },
  gateways: { group: GATEWAY_GROUP, version: 'v1', plural: 'gateways', kind: 'Gateway' },
  // Part of the standard channel since v1.5.
  listenersets: { group: GATEWAY_GROUP, version: 'v1', plural: 'listenersets', kind: 'ListenerSet' },
  httproutes: { group: GATEWAY_GROUP, version: 'v1', plural: 'httproutes', kind: 'HTTPRoute' },
  grpcroutes: { group: GATEWAY_GROUP, version: 'v1', plural: 'grpcroutes', kind: 'GRPCRoute' },
  // Part of the standard channel since v1.4.
  backendtlspolicies: { group: GATEWAY_GROUP, version: 'v1', plural: 'backendtlspolicies', kind: 'BackendTLSPolicy' },
  // The version that every release of the Gateway API serves.
  referencegrants: { group: GATEWAY_GROUP, version: 'v1beta1', plural: 'referencegrants', kind: 'ReferenceGrant' },
  namespaces: { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' },
  nodes: { group: '', version: 'v1', plural: 'nodes', kind: 'Node' },
  secrets: { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' },
  configmaps: { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' },
  serviceaccounts: { group: '', version: 'v1', plural: 'serviceaccounts', kind: 'ServiceAccount' },
  pods: { group: '', version: 'v1', plural: 'pods', kind: 'Pod' },
  events: { group: '', version: 'v1', plural: 'events', kind: 'Event' },
  deployments: { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' },
  poddisruptionbudgets: { group: 'policy', version: 'v1', plural: 'poddisruptionbudgets', kind: 'PodDisruptionBudget' },
  networkpolicies: { group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies', kind: 'NetworkPolicy' },
  endpointslices: { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices', kind: 'EndpointSlice' },
  customresourcedefinitions: {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    plural: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
  },
  leases: { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease' },
} as const satisfies Record<string, Resource>;

export type ResourceName = keyof typeof RESOURCES;

/** The API path of a collection. */
export function collectionPath({ group, version, plural }: Resource, namespace?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`;
}

/** The API path of one object. */
export function objectPath(resource: Resource, namespace: string | undefined, name: string): string {
  return `${collectionPath(resource, namespace)}/${name}`;
}

/** The resource of an object, by its kind. */
export function resourceOf(object: KubeObject): Resource {
  const found = Object.values(RESOURCES).find((resource) => resource.kind === object.kind);
  if (found === undefined) throw new Error(`no resource for kind "${object.kind}"`);
  return found;
}
