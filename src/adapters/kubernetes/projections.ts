/** The fields of each kind that the caches keep. Most Services of a cluster are not ours: they need little memory. */
import { EXPOSED } from '../../api/conditions.ts';
import { isOurAnnotation } from '../../api/annotation-aliases.ts';
import { CLASS_ANNOTATION } from '../../api/ingress-annotations.ts';
import { ALLOWED_HOSTNAMES_ANNOTATION } from '../../api/names.ts';
import type {
  EndpointPort,
  EndpointSlice,
  Ingress,
  IngressClass,
  KubeObject,
  LoadBalancer,
  Metadata,
  Namespace,
  Node,
  Service,
  ServicePort,
} from '../../api/objects.ts';
import { isWebService } from '../../core/sources/addresses.ts';

export function projectService(service: Service): Service {
  const metadata = slim(service.metadata);
  const conditions = service.status?.conditions?.filter((condition) => condition.type === EXPOSED) ?? [];
  const isOurs = metadata.annotations !== undefined || (metadata.finalizers ?? []).length > 0;
  if (!isOurs && conditions.length === 0) return foreignService(service);
  const status = { ...(conditions.length === 0 ? {} : { conditions }), ...balancersOf(service) };
  return {
    apiVersion: service.apiVersion,
    kind: service.kind,
    metadata,
    spec: isOurs ? slimSpec(service.spec) : sharedSpec(service.spec),
    ...webAddressOf(service),
    ...(Object.keys(status).length === 0 ? {} : { status }),
  };
}

/** Its identity, its version, and how it is reached: an Ingress may lead to it. */
function foreignService(service: Service): Service {
  const { apiVersion, kind, metadata, spec } = service;
  const { name, namespace, resourceVersion } = metadata;
  const status = balancersOf(service);
  return {
    apiVersion,
    kind,
    metadata: { name, ...defined({ namespace, resourceVersion }) },
    spec: sharedSpec(spec),
    ...webAddressOf(service),
    ...(status.loadBalancer === undefined ? {} : { status }),
  };
}

/** The cluster IP of a web Service, by which the status of an Ingress may lead to it. */
function webAddressOf(service: Service): Pick<Service, 'clusterAddress'> {
  const address = service.clusterAddress ?? service.spec.clusterIP ?? 'None';
  return address === 'None' || !isWebService(service) ? {} : { clusterAddress: address };
}

function balancersOf({ status }: Service): Pick<NonNullable<Service['status']>, 'loadBalancer'> {
  const ingress = status?.loadBalancer?.ingress ?? [];
  return ingress.length === 0 ? {} : { loadBalancer: { ingress: ingress.map(addressOf) } };
}

function addressOf({ ip, hostname }: Address): Address {
  return defined({ ip, hostname });
}

type Address = NonNullable<LoadBalancer['ingress']>[number];

const MAX_SHARED = 4096;

/** Most Services of a cluster look alike, so equal specs are kept once. */
const SHARED_SPECS = new Map<string, Service['spec']>();

function sharedSpec(whole: Service['spec']): Service['spec'] {
  const { ports = [], ...rest } = slimSpec(whole);
  const spec = { ...rest, ports: ports.map(slimPort) };
  const text = JSON.stringify(spec);
  const shared = SHARED_SPECS.get(text) ?? spec;
  if (SHARED_SPECS.size < MAX_SHARED) SHARED_SPECS.set(text, shared);
  return shared;
}

function slimPort({ name, port, targetPort, protocol, appProtocol }: ServicePort): ServicePort {
  return { port, ...defined({ name, targetPort, protocol, appProtocol }) };
}

export function projectIngress(ingress: Ingress): Ingress {
  const { apiVersion, kind, spec, status } = ingress;
  const { ingressClassName, defaultBackend, rules } = spec;
  const tls = spec.tls?.map(({ hosts }) => defined({ hosts }));
  const addresses = status?.loadBalancer?.ingress;
  return {
    apiVersion,
    kind,
    metadata: { ...slim(ingress.metadata), ...classAnnotationOf(ingress) },
    spec: defined({ ingressClassName, defaultBackend, rules, tls }),
    ...(addresses === undefined ? {} : { status: { loadBalancer: { ingress: addresses } } }),
  };
}

/** With our annotations, the one that names the class. */
function classAnnotationOf({ metadata }: Ingress): Pick<Metadata, 'annotations'> {
  const kept = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => isOurAnnotation(key) || key === CLASS_ANNOTATION,
  );
  return kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) };
}

export function projectIngressClass({ apiVersion, kind, metadata, spec }: IngressClass): IngressClass {
  const { name, uid, resourceVersion } = metadata;
  return { apiVersion, kind, metadata: { name, ...defined({ uid, resourceVersion }) }, spec };
}

