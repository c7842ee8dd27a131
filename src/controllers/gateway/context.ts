import type { BackendTlsPolicy, Gateway, GatewayClass } from '../../api/gateway-objects.ts';
import type { KubeObject, ObjectKey, Secret, Tunnel } from '../../api/objects.ts';
import type { FindCaPool } from '../../core/ca-pool/resolve.ts';
import type { RelatedObjects } from '../../core/sources/related.ts';

/** What describing a GatewayClass needs. */
export interface GatewayClassContext {
  readonly classes: { get(name: string): GatewayClass | undefined };
  readonly tunnels: { get(key: ObjectKey): Tunnel | undefined };
  readonly objects: {
    get(kind: 'customresourcedefinitions', key: ObjectKey, signal: AbortSignal): Promise<KubeObject | undefined>;
    applyStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void>;
  };
  /** The only namespace that is watched: operators of other namespaces may describe the same class. Absent: all are. */
  readonly watchNamespace: string | undefined;
  readonly driftIntervalMs: number;
  /** RFC 3339, second precision. */
  readonly now: () => string;
}

/** What serving a Gateway needs. */
export interface GatewayContext extends Omit<GatewayClassContext, 'objects' | 'watchNamespace'> {
  readonly gateways: { get(key: ObjectKey): Gateway | undefined };
  readonly related: RelatedObjects;
  readonly objects: {
    get(kind: 'secrets', key: ObjectKey, signal: AbortSignal): Promise<Secret | undefined>;
    apply(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject>;
    applyStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void>;
    delete(object: KubeObject, propagationPolicy: 'Background', signal: AbortSignal): Promise<void>;
  };
  /** Our own writes are not announced, so the Tunnel has to be told of. */
  readonly tunnelApplied: (before: Tunnel | undefined, after: Tunnel) => void;
  /** By the name of a listener, how many routes are attached to it. */
  readonly attachedTo: (gateway: ObjectKey) => ReadonlyMap<string, number>;
  readonly isCertificate: (pem: string) => boolean;
}

/** What describing a BackendTLSPolicy needs. */
export interface PolicyContext {
  readonly policies: { get(key: ObjectKey): BackendTlsPolicy | undefined };
  /** Our Gateways with a route that leads to a Service of the policy. */
  readonly ancestorsOf: (policy: ObjectKey) => readonly ObjectKey[];
  readonly caPool: FindCaPool;
  readonly related: RelatedObjects;
  readonly objects: {
    /** Under optimistic lock: other controllers write to the same list. */
    replaceStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void>;
  };
  /** RFC 3339, second precision. */
  readonly now: () => string;
}
