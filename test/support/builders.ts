/**
 * Kubernetes objects for tests, readable as sentences: `aService('shop/web', { hostname: 'app.example.com' })`. The
 * same arguments give the same object.
 */
import { DNS, HOSTNAME, LAN_ADDRESS, LAN_HOSTNAME, PORT, PROTOCOL, TUNNEL } from '../../src/api/annotations.ts';
import { API_VERSION, DEFAULT_TUNNEL_ANNOTATION, FINALIZER, TUNNEL_KIND } from '../../src/api/names.ts';
import type {
  ConfigMap,
  Deployment,
  Metadata,
  Namespace,
  Node,
  ObjectKey,
  Secret,
  Service,
  ServicePort,
  Tunnel,
} from '../../src/api/objects.ts';
import type { TunnelSpec, TunnelStatus } from '../../src/api/tunnel.gen.ts';

/** The default creation time. */
export const EPOCH = '2026-01-01T00:00:00Z';

/** Properties of any object. */
export interface Traits {
  readonly createdAt?: string;
  readonly deleting?: boolean;
  /** Has the operator's finalizer. */
  readonly finalized?: boolean;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface TunnelTraits extends Traits {
  readonly spec?: Partial<TunnelSpec>;
  readonly status?: TunnelStatus;
  readonly isDefault?: boolean;
}

/** A Tunnel with its token in the Secret `cloudflare-api-token`. */
export function aTunnel(key: ObjectKey, traits: TunnelTraits = {}): Tunnel {
  const annotations = {
    ...(traits.isDefault === true ? { [DEFAULT_TUNNEL_ANNOTATION]: 'true' } : {}),
    ...traits.annotations,
  };
  return {
    apiVersion: API_VERSION,
    kind: TUNNEL_KIND,
    metadata: metadataOf(TUNNEL_KIND, key, { ...traits, annotations }),
    spec: { credentialsRef: { name: 'cloudflare-api-token' }, ...traits.spec },
    ...(traits.status === undefined ? {} : { status: traits.status }),
  };
}

export interface ServiceTraits extends Traits {
  readonly hostname?: string;
  readonly tunnel?: string;
  readonly port?: string;
  readonly protocol?: string;
  readonly dns?: string;
  readonly ports?: readonly ServicePort[];
  readonly lanHostname?: string;
  readonly lanAddress?: string;
  /** IP addresses of the load balancer; empty: it has none yet. */
  readonly balancer?: readonly string[];
}

/** A Service with port 80 and, by default, no request. */
export function aService(key: ObjectKey, traits: ServiceTraits = {}): Service {
  const asks = {
    [HOSTNAME.key]: traits.hostname,
    [TUNNEL.key]: traits.tunnel,
    [PORT.key]: traits.port,
    [PROTOCOL.key]: traits.protocol,
    [DNS.key]: traits.dns,
    [LAN_HOSTNAME.key]: traits.lanHostname,
    [LAN_ADDRESS.key]: traits.lanAddress,
  };
  const annotations = { ...withoutUndefined(asks), ...traits.annotations };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf('Service', key, { ...traits, annotations }),
    spec: { ports: traits.ports ?? [{ port: 80 }], ...(traits.balancer === undefined ? {} : { type: 'LoadBalancer' }) },
    ...(traits.balancer === undefined
      ? {}
      : { status: { loadBalancer: { ingress: traits.balancer.map((ip) => ({ ip })) } } }),
  };
}

export function aNamespace(
  name: string,
  labels: Readonly<Record<string, string>> = {},
  annotations: Readonly<Record<string, string>> = {},
): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: metadataOf('Namespace', name, { labels, annotations }) };
}

export interface NodeTraits extends Traits {
  /** Internal addresses. */
  readonly at?: readonly string[];
  readonly isReady?: boolean;
}

/** A node that is ready. */
export function aNode(name: string, { at = [], isReady = true, ...traits }: NodeTraits = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: metadataOf('Node', name, traits),
    status: {
      addresses: [...at.map((address) => ({ type: 'InternalIP', address })), { type: 'Hostname', address: name }],
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: isReady ? 'True' : 'Unknown' },
      ],
    },
  };
}

/** A Secret with these texts. */
export function aSecret(key: ObjectKey, texts: Readonly<Record<string, string>>, traits: Traits = {}): Secret {
  const data = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, base64(text)]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: metadataOf('Secret', key, traits), data };
}

export function aConfigMap(key: ObjectKey, data: Readonly<Record<string, string>>): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf('ConfigMap', key, {}), data };
}

export interface DeploymentTraits extends Traits {
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly status?: NonNullable<Deployment['status']>;
}

export function aDeployment(key: ObjectKey, traits: DeploymentTraits = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf('Deployment', key, traits),
    spec: { template: { metadata: { annotations: traits.podAnnotations ?? {} } } },
    ...(traits.status === undefined ? {} : { status: traits.status }),
  };
}

/** Base64 of a text in UTF-8, as Kubernetes stores Secrets. */
export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function metadataOf(kind: string, key: ObjectKey, traits: Traits): Metadata {
  const [namespace, name] = key.includes('/') ? key.split('/') : [undefined, key];
  return {
    name: name ?? '',
    ...(namespace === undefined ? {} : { namespace }),
    uid: `uid of ${kind} ${key}`,
    generation: traits.generation ?? 1,
    creationTimestamp: traits.createdAt ?? EPOCH,
    ...(traits.deleting === true ? { deletionTimestamp: '2026-02-01T00:00:00Z' } : {}),
    labels: traits.labels ?? {},
    annotations: traits.annotations ?? {},
    ...(traits.finalized === true ? { finalizers: [FINALIZER] } : {}),
  };
}

function withoutUndefined(record: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
