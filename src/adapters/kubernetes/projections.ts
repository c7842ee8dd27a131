/** What the caches keep of each kind. Most Services of a cluster are not ours: those cost next to nothing. */
import { EXPOSED } from '../../api/conditions.ts';
import { isOurAnnotation } from '../../api/annotation-aliases.ts';
import type { EndpointSlice, KubeObject, Metadata, Namespace, Service } from '../../api/objects.ts';

/** One for all: an empty object costs more than a name. */
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

/** Nothing but which one it is, and in which version. What it becomes when it asks for something comes as an event. */
function foreignService({ apiVersion, kind, metadata: { name, namespace, resourceVersion } }: Service): Service {
  return { apiVersion, kind, metadata: { name, ...defined({ namespace, resourceVersion }) }, spec: NO_SPEC };
}

export function projectNamespace(namespace: Namespace): Namespace {
  const { name, uid, resourceVersion, labels } = namespace.metadata;
  return {
    apiVersion: namespace.apiVersion,
    kind: namespace.kind,
    metadata: { name, ...defined({ uid, resourceVersion, labels }) },
  };
}

/** The label by which a slice names its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** An EndpointSlice, as far as it is read. */
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
    hasReady: endpoints?.some(isAnswering) ?? false,
  };
}

/** A condition that is absent counts as true. Where none is ready, pods that are ending get the requests. */
function isAnswering({ conditions = {} }: EndpointOnWire): boolean {
  return conditions.ready !== false || conditions.serving === true;
}

/** Everything but the field managers, which nobody reads and which are half of an object. */
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

/** What a Service is behind its ports; of most there is nothing to say. */
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
