import { type JsonObject, typed } from './envoy-json.ts';
import type { Upstream } from './proxied-route.ts';

/** A pod's server closes idle connections, often after five seconds. A request that meets the end of one is lost. */
const IDLE_TIMEOUT = '4s';
const MAX_HEADERS = 1000;

/** Which version of HTTP an upstream gets. */
export function httpOptions({ protocol, isHttp2 }: Upstream): JsonObject {
  const options = 'extensions.upstreams.http.v3.HttpProtocolOptions';
  return {
    typed_extension_protocol_options: {
      [`envoy.${options}`]: typed(options, {
        common_http_protocol_options: { idle_timeout: IDLE_TIMEOUT, max_headers_count: MAX_HEADERS },
        ...(isHttp2 ? NEGOTIATED : { explicit_http_config: protocol === 'h2c' ? HTTP2 : HTTP1 }),
      }),
    },
  };
}

/** Names of headers are written as cloudflared writes them. */
const HTTP1: JsonObject = {
  http_protocol_options: { header_key_format: { proper_case_words: {} }, enable_trailers: true },
};

const HTTP2: JsonObject = { http2_protocol_options: {} };

const NEGOTIATED: JsonObject = { auto_config: { ...HTTP1, ...HTTP2 } };
