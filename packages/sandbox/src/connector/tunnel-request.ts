import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { requestKind, TCP_SOURCE_HEADER, UPGRADE_HEADER } from '../edge/wire/request-kind.ts';

/** A visitor's request as a connector receives it from the edge. */
export interface TunnelRequest {
  readonly method: string;
  /** The public hostname, with the port if the visitor sent one. */
  readonly host: string;
  /** Path and query. */
  readonly url: string;
  /** The headers of the visitor and those that the edge adds, without internal ones. */
  readonly headers: IncomingHttpHeaders;
  readonly isWebSocket: boolean;
  /** Whether the request has no body. */
  readonly isBodyless: boolean;
  /** The request body, and the stream for the response. */
  readonly stream: ServerHttp2Stream;
}

/** Parses a request on a stream from the edge. */
export function tunnelRequest(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): TunnelRequest {
  const { ':method': method = 'GET', ':path': url = '/', ':authority': host = headers.host ?? '', ...others } = headers;
  const isWebSocket = requestKind(headers) === 'websocket';
  return {
    method,
    host,
    url,
    headers: Object.fromEntries(Object.entries(others).filter(([name]) => !isInternal(name))),
    isWebSocket,
    isBodyless: stream.endAfterHeaders || headers['content-length'] === '0' || isWebSocket,
    stream,
  };
}

function isInternal(name: string): boolean {
  return name.startsWith(':') || name === UPGRADE_HEADER || name === TCP_SOURCE_HEADER;
}
