import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { requestKind, TCP_SOURCE_HEADER, UPGRADE_HEADER } from '../edge/wire/request-kind.ts';

/** A visitor's request as the edge hands it to a connector. */
export interface TunnelRequest {
  readonly method: string;
  /** The public host name, with the port if the visitor named one. */
  readonly host: string;
  /** Path and query. */
  readonly url: string;
  /** The visitor's headers and what the edge has added, without those between edge and connector. */
  readonly headers: IncomingHttpHeaders;
  readonly isWebSocket: boolean;
  /** Whether nothing follows the headers. */
  readonly isBodyless: boolean;
  /** The body, and the way back. */
  readonly stream: ServerHttp2Stream;
}

/** Takes apart a stream that the edge has opened. */
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
