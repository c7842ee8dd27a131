/** How the proxy treats the requests of visitors. It changes nothing but what a route asks for. */
import { type JsonObject, typed, watchedFile } from './envoy-json.ts';
import { ROUTES_FILE } from './files.ts';
import { CORS_FILTER, ROUTE_CONFIGURATION, SESSION_FILTER } from './names.ts';

/** More than Cloudflare passes on. */
const MAX_HEADERS = 1000;
const MAX_HEADER_KIB = 256;

const STREAM_WINDOW = 1024 * 1024;
const CONNECTION_WINDOW = 16 * 1024 * 1024;
const MAX_STREAMS = 1000;

export function visitorConnections(configFolder: string): JsonObject {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: typed('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: 'visitors',
      rds: { route_config_name: ROUTE_CONFIGURATION, config_source: watchedFile(configFolder, ROUTES_FILE) },
      ...UNCHANGED_HEADERS,
      ...WITHOUT_TIMEOUTS,
      max_request_headers_kb: MAX_HEADER_KIB,
      upgrade_configs: [{ upgrade_type: 'websocket' }],
      http_protocol_options: { accept_http_10: true, default_host_for_http_10: 'localhost', enable_trailers: true },
      http2_protocol_options: {
        max_concurrent_streams: MAX_STREAMS,
        initial_stream_window_size: STREAM_WINDOW,
        initial_connection_window_size: CONNECTION_WINDOW,
      },
      http_filters: FILTERS,
    }),
  };
}

/** Cloudflare and cloudflared have set all headers about the visitor already. */
const UNCHANGED_HEADERS: JsonObject = {
  use_remote_address: false,
  internal_address_config: { unix_sockets: false },
  generate_request_id: false,
  preserve_external_request_id: true,
  server_header_transformation: 'PASS_THROUGH',
  forward_client_cert_details: 'ALWAYS_FORWARD_ONLY',
};

/** A download or a WebSocket may be idle for as long as both ends like; cloudflared ends what Cloudflare has given up. */
const WITHOUT_TIMEOUTS: JsonObject = {
  stream_idle_timeout: '0s',
  common_http_protocol_options: {
    idle_timeout: '0s',
    max_headers_count: MAX_HEADERS,
    headers_with_underscores_action: 'ALLOW',
  },
};

const FILTERS: readonly JsonObject[] = [
  { name: CORS_FILTER, typed_config: typed('extensions.filters.http.cors.v3.Cors') },
  { name: SESSION_FILTER, typed_config: typed('extensions.filters.http.header_to_metadata.v3.Config') },
  {
    name: 'envoy.filters.http.router',
    typed_config: typed('extensions.filters.http.router.v3.Router', { suppress_envoy_headers: true }),
  },
];
