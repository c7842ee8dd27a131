import type { KubeApi, ResourceRef } from 'cftunnel-sandbox/kubernetes/api';
import { ApiError } from 'cftunnel-sandbox/kubernetes/status-error';

export interface ObjectMeta {
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
  readonly ownerReferences?: readonly Readonly<Record<string, unknown>>[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** Any object, with types for the fields that scenarios read. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>> & { readonly conditions?: readonly Condition[] };
  readonly data?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const API_VERSIONS = {
  ConfigMap: 'v1',
  Event: 'v1',
  Namespace: 'v1',
  Node: 'v1',
  Pod: 'v1',
  Secret: 'v1',
  Service: 'v1',
  ServiceAccount: 'v1',
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  PodDisruptionBudget: 'policy/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
  IngressClass: 'networking.k8s.io/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  Lease: 'coordination.k8s.io/v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  Role: 'rbac.authorization.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  ValidatingAdmissionPolicy: 'admissionregistration.k8s.io/v1',
  ValidatingAdmissionPolicyBinding: 'admissionregistration.k8s.io/v1',
  Tunnel: 'cftunnel.io/v1alpha1',
  AccessPolicy: 'cftunnel.io/v1alpha1',
  AccessServiceToken: 'cftunnel.io/v1alpha1',
  GatewayClass: 'gateway.networking.k8s.io/v1',
  Gateway: 'gateway.networking.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  GRPCRoute: 'gateway.networking.k8s.io/v1',
  ListenerSet: 'gateway.networking.k8s.io/v1',
  BackendTLSPolicy: 'gateway.networking.k8s.io/v1',
  ReferenceGrant: 'gateway.networking.k8s.io/v1beta1',
} as const;

export type Kind = keyof typeof API_VERSIONS;

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** The actions of a user with kubectl. Objects are named `namespace/name`, cluster-scoped ones by name alone. */
export interface KubeClient {
  get(kind: Kind, key: string): Promise<KubeObject>;
  /** `undefined` if there is no such object. */
  find(kind: Kind, key: string): Promise<KubeObject | undefined>;
  list(kind: Kind, namespace?: string): Promise<readonly KubeObject[]>;
  create(object: KubeObject): Promise<KubeObject>;
  /** Server-side apply with a manager other than the operator. */
  apply(object: KubeObject, manager?: string): Promise<KubeObject>;
  patch(kind: Kind, key: string, body: unknown, type?: keyof typeof PATCH_TYPES): Promise<KubeObject>;
  patchStatus(kind: Kind, key: string, body: unknown): Promise<KubeObject>;
  /** Sets annotations; `null` removes one. */
  annotate(kind: Kind, key: string, annotations: Readonly<Record<string, string | null>>): Promise<KubeObject>;
  /** Uses the scale subresource, like `kubectl scale`. */
  scale(kind: Kind, key: string, replicas: number): Promise<void>;
  /** `Foreground`: as `kubectl delete --cascade=foreground` and Argo CD do. */
  delete(kind: Kind, key: string, propagation?: 'Background' | 'Foreground'): Promise<void>;
  /** Uses the eviction subresource, like `kubectl drain`. */
  evict(pod: string): Promise<void>;
  /** A token of a ServiceAccount, like `kubectl create token`. */
  createToken(account: string, expirationSeconds: number): Promise<string>;
}

/** An error of the API server, with the message of its Status. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly code: number;

  constructor(code: number, request: string, message: string) {
    super(`${request}: ${code} ${message}`);
    this.code = code;
  }
}

/**
 * A client for an API server at a plain HTTP address. With the `api` of a sandbox it reads without HTTP, because tests
 * poll some forty times a second and should not load the machine.
 */
export function createKubeClient(server: string, api?: KubeApi): KubeClient {
  const send = (method: string, path: string, body?: unknown, contentType?: string): Promise<KubeObject> =>
    call(server, method, path, body, contentType);
  const patch: KubeClient['patch'] = (kind, key, body, type = 'merge') =>
    send('PATCH', pathOf(kind, key), body, PATCH_TYPES[type]);
  return {
    ...(api === undefined ? readsOverHttp(send) : readsInProcess(api)),
    create: (object) => send('POST', collectionOf(object.kind as Kind, object.metadata.namespace), object),
    apply: (object, manager = 'scenario') =>
      send('PATCH', `${pathOfObject(object)}?fieldManager=${manager}`, object, 'application/apply-patch+yaml'),
    patch,
    patchStatus: (kind, key, body) => send('PATCH', `${pathOf(kind, key)}/status`, body, PATCH_TYPES.merge),
    annotate: (kind, key, annotations) => patch(kind, key, { metadata: { annotations } }),
    async scale(kind, key, replicas) {
      await send('PATCH', `${pathOf(kind, key)}/scale`, { spec: { replicas } }, PATCH_TYPES.merge);
    },
    async delete(kind, key, propagation = 'Background') {
      await send('DELETE', `${pathOf(kind, key)}?propagationPolicy=${propagation}`);
    },
    async evict(pod) {
      const [name = '', namespace] = pod.split('/').toReversed();
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
      await send('POST', `${pathOf('Pod', pod)}/eviction`, eviction);
    },
    async createToken(account, expirationSeconds) {
      const spec = { expirationSeconds };
      const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
      const { status } = await send('POST', `${pathOf('ServiceAccount', account)}/token`, request);
      return String(status?.['token']);
    },
  };
}

type Reads = Pick<KubeClient, 'get' | 'find' | 'list'>;

function readsOverHttp(send: (method: 'GET', path: string) => Promise<KubeObject>): Reads {
  const get: Reads['get'] = (kind, key) => send('GET', pathOf(kind, key));
  return {
    get,
    find: (kind, key) => get(kind, key).catch(orUndefined),
    async list(kind, namespace) {
      const { items } = await send('GET', collectionOf(kind, namespace));
      return (items as readonly KubeObject[]).map((item) => ({ ...item, kind, apiVersion: API_VERSIONS[kind] }));
    },
  };
}

function readsInProcess(api: KubeApi): Reads {
  const find: Reads['find'] = async (kind, key) => {
    const [name = '', namespace] = key.split('/').toReversed();
    const get = async () =>
      asked(kind, () => api.get(resourceOf(kind), namespace, name) as unknown as KubeObject | undefined);
    return get().catch(orUndefined);
  };
  return {
    find,
    async get(kind, key) {
      const object = await find(kind, key);
      if (object === undefined) throw new KubeError(404, `GET ${kind} ${key}`, 'not found');
      return object;
    },
    list: async (kind, namespace) =>
      asked(kind, () => api.list(resourceOf(kind), namespace) as unknown as readonly KubeObject[]),
  };
}

function asked<T>(kind: Kind, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiError) throw new KubeError(error.code, `GET ${kind}`, error.message);
    throw error;
  }
}

