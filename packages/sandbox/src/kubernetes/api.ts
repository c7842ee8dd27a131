/** A Kubernetes object with all fields, as in a response. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  // Each kind has further fields, which the emulator treats as data.
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

/** A served resource as in discovery: `{ group: 'apps', version: 'v1', plural: 'deployments' }`. */
export interface ResourceRef {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/**
 * Access to the API server for code inside the sandbox (garbage collector, Deployment controller, kubelet). Admission,
 * resource versions and watch events are the same as over HTTP. Every method throws an `ApiError` where the HTTP API
 * would answer with a Status. Returned objects are shared and frozen.
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
  /**
   * Sends all existing objects as ADDED, then every change, always asynchronously. Returns a function that ends the
   * watch.
   */
  watch(resource: ResourceRef, onEvent: (type: WatchEventType, object: KubeObject) => void): () => void;
  /** Calls the listener with all served resources, including custom ones, now and after every change. */
  onResources(listener: (resources: readonly ResourceRef[]) => void): () => void;
}
