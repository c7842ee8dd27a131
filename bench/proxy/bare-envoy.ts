/** Envoy with as little configuration as possible: what any proxy of this kind costs on this machine. */
import { type JsonObject, typed } from '../../src/core/proxy/envoy-json.ts';
import type { ProxyPlace } from '../../src/core/proxy/place.ts';
import type { EnvoyFiles } from './envoy-process.ts';

export function bareFiles(backendPort: number): (place: ProxyPlace) => EnvoyFiles {
  return ({ readyPort, httpPort }) => {
    const bootstrap: JsonObject = {
      admin: { address: onLoopback(readyPort) },
      static_resources: { listeners: [listener(httpPort)], clusters: [cluster(backendPort)] },
    };
    return { 'bootstrap.json': JSON.stringify(bootstrap) };
  };
}

function listener(port: number): JsonObject {
  const everything = {
    name: 'all',
    domains: ['*'],
    routes: [{ match: { prefix: '/' }, route: { cluster: 'backend' } }],
  };
  const manager = typed('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'bare',
    route_config: { virtual_hosts: [everything] },
    http_filters: [{ name: 'router', typed_config: typed('extensions.filters.http.router.v3.Router') }],
  });
  const filters = [{ name: 'http', typed_config: manager }];
  return { name: 'http', address: onLoopback(port), filter_chains: [{ filters }] };
}

function cluster(port: number): JsonObject {
  const lb_endpoints = [{ endpoint: { address: onLoopback(port) } }];
  return {
    name: 'backend',
    type: 'STATIC',
    connect_timeout: '5s',
    load_assignment: { cluster_name: 'backend', endpoints: [{ lb_endpoints }] },
  };
}

function onLoopback(port: number): JsonObject {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}
