/** Where the proxy listens. Nothing outside of the pod reaches more than two pages of the admin interface. */
import { visitorConnections } from './connection-manager.ts';
import { type Json, type JsonObject, typed } from './envoy-json.ts';
import { ADMIN_CLUSTER, INVALID_BACKEND_SOCKET } from './names.ts';
import type { ProxyPlace } from './place.ts';

/** What the metrics port shows of the admin interface. */
const ADMIN_PAGES = ['/ready', '/stats/prometheus'];

const OWNER_ONLY = 0o600;

/** What a connection may hold of a request or answer whose receiver is slower than its sender. */
const BUFFER_BYTES = 256 * 1024;

export function listeners(place: ProxyPlace): readonly Json[] {
  const { configFolder, certificateFolder, socketFolder, readyPort, httpPort, http2Port } = place;
  const visitors = visitorConnections(configFolder);
  const invalid = { pipe: { path: `${socketFolder}/${INVALID_BACKEND_SOCKET}`, mode: OWNER_ONLY } };
  return [
    listener('http', portAt('127.0.0.1', httpPort), { filters: [visitors] }),
    ...(certificateFolder === undefined
      ? []
      : [
          listener('http2', portAt('127.0.0.1', http2Port), {
            filters: [visitors],
            transport_socket: transportSocket(certificateFolder),
          }),
        ]),
    listener('invalid', invalid, { filters: [pages('invalid', [answer(500)])] }),
    listener('ready', portAt('0.0.0.0', readyPort), {
      filters: [pages('ready', [...ADMIN_PAGES.map(adminPage), answer(404)])],
    }),
  ];
}

function portAt(address: string, port: number): JsonObject {
  return { socket_address: { address, port_value: port } };
}

function listener(name: string, address: JsonObject, filterChain: JsonObject): JsonObject {
  return { name, address, per_connection_buffer_limit_bytes: BUFFER_BYTES, filter_chains: [filterChain] };
}

function transportSocket(folder: string): JsonObject {
  const file = (name: string): JsonObject => ({ filename: `${folder}/${name}` });
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: typed('extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
      common_tls_context: {
        alpn_protocols: ['h2', 'http/1.1'],
        tls_certificates: [{ certificate_chain: file('tls.crt'), private_key: file('tls.key') }],
      },
    }),
  };
}

/** Answers requests with routes that never change. */
function pages(name: string, routes: readonly Json[]): JsonObject {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: typed('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: name,
      route_config: { name, virtual_hosts: [{ name, domains: ['*'], routes }] },
      http_filters: [
        { name: 'envoy.filters.http.router', typed_config: typed('extensions.filters.http.router.v3.Router') },
      ],
    }),
  };
}

function adminPage(path: string): JsonObject {
  const isGet = { name: ':method', string_match: { exact: 'GET' } };
  return { match: { path, headers: [isGet] }, route: { cluster: ADMIN_CLUSTER } };
}

function answer(status: number): JsonObject {
  return { match: { prefix: '/' }, direct_response: { status } };
}
