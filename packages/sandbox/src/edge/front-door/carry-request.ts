import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { pipeline } from 'node:stream';
import { sendBadGateway, sendNoConnection } from './error-page.ts';
import { type ExchangeOptions, sendThrough, type TunnelAnswer } from './exchange.ts';
import { isConnectorFailure, visitorHeaders } from './visitor-headers.ts';

interface RequestOptions extends Omit<ExchangeOptions, 'hasBody' | 'request'> {
  readonly request: IncomingMessage;
}

/**
 * Forwards an HTTP request through a tunnel and streams the response back, with back-pressure and trailers. The request
 * is cancelled when the visitor disconnects.
 */
export function carryRequest(options: RequestOptions, response: ServerResponse, ray: string): void {
  const { request } = options;
  const hasBody = bringsBody(request);
  sendThrough(
    { ...options, hasBody },
    {
      noConnection: () => sendNoConnection(response, ray),
      lost: () => sendBadGateway(response, ray),
      answered: (stream, answer) => {
        if (isConnectorFailure(answer) && options.assumptions.failurePage === 'plain') failWith(stream, response, ray);
        else relay(stream, answer, response, ray);
      },
      opened: (stream) => {
        response.once('close', () => stream.close(constants.NGHTTP2_CANCEL));
        if (hasBody) sendBody(request, stream);
      },
    },
  );
}

/** Relays a response. If it is truncated, so is the response to the visitor. */
export function relay(stream: ClientHttp2Stream, answer: TunnelAnswer, response: ServerResponse, ray: string): void {
  response.writeHead(answer[':status'] ?? 502, visitorHeaders(answer, ray).flat());
  stream.once('trailers', (trailers) => response.addTrailers(trailerLines(trailers)));
  pipeline(stream, response, () => undefined);
}

function failWith(stream: ClientHttp2Stream, response: ServerResponse, ray: string): void {
  stream.resume();
  sendBadGateway(response, ray);
}

/**
 * Does not use `pipeline`, because an origin may respond before it has read the whole body, and that response must
 * still arrive.
 */
function sendBody(request: IncomingMessage, stream: ClientHttp2Stream): void {
  request.pipe(stream);
  stream.once('close', () => request.resume());
}

function bringsBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function trailerLines(trailers: IncomingHttpHeaders): [string, string][] {
  return Object.entries(trailers).flatMap(([name, value]) => {
    return [value ?? []].flat().map((each): [string, string] => [name, each]);
  });
}
