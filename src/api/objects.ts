import type { AccessPolicySpec, AccessPolicyStatus } from './accesspolicy.gen.ts';
import type { AccessServiceTokenSpec, AccessServiceTokenStatus } from './accessservicetoken.gen.ts';
import type { Condition } from './conditions.ts';
import type { TunnelSpec, TunnelStatus } from './tunnel.gen.ts';

/** `namespace/name`, or the name alone for a cluster-scoped object. */
export type ObjectKey = string;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

/** Any Kubernetes object. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

export interface Tunnel extends KubeObject {
  readonly spec: TunnelSpec;
  readonly status?: TunnelStatus;
}

/** Who may enter hostnames, at Cloudflare Access. */
export interface AccessPolicy extends KubeObject {
  readonly spec: AccessPolicySpec;
  readonly status?: AccessPolicyStatus;
}

/** With what a program enters hostnames, at Cloudflare Access. */
export interface AccessServiceToken extends KubeObject {
  readonly spec: AccessServiceTokenSpec;
  readonly status?: AccessServiceTokenStatus;
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

export interface Service extends KubeObject {
  readonly spec: {
    readonly type?: string;
    /** `None` for a headless Service. */
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly ports?: readonly ServicePort[];
  };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly loadBalancer?: LoadBalancer };
  /** Cached beside the spec, which many Services share: the cluster IP of a Service with a port of the web. */
  readonly clusterAddress?: string;
}

/** The addresses at which visitors reach an object. */
export interface LoadBalancer {
  readonly ingress?: readonly { readonly hostname?: string; readonly ip?: string }[];
}

/** The port of a Service that an Ingress leads to. */
export interface IngressBackend {
  readonly service?: {
    readonly name: string;
    readonly port?: { readonly name?: string; readonly number?: number };
  };
  readonly resource?: { readonly kind: string; readonly name: string };
}

export interface IngressPath {
  readonly path?: string;
  readonly pathType: string;
  readonly backend: IngressBackend;
}

export interface IngressRule {
  readonly host?: string;
  readonly http?: { readonly paths: readonly IngressPath[] };
}

export interface Ingress extends KubeObject {
  readonly spec: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly rules?: readonly IngressRule[];
    /** Hosts for which its controller has a certificate. */
    readonly tls?: readonly { readonly hosts?: readonly string[] }[];
  };
  readonly status?: { readonly loadBalancer?: LoadBalancer };
}

export interface IngressClass extends KubeObject {
  readonly spec: { readonly controller?: string };
}

export interface Namespace extends KubeObject {}

export interface Node extends KubeObject {
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export interface Secret extends KubeObject {
  /** Values in base64. */
  readonly data?: Readonly<Record<string, string>>;
}

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

export interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/** The state of a container, as the kubelet reports it. */
export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly state?: ContainerState;
  /** How its previous run ended. */
  readonly lastState?: ContainerState;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly finishedAt?: string };
}

export interface Pod extends KubeObject {
  readonly spec?: {
    /** With `restartPolicy: Always`, a container that runs beside the others, and starts before them. */
    readonly initContainers?: readonly { readonly name: string; readonly restartPolicy?: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    /** Why the pod has terminated. */
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface EventObject extends KubeObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string };
}

/** The cached part of an EndpointSlice. */
export interface EndpointSlice extends KubeObject {
  /** Name of the Service, in the same namespace. */
  readonly service: string;
  /** Whether it has an endpoint that gets requests. */
  readonly hasReady: boolean;
  /** Addresses of ready pods, separated by commas: one text takes less memory than a list. */
  readonly ready: string;
  /** The same of pods that are being stopped and still answer. */
  readonly draining: string;
  readonly ports: readonly EndpointPort[];
}

/** A port of the pods, by the name of the Service's port. */
export interface EndpointPort {
  readonly name: string;
  readonly port: number;
}
