import {
  type ClientHttp2Stream,
  constants,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { pipeline } from 'node:stream';
import { badGateway, noConnection, sendErrorOn, sendPageOn } from './error-page.ts';
import { type ExchangeOptions, sendThrough, type TunnelAnswer, type VisitorRequest } from './exchange.ts';
import { admit, type RequestHandlerOptions } from './request-handler.ts';
import type { Visitor } from './tunnel-headers.ts';
import { describeVisitor } from './visitor.ts';
import { isConnectorFailure, visitorHeaders } from './visitor-headers.ts';

/** Handles the requests of a server for HTTP/2, as `handleRequests` those for HTTP/1.1. */
export function handleStreams(server: Http2Server, scheme: Visitor['scheme'], options: RequestHandlerOptions): void {
  server.on('session', (session) => session.on('error', () => undefined)); // the close that follows ends it
  server.on('stream', (stream, headers, flags) => {
    stream.on('error', () => undefined); // reported by the close event
    const address = stream.session?.socket.remoteAddress;
    const host = headers[':authority'] ?? headers.host;
    const visitor = describeVisitor({ address, host, scheme, headers });
    const admitted = admit(asRequest(headers), visitor, options);
    if ('status' in admitted) return sendPageOn(stream, admitted, visitor.ray);
    const hasBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0;
    const request = visitorRequest(stream, headers);
    carryStream({ request, ...admitted, hasBody, assumptions: options.assumptions }, stream, visitor.ray);
  });
}

function asRequest({ ':method': method, ':path': url, ...headers }: IncomingHttpHeaders): Parameters<typeof admit>[0] {
  const named = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
  return { headers: named, ...(method && { method }), ...(url && { url }) };
}

function visitorRequest(stream: ServerHttp2Stream, { ':method': method }: IncomingHttpHeaders): VisitorRequest {
  return {
    method,
    get destroyed() {
      return stream.destroyed;
    },
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
