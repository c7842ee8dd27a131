import { LABEL_MANAGED_BY, MANAGED_BY } from '../../api/names.ts';
import type { GrpcRoute, HttpRoute } from '../../api/gateway-routes.ts';
import type { AccessPolicy, AccessServiceToken, ConfigMap, Deployment, KubeObject, Tunnel } from '../../api/objects.ts';
import { followsNodes } from '../../core/lan/tunnel-addresses.ts';
import {
  projectGateway,
  projectGatewayClass,
  projectListenerSet,
  projectReferenceGrant,
  projectRoute,
  projectTlsPolicy,
} from './gateway-projections.ts';
import {
  SERVICE_NAME_LABEL,
  projectEndpointSlice,
  projectIngress,
  projectIngressClass,
  projectNamespace,
  projectNode,
  projectService,
  withoutManagedFields,
} from './projections.ts';
import type { ResourceName } from './resource.ts';

/** How a kind is watched. */
export interface WatchedKind<T> {
  /** Default: every object. */
  readonly labelSelector?: string;
  /** Keeps only the fields that are read: a cache of whole objects costs many times the memory. */
  readonly project: (object: T) => T;
  /** The operator works without it: objects of the kind are read live, or the status tells less. */
  readonly isOptional?: boolean;
  /** It may be installed while the operator runs: it is watched for as long as it is installed. */
  readonly isAddOn?: boolean;
  /** It is of the Gateway API, which an operator of one namespace serves only if it is told to. */
  readonly isOfGatewayApi?: boolean;
  /** Its objects are in no namespace. */
  readonly isClusterScoped?: boolean;
  /** It is watched for as long as a Tunnel needs it. */
  readonly isNeededBy?: (tunnel: Tunnel) => boolean;
}

const ADD_ON = { isOptional: true, isAddOn: true } as const;

const OF_GATEWAY_API = { ...ADD_ON, isOfGatewayApi: true } as const;

/** What a Tunnel owns. */
const OWNED = { labelSelector: `${LABEL_MANAGED_BY}=${MANAGED_BY}` } as const;

/** Every kind that is watched. Its API path is in `RESOURCES`. */
export const WATCHED_KINDS = {
  tunnels: { project: withoutManagedFields<Tunnel> },
  // An operator whose definitions were not upgraded with it goes on without them.
  accesspolicies: { ...ADD_ON, project: withoutManagedFields<AccessPolicy> },
  accessservicetokens: { ...ADD_ON, project: withoutManagedFields<AccessServiceToken> },
  services: { project: projectService },
  ingresses: { project: projectIngress, isOptional: true },
  ingressclasses: { project: projectIngressClass, isOptional: true },
  gatewayclasses: { ...OF_GATEWAY_API, isClusterScoped: true, project: projectGatewayClass },
  gateways: { ...OF_GATEWAY_API, project: projectGateway },
  listenersets: { ...OF_GATEWAY_API, project: projectListenerSet },
  httproutes: { ...OF_GATEWAY_API, project: projectRoute<HttpRoute> },
  grpcroutes: { ...OF_GATEWAY_API, project: projectRoute<GrpcRoute> },
  backendtlspolicies: { ...OF_GATEWAY_API, project: projectTlsPolicy },
  referencegrants: { ...OF_GATEWAY_API, project: projectReferenceGrant },
  namespaces: { project: projectNamespace },
  nodes: { project: projectNode, isOptional: true, isNeededBy: followsNodes },
  configmaps: { ...OWNED, project: withoutManagedFields<ConfigMap> },
  deployments: { ...OWNED, project: withoutManagedFields<Deployment> },
  serviceaccounts: { ...OWNED, project: withoutManagedFields<KubeObject>, isOptional: true },
  poddisruptionbudgets: { ...OWNED, project: withoutManagedFields<KubeObject>, isOptional: true },
  networkpolicies: { ...OWNED, project: withoutManagedFields<KubeObject>, isOptional: true },
  endpointslices: { labelSelector: SERVICE_NAME_LABEL, project: projectEndpointSlice, isOptional: true },
} as const satisfies Partial<Record<ResourceName, unknown>>;

export type WatchedName = keyof typeof WATCHED_KINDS;

/** The type of a watched kind's objects. */
export type Watched<Name extends WatchedName> = ReturnType<(typeof WATCHED_KINDS)[Name]['project']>;

export function watchedKind(name: WatchedName): WatchedKind<KubeObject> {
  return WATCHED_KINDS[name] as unknown as WatchedKind<KubeObject>;
}
