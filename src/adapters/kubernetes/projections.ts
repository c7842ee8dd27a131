/** The fields of each kind that the caches keep. Most Services of a cluster are not ours: they need little memory. */
import { EXPOSED } from '../../api/conditions.ts';
import { isOurAnnotation } from '../../api/annotation-aliases.ts';
import { ALLOWED_HOSTNAMES_ANNOTATION } from '../../api/names.ts';
import type { EndpointSlice, KubeObject, Metadata, Namespace, Service } from '../../api/objects.ts';

/** Shared by all: an empty object needs more memory than a name. */
const NO_SPEC: Service['spec'] = Object.freeze({});

export function projectService(service: Service): Service {
  const metadata = slim(service.metadata);
  const conditions = service.status?.conditions?.filter((condition) => condition.type === EXPOSED) ?? [];
  const isOurs = metadata.annotations !== undefined || (metadata.finalizers ?? []).length > 0;
  if (!isOurs && conditions.length === 0) return foreignService(service);
  return {
    apiVersion: service.apiVersion,
    kind: service.kind,
    metadata,
    spec: isOurs ? slimSpec(service.spec) : NO_SPEC,
    ...(conditions.length === 0 ? {} : { status: { conditions } }),
  };
}

/** Only its identity and version. An event delivers the whole Service once it is annotated. */
function foreignService({ apiVersion, kind, metadata: { name, namespace, resourceVersion } }: Service): Service {
  return { apiVersion, kind, metadata: { name, ...defined({ namespace, resourceVersion }) }, spec: NO_SPEC };
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

/** The label by which a slice names its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** The fields of an EndpointSlice that are read. */
interface WholeEndpointSlice extends KubeObject {
  readonly endpoints?: readonly EndpointOnWire[] | null;
}

interface EndpointOnWire {
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean };
}

export function projectEndpointSlice(slice: EndpointSlice): EndpointSlice {
  const { apiVersion, kind, metadata, endpoints } = slice as KubeObject & WholeEndpointSlice;
  const { name, namespace, resourceVersion, labels } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, ...defined({ namespace, resourceVersion }) },
    service: labels?.[SERVICE_NAME_LABEL] ?? '',
    hasReady: endpoints?.some(isServing) ?? false,
  };
}

/** A missing condition counts as true. If no endpoint is ready, terminating pods that still serve get the requests. */
function isServing({ conditions = {} }: EndpointOnWire): boolean {
  return conditions.ready !== false || conditions.serving === true;
}

/** Drops the field managers, which are half of an object and which nothing reads. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata as Metadata & { managedFields?: unknown };
  return { ...object, metadata };
}

function slim(metadata: Metadata): Metadata {
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
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
