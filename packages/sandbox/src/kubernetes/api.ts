/** A Kubernetes object as on the wire, with all fields. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  // Every kind has its own further fields; the emulator treats them as data.
  [field: string]: unknown;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  [field: string]: unknown;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** One served resource, as discovery names it: `{ group: 'apps', version: 'v1', plural: 'deployments' }`. */
export interface ResourceRef {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/**
 * The way into the API server for what runs inside the sandbox (garbage collector, Deployment controller, kubelet).
 * Same admission, resource versions and watch events as over HTTP, without the HTTP; every method throws `ApiError`
 * where the HTTP API would answer with a Status. Objects handed out are copies: change them freely.
 */
export interface KubeApi {
  get(resource: ResourceRef, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: ResourceRef, namespace?: string): KubeObject[];
  create(resource: ResourceRef, object: KubeObject): KubeObject;
  /** PUT of the main resource. */
  update(resource: ResourceRef, object: KubeObject): KubeObject;
  /** PUT of the status subresource. */
  updateStatus(resource: ResourceRef, object: KubeObject): KubeObject;
  delete(
    resource: ResourceRef,
    namespace: string | undefined,
    name: string,
    options?: { propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'; uid?: string; gracePeriodSeconds?: number },
  ): void;
  /** Replays what exists as ADDED, then every change, always asynchronously; returns the way to end it. */
  watch(resource: ResourceRef, onEvent: (type: WatchEventType, object: KubeObject) => void): () => void;
  /** Every resource now served, custom ones included; called again whenever that list changes. */
  onResources(listener: (resources: readonly ResourceRef[]) => void): () => void;
}
