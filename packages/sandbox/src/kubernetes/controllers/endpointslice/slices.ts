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

function labelsFor({ metadata, spec }: Service): Record<string, string> {
  return {
    ...metadata.labels,
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    [SERVICE_NAME_LABEL]: metadata.name,
    ...(spec.clusterIP === 'None' && { 'service.kubernetes.io/headless': '' }),
  };
}

function endpointFor(service: Service, pod: Pod): Endpoint {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isReady(pod) || service.spec.publishNotReadyAddresses === true;
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: serving && !terminating, serving, terminating },
    ...(pod.spec.nodeName !== undefined && { nodeName: pod.spec.nodeName }),
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
    return number === undefined ? [] : [{ name: port.name ?? '', protocol: port.protocol ?? 'TCP', port: number }];
  });
}

function targetPortOf({ targetPort, port, protocol = 'TCP' }: ServicePort, pod: Pod): number | undefined {
  if (typeof targetPort !== 'string') return targetPort ?? port;
  return pod.spec.containers
    .flatMap((container) => container.ports ?? [])
    .find((candidate) => candidate.name === targetPort && (candidate.protocol ?? 'TCP') === protocol)?.containerPort;
}

function byName(a: Pod, b: Pod): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
