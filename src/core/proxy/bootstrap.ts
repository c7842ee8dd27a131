/** What Envoy starts with. It is the same for all routes, so only a new release of the operator replaces a proxy. */
import { type JsonObject, typed, watchedFile } from './envoy-json.ts';
import { CLUSTERS_FILE } from './files.ts';
import { listeners } from './listeners.ts';
import { ADMIN_CLUSTER, ADMIN_SOCKET, INVALID_BACKEND, INVALID_BACKEND_SOCKET } from './names.ts';
import type { ProxyPlace } from './place.ts';
import { STATS } from './stats.ts';

/** Memory from which on the proxy refuses requests, well below the limit of its container. */
const MAX_HEAP_BYTES = 400 * 1024 * 1024;
const MAX_CONNECTIONS = 50_000;
/** Only the user that Envoy runs as can open the socket. */
const OWNER_ONLY = 0o600;

export function bootstrapFor(place: ProxyPlace): JsonObject {
  const { configFolder, socketFolder } = place;
  const adminSocket = `${socketFolder}/${ADMIN_SOCKET}`;
  return {
    node: { id: 'cftunnel-proxy', cluster: 'cftunnel' },
    admin: { address: { pipe: { path: adminSocket, mode: OWNER_ONLY } } },
    dynamic_resources: { cds_config: watchedFile(configFolder, CLUSTERS_FILE) },
    static_resources: {
      listeners: listeners(place),
      clusters: [
        socketCluster(ADMIN_CLUSTER, adminSocket),
        socketCluster(INVALID_BACKEND, `${socketFolder}/${INVALID_BACKEND_SOCKET}`),
      ],
    },
    overload_manager: OVERLOAD,
    layered_runtime: { layers: [{ name: 'patterns', static_layer: PATTERN_LIMITS }] },
    stats_config: STATS,
  };
}

/** Envoy's own limit refuses patterns that cloudflared accepts, and with one of them every route. */
const PATTERN_LIMITS: JsonObject = { 're2.max_program_size.error_level': 1_000_000 };

function socketCluster(name: string, path: string): JsonObject {
  const endpoint = { endpoint: { address: { pipe: { path } } } };
  return {
    name,
    type: 'STATIC',
    connect_timeout: '5s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [endpoint] }] },
  };
}

const HEAP = 'envoy.resource_monitors.fixed_heap';

const OVERLOAD: JsonObject = {
  refresh_interval: '0.25s',
  resource_monitors: [
    {
      name: HEAP,
      typed_config: typed('extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig', {
        max_heap_size_bytes: MAX_HEAP_BYTES,
      }),
    },
    {
      name: 'envoy.resource_monitors.global_downstream_max_connections',
      typed_config: typed('extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig', {
        max_active_downstream_connections: MAX_CONNECTIONS,
      }),
    },
  ],
  actions: [heapAction('shrink_heap', 0.8), heapAction('stop_accepting_requests', 0.97)],
};

function heapAction(action: string, share: number): JsonObject {
  return { name: `envoy.overload_actions.${action}`, triggers: [{ name: HEAP, threshold: { value: share } }] };
}
