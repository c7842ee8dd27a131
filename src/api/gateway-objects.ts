/** The fields of the Gateway API that are read or written. */
import type { Condition } from './conditions.ts';
import type { KubeObject } from './objects.ts';

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** The controller in the spec of a GatewayClass of ours. */
export const GATEWAY_CONTROLLER = 'cftunnel.io/gateway';

/** A reference to an object; what is absent has a default that depends on the field. */
export interface ObjectReference {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface ParentReference extends ObjectReference {
  readonly sectionName?: string;
  readonly port?: number;
}

export interface GatewayClass extends KubeObject {
  readonly spec: { readonly controllerName: string; readonly parametersRef?: ObjectReference };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly supportedFeatures?: readonly { readonly name: string }[];
  };
}

export interface RouteGroupKind {
  readonly group?: string;
  readonly kind: string;
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

/** `from`: `All`, `Same`, `Selector` or, for ListenerSets, `None`. */
export interface AdmittedNamespaces {
  readonly from?: string;
  readonly selector?: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly LabelRequirement[];
  };
}

export interface Listener {
  readonly name: string;
  readonly hostname?: string;
  readonly port: number;
  readonly protocol: string;
  readonly tls?: {
    readonly mode?: string;
    readonly certificateRefs?: readonly ObjectReference[];
    /** Of the experimental channel before v1.4: how visitors prove who they are. */
    readonly frontendValidation?: unknown;
  };
  readonly allowedRoutes?: { readonly namespaces?: AdmittedNamespaces; readonly kinds?: readonly RouteGroupKind[] };
}

export interface GatewayAddress {
  readonly type?: string;
  readonly value?: string;
}

export interface ListenerStatus {
  readonly name: string;
  readonly supportedKinds: readonly RouteGroupKind[];
  readonly attachedRoutes: number;
  readonly conditions: readonly Condition[];
}

/** How visitors at a port prove who they are. */
export interface FrontendTls {
  readonly validation?: { readonly mode?: string };
}

export interface GatewayTls {
  /** Absent in `perPort`: that of the port is as `default` says. */
  readonly frontend?: {
    readonly default?: FrontendTls;
    readonly perPort?: readonly { readonly port: number; readonly tls: FrontendTls }[];
  };
  /** How the Gateway proves to Services who it is. */
  readonly backend?: { readonly clientCertificateRef?: ObjectReference };
}

export interface Gateway extends KubeObject {
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly Listener[];
    readonly addresses?: readonly GatewayAddress[];
    readonly infrastructure?: { readonly parametersRef?: ObjectReference };
    readonly tls?: GatewayTls;
    /** Absent: no ListenerSet may attach. */
    readonly allowedListeners?: { readonly namespaces?: AdmittedNamespaces };
  };
  readonly status?: {
    readonly addresses?: readonly GatewayAddress[];
    readonly conditions?: readonly Condition[];
    readonly listeners?: readonly ListenerStatus[];
    readonly attachedListenerSets?: number;
  };
}

/** More listeners for a Gateway, which may be in another namespace. */
export interface ListenerSet extends KubeObject {
  readonly spec: { readonly parentRef: ObjectReference; readonly listeners: readonly Listener[] };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly listeners?: readonly ListenerStatus[];
  };
}

export interface ReferenceGrant extends KubeObject {
  readonly spec: {
    readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
}

/** A name in a certificate. */
export interface SubjectAltName {
  readonly type: string;
  readonly hostname?: string;
  readonly uri?: string;
}

/** How Services are reached with TLS. */
export interface BackendTlsPolicy extends KubeObject {
  readonly spec: {
    readonly targetRefs: readonly (ObjectReference & { readonly sectionName?: string })[];
    readonly validation: {
      readonly caCertificateRefs?: readonly ObjectReference[];
      readonly wellKnownCACertificates?: string;
      readonly hostname: string;
      readonly subjectAltNames?: readonly SubjectAltName[];
    };
  };
  readonly status?: PolicyStatus;
}

/** What a policy does at one Gateway. Every controller writes its own entries. */
export interface PolicyAncestorStatus {
  readonly ancestorRef: ParentReference;
  readonly controllerName: string;
  readonly conditions?: readonly Condition[];
}

export interface PolicyStatus {
  readonly ancestors?: readonly PolicyAncestorStatus[];
}

/** How one parent takes a route, in the status of the route. Every controller writes its own entries. */
export interface RouteParentStatus {
  readonly parentRef: ParentReference;
  readonly controllerName: string;
  readonly conditions?: readonly Condition[];
}

export interface RouteStatus {
  readonly parents?: readonly RouteParentStatus[];
}
