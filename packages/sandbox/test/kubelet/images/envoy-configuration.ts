/** Files of a proxy that reads its routes, clusters and endpoints from a mounted ConfigMap. */
const FOLDER = '/etc/envoy';

function watched(file: string): object {
  return {
    path_config_source: { path: `${FOLDER}/${file}`, watched_directory: { path: FOLDER } },
    resource_api_version: 'V3',
  };
}

function httpManager(statPrefix: string): object {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      stat_prefix: statPrefix,
      codec_type: 'AUTO',
      upgrade_configs: [{ upgrade_type: 'websocket' }],
      rds: { route_config_name: 'routes', config_source: watched('routes.json') },
      http_filters: [
        {
          name: 'envoy.filters.http.router',
          typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
        },
      ],
    },
  };
}

function listener(name: string, address: object): object {
  return { name, address, filter_chains: [{ filters: [httpManager(name)] }] };
}

const BOOTSTRAP = {
  node: { id: 'proxy', cluster: 'proxy' },
  admin: { address: { socket_address: { address: '0.0.0.0', port_value: 2001 } } },
  dynamic_resources: { cds_config: watched('clusters.json') },
  static_resources: {
    listeners: [
      listener('http', { pipe: { path: '/var/run/proxy/http.sock' } }),
      listener('open', { socket_address: { address: '0.0.0.0', port_value: 8080 } }),
    ],
  },
};

const CLUSTERS = {
  resources: [
    {
      '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
      name: 'web',
      type: 'EDS',
      connect_timeout: '5s',
      eds_cluster_config: { eds_config: watched('endpoints.json') },
    },
  ],
};

function routesWith(path: string): object {
  const match = { prefix: '/' };
  const route = { match, route: { cluster: 'web', prefix_rewrite: path } };
  return {
    resources: [
      {
        '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
        name: 'routes',
        virtual_hosts: [{ name: 'all', domains: ['*'], routes: [route] }],
      },
    ],
  };
}

function endpointsAt(ip: string): object {
  const endpoint = { address: { socket_address: { address: ip, port_value: 80 } } };
  return {
    resources: [
      {
        '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
        cluster_name: 'web',
        endpoints: [{ lb_endpoints: [{ endpoint }] }],
      },
    ],
  };
}

/** All requests go to this Pod, with `path` in place of the first slash of their path. */
export function proxyFiles(podIp: string, path = '/'): Record<string, string> {
  const files = {
    'bootstrap.json': BOOTSTRAP,
    'clusters.json': CLUSTERS,
    'routes.json': routesWith(path),
    'endpoints.json': endpointsAt(podIp),
  };
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [name, JSON.stringify(content)]));
}