export function projectNamespace(namespace: Namespace): Namespace {
  const { name, uid, resourceVersion, labels, annotations } = namespace.metadata;
  const allowed = annotations?.[ALLOWED_HOSTNAMES_ANNOTATION];
  const ours = allowed === undefined ? undefined : { [ALLOWED_HOSTNAMES_ANNOTATION]: allowed };
  return {
    apiVersion: namespace.apiVersion,
    kind: namespace.kind,
    metadata: { name, ...defined({ uid, resourceVersion, labels, annotations: ours }) },
  };
}

/** What a Tunnel reads of a node whose address it takes. The rest of the status changes every few seconds. */
export function projectNode({ apiVersion, kind, metadata, status }: Node): Node {
  const { name, uid, resourceVersion, labels, deletionTimestamp } = metadata;
  const addresses = (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP');
  const conditions = (status?.conditions ?? []).filter(({ type }) => type === 'Ready');
  return {
    apiVersion,
    kind,
    metadata: { name, ...defined({ uid, resourceVersion, labels, deletionTimestamp }) },
    status: {
      addresses: addresses.map(({ type, address }) => ({ type, address })),
      conditions: conditions.map((condition) => ({ type: condition.type, status: condition.status })),
    },
  };
}

/** The label by which a slice names its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** The fields of an EndpointSlice that are read. */
interface WholeEndpointSlice extends KubeObject {
  readonly addressType?: string;
  readonly endpoints?: readonly EndpointOnWire[] | null;
  readonly ports?: readonly PortOnWire[] | null;
}

interface EndpointOnWire {
  readonly addresses?: readonly string[];
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean };
}

interface PortOnWire {
  readonly name?: string | null;
  readonly port?: number | null;
  readonly protocol?: string | null;
}

/** All slices are kept: their addresses take less memory than the objects around them. */
export function projectEndpointSlice(slice: EndpointSlice): EndpointSlice {
  const { apiVersion, kind, metadata, addressType, endpoints, ports } = slice as KubeObject & WholeEndpointSlice;
  const { name, namespace, resourceVersion, labels } = metadata;
  const list = endpoints ?? [];
  const isAddress = addressType !== 'FQDN';
  const ready = list.filter(isReady);
  const draining = list.filter((one) => !isReady(one) && one.conditions?.serving === true);
  return {
    apiVersion,
    kind,
    metadata: { name, ...defined({ namespace, resourceVersion }) },
    service: labels?.[SERVICE_NAME_LABEL] ?? '',
    hasReady: ready.length + draining.length > 0,
    ready: isAddress ? addressesOf(ready) : '',
    draining: isAddress ? addressesOf(draining) : '',
    ports: sharedPorts(ports ?? []),
  };
}

/** A missing condition counts as true. */
function isReady({ conditions = {} }: EndpointOnWire): boolean {
  return conditions.ready !== false;
}

/** The API server says that all addresses of one endpoint are alike, and that clients take the first. */
function addressesOf(endpoints: readonly EndpointOnWire[]): string {
  return endpoints.flatMap(({ addresses = [] }) => addresses.slice(0, 1)).join();
}

/** Most Services have the same few ports, so equal lists are kept once. */
const SHARED_PORTS = new Map<string, readonly EndpointPort[]>();

function sharedPorts(ports: readonly PortOnWire[]): readonly EndpointPort[] {
  const kept = ports.flatMap(({ name, port, protocol }) =>
    typeof port === 'number' && (protocol ?? 'TCP') === 'TCP' ? [{ name: name ?? '', port }] : [],
  );
  const text = JSON.stringify(kept);
  const shared = SHARED_PORTS.get(text) ?? kept;
  if (SHARED_PORTS.size < MAX_SHARED) SHARED_PORTS.set(text, shared);
  return shared;
}

/** Drops the field managers, which are half of an object and which nothing reads. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata as Metadata & { managedFields?: unknown };
  return { ...object, metadata };
}

/** The metadata that is read, with our annotations alone. */
export function slim(metadata: Metadata): Metadata {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, finalizers } = metadata;
  const ours = Object.entries(metadata.annotations ?? {}).filter(([key]) => isOurAnnotation(key));
  const annotations = ours.length === 0 ? undefined : Object.fromEntries(ours);
  return {
    name,
    ...defined({ namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, finalizers, annotations }),
  };
}

/** The fields that decide how a Service is reached: for most Services, only its ports. */
function slimSpec({ type, clusterIP, externalName, ports = [] }: Service['spec']): Service['spec'] {
  const isHeadless = clusterIP === 'None';
  const isExternal = type === 'ExternalName';
  return {
    ports,
    ...(isHeadless ? { clusterIP } : {}),
    ...(isExternal ? { type, ...defined({ externalName }) } : {}),
    ...(type === 'LoadBalancer' ? { type } : {}),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
