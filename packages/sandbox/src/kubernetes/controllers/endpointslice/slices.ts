import { controllerReference } from '../owner.ts';
import { hasEnded, isReady } from '../pod-state.ts';
import {
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  type Service,
  SERVICE_NAME_LABEL,
  type ServicePort,
} from '../services.ts';
import { shortHash } from '../short-hash.ts';
import type { Pod } from '../workloads.ts';

/**
 * The slices of a Service with a selector: one per set of port numbers, because a named target port can have different
 * numbers in different Pods. Without Pods there is one empty slice.
 */
export function slicesFor(service: Service, pods: readonly Pod[]): EndpointSlice[] {
  const addressed = pods.filter((pod) => pod.status?.podIP !== undefined && !hasEnded(pod));
  const groups = Map.groupBy(addressed.toSorted(byName), (pod) => JSON.stringify(portsOf(service, pod)));
  if (groups.size === 0) return [sliceFor(service, [], [])];
  return Array.from(groups, ([ports, members]) =>
    sliceFor(
      service,
      JSON.parse(ports) as EndpointPort[],
      members.map((pod) => endpointFor(service, pod)),
    ),
  );
}

function sliceFor(service: Service, ports: readonly EndpointPort[], endpoints: readonly Endpoint[]): EndpointSlice {
  const { name, namespace, uid } = service.metadata;
  // The name is derived from the content, so that a second pass finds the slice of the first one.
  const suffix = shortHash(`${uid} ${JSON.stringify(ports)}`).slice(-5);
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${suffix}`,
      generateName: `${name}-`,
      ...(namespace !== undefined && { namespace }),
      labels: labelsFor(service),
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  };
}

const HEADLESS_LABEL = 'service.kubernetes.io/headless';
/** The values of `clusterIP` that are no address. */
const HEADLESS: ReadonlySet<string> = new Set(['None', '']);

function labelsFor({ metadata, spec }: Service): Record<string, string> {
  const { [HEADLESS_LABEL]: _reserved, ...labels } = metadata.labels ?? {};
  return {
    ...labels,
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    [SERVICE_NAME_LABEL]: metadata.name,
    ...(HEADLESS.has(spec.clusterIP ?? '') && { [HEADLESS_LABEL]: '' }),
  };
}

function endpointFor(service: Service, pod: Pod): Endpoint {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isReady(pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const { hostname, subdomain, nodeName } = pod.spec;
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined && subdomain === service.metadata.name && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    targetRef: {
      kind: 'Pod',
      namespace: pod.metadata.namespace ?? '',
      name: pod.metadata.name,
      uid: pod.metadata.uid ?? '',
    },
  };
}

/** Omits a port whose name the Pod does not define. */
function portsOf(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = targetPortOf(port, pod);
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return number === undefined
      ? []
      : [{ name, protocol, port: number, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

function targetPortOf({ targetPort, port, protocol = 'TCP' }: ServicePort, pod: Pod): number | undefined {
  if (typeof targetPort !== 'string') return targetPort ?? port;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars]
    .flatMap((container) => container.ports ?? [])
    .find((candidate) => candidate.name === targetPort && (candidate.protocol ?? 'TCP') === protocol)?.containerPort;
}

function byName(a: Pod, b: Pod): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
