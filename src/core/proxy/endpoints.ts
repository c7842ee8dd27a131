/** The pods of a cluster. */
import type { JsonObject } from './envoy-json.ts';

/** Where a pod of a Service is reached. */
export interface PodAddress {
  /** An IP address, or the name that an ExternalName stands for. */
  readonly address: string;
  readonly port: number;
}

/** A ready pod. */
export interface Endpoint extends PodAddress {
  /** Opaque identity of the pod for sessions. */
  readonly id: string;
}

/** The pods of one backend. */
export interface PodGroup {
  readonly name: string;
  readonly weight: number;
  readonly endpoints: readonly Endpoint[];
  /** What Envoy tells of a pod, besides its identity. */
  readonly metadata?: (endpoint: Endpoint) => JsonObject;
}

/** Groups have weights only among each other. */
export function loadAssignment(cluster: string, groups: readonly PodGroup[]): JsonObject {
  const filled = groups.filter(({ endpoints }) => endpoints.length > 0);
  const isWeighted = groups.length > 1;
  return { cluster_name: cluster, endpoints: filled.map((group) => groupOf(group, isWeighted)) };
}

function groupOf({ name, weight, endpoints, metadata }: PodGroup, isWeighted: boolean): JsonObject {
  return {
    ...(isWeighted ? { locality: { zone: name } } : {}),
    // Without a weight, pods get only the requests that name them.
    ...(isWeighted && weight > 0 ? { load_balancing_weight: weight } : {}),
    lb_endpoints: endpoints.toSorted(byAddress).map((endpoint) => ({
      endpoint: { address: { socket_address: { address: endpoint.address, port_value: endpoint.port } } },
      ...(metadata === undefined ? {} : { metadata: { filter_metadata: metadata(endpoint) } }),
    })),
  };
}

function byAddress(a: Endpoint, b: Endpoint): number {
  if (a.address !== b.address) return a.address < b.address ? -1 : 1;
  return a.port - b.port;
}
