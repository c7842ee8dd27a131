import {
  type ClientHttp2Stream,
  constants,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { pipeline } from 'node:stream';
import { badGateway, noConnection, sendErrorOn } from './error-page.ts';
import { type ExchangeOptions, sendThrough, type TunnelAnswer } from './exchange.ts';
import { describeVisitor, type RequestHandlerOptions, route } from './request-handler.ts';
import { tunnelHeaders, type Visitor } from './tunnel-headers.ts';
import { isConnectorFailure, visitorHeaders } from './visitor-headers.ts';

/** Handles the requests of a server for HTTP/2, as `handleRequests` those for HTTP/1.1. */
export function handleStreams(server: Http2Server, scheme: Visitor['scheme'], options: RequestHandlerOptions): void {
  server.on('session', (session) => session.on('error', () => undefined)); // the close that follows ends it
  server.on('stream', (stream, headers, flags) => {
    stream.on('error', () => undefined); // reported by the close event
    const address = stream.session?.socket.remoteAddress;
    const visitor = describeVisitor({ address, host: headers[':authority'] ?? headers.host, scheme });
    const connections = route(visitor, (error) => sendErrorOn(stream, error), options);
    if (connections === undefined) return;
    const hasBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0;
    const { assumptions } = options;
    carryStream({ ...exchangeOf(stream, headers, visitor), connections, hasBody, assumptions }, stream, visitor.ray);
  });
}

function exchangeOf(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  visitor: Visitor,
): Pick<ExchangeOptions, 'request' | 'headers'> {
  const { ':method': method, ':path': url } = headers;
  const named = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
  return {
    request: {
      method,
      get destroyed() {
        return stream.destroyed;
      },
    },
    headers: tunnelHeaders({ headers: named, ...(method && { method }), ...(url && { url }) }, visitor),
  };
}

/** Forwards a request, as `carryRequest` does over HTTP/1.1. */
function carryStream(options: ExchangeOptions, stream: ServerHttp2Stream, ray: string): void {
  sendThrough(options, {
    noConnection: () => sendErrorOn(stream, noConnection(ray)),
    lost: () => sendErrorOn(stream, badGateway(ray)),
    answered: (tunnel, answer) => {
      if (isConnectorFailure(answer) && options.assumptions.failurePage === 'plain') {
        tunnel.resume();
        sendErrorOn(stream, badGateway(ray));
      } else relay(tunnel, answer, stream, ray);
    },
    opened: (tunnel) => {
      stream.once('close', () => tunnel.close(constants.NGHTTP2_CANCEL));
      if (!options.hasBody) return;
      stream.pipe(tunnel);
      tunnel.once('close', () => stream.resume());
    },
  });
}

/**
 * Assumption: a gRPC response that has its status among its headers has nothing else, and reaches the visitor as it left
 * the origin, in headers that end the stream. Without that, clients report an internal error instead of the status.
 */
function relay(tunnel: ClientHttp2Stream, answer: TunnelAnswer, stream: ServerHttp2Stream, ray: string): void {
  if (stream.destroyed) return;
  const headers = responseHeaders(answer, ray);
  if ('grpc-status' in headers) {
    tunnel.resume();
    stream.respond(headers, { endStream: true });
    return;
  }
  let trailers: OutgoingHttpHeaders = {};
  tunnel.once('trailers', (received) => {
    trailers = received;
  });
  stream.respond(headers, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  pipeline(tunnel, stream, () => undefined);
}

/** Names in lower case, as HTTP/2 requires. Repeated names have several values. */
function responseHeaders(answer: TunnelAnswer, ray: string): OutgoingHttpHeaders {
  const values = Map.groupBy(visitorHeaders(answer, ray), ([name]) => name.toLowerCase());
  const entries = [...values].map(([name, headers]) => [name, headers.map(([, value]) => value)] as const);
  const single = entries.map(([name, all]) => [name, all.length === 1 ? all[0] : all] as const);
  return { ':status': answer[':status'] ?? 502, ...Object.fromEntries(single) };
}
