import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { pipeline } from 'node:stream';
import { sendBadGateway, sendNoConnection } from './error-page.ts';
import { type PassageOptions, sendThrough, type TunnelAnswer } from './passage.ts';
import { isConnectorFailure, visitorHeaders } from './visitor-headers.ts';

/**
 * Carries an HTTP request through a tunnel and the answer back, both streamed with back-pressure, trailers included. A
 * visitor who goes away takes the request along.
 */
export function carryRequest(options: Omit<PassageOptions, 'hasBody'>, response: ServerResponse, ray: string): void {
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

/** Passes an answer on. An answer that breaks off is broken off for the visitor too. */
export function relay(stream: ClientHttp2Stream, answer: TunnelAnswer, response: ServerResponse, ray: string): void {
  response.writeHead(answer[':status'] ?? 502, visitorHeaders(answer, ray).flat());
  stream.once('trailers', (trailers) => response.addTrailers(trailerLines(trailers)));
  pipeline(stream, response, () => undefined);
}

function failWith(stream: ClientHttp2Stream, response: ServerResponse, ray: string): void {
  stream.resume();
  sendBadGateway(response, ray);
}

/** Not a pipeline: an origin may answer before it has read everything, and that answer must still arrive. */
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