function resourceOf(kind: Kind): ResourceRef {
  const [version = '', group = ''] = API_VERSIONS[kind].split('/').toReversed();
  return { group, version, plural: pluralOf(kind) };
}

function pluralOf(kind: Kind): string {
  return `${kind
    .toLowerCase()
    .replace(/(?<=[^aeiou])y$/, 'ie')
    .replace(/ss$/, 'sse')}s`;
}

/** `namespace/name` of an object. */
export function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

async function call(
  server: string,
  method: string,
  path: string,
  body: unknown,
  contentType = 'application/json',
): Promise<KubeObject> {
  const response = await fetch(server + path, {
    method,
    headers: { accept: 'application/json', 'content-type': contentType, 'user-agent': 'scenario' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (response.ok) return JSON.parse(answer) as KubeObject;
  throw new KubeError(response.status, `${method} ${path}`, messageIn(answer));
}

/** A kind that is not served gets a text response instead of a Status. */
function messageIn(answer: string): string {
  return answer.startsWith('{') ? ((JSON.parse(answer) as { readonly message?: string }).message ?? '') : answer.trim();
}

function orUndefined(error: unknown): undefined {
  if (error instanceof KubeError && error.code === 404) return undefined;
  throw error;
}

function collectionOf(kind: Kind, namespace: string | undefined): string {
  const version = API_VERSIONS[kind];
  const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
  return `${root}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${pluralOf(kind)}`;
}

function pathOf(kind: Kind, key: string): string {
  const [name = '', namespace] = key.split('/').toReversed();
  return `${collectionOf(kind, namespace)}/${name}`;
}

function pathOfObject(object: KubeObject): string {
  return pathOf(object.kind as Kind, keyOf(object));
}
