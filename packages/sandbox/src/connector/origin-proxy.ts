import { type ClientRequest, request as startRequest } from 'node:http';
import { pipeline } from 'node:stream';
import type { Origin } from './origin.ts';
import { type OriginHeaders, originHeaders } from './origin-headers.ts';
import { relayAnswer, relayUpgrade } from './relay-answer.ts';
import { failAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';

const REPLAYABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const USUALLY_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Sends one request to the origin and streams the answer back, with back-pressure both ways and trailers.
 *
 * An origin that cannot be reached gives 502 without a body, and `onFailure` gets the reason. Like Go's transport, a
 * request without a body is sent again when a pooled connection turns out to be dead.
 */
export function proxyToOrigin(request: TunnelRequest, origin: Origin, onFailure: (reason: string) => void): void {
  const { method, url, stream } = request;
  const { host, port, agent } = origin;
  const isReplayable = REPLAYABLE.has(method) && request.isBodyless;
  const upstream = startRequest({ host, port, agent, method, path: url, headers: requestHeaders(request, origin) });
  const abandon = () => upstream.destroy();
  stream.once('close', abandon);
  upstream.once('response', (answer) => relayAnswer(answer, request));
  upstream.once('upgrade', (answer, socket, head) => relayUpgrade(answer, { socket, head }, request));
  upstream.once('error', (error) => {
    stream.off('close', abandon);
    if (stream.destroyed) return;
    if (isReplayable && upstream.reusedSocket && !stream.headersSent) {
      proxyToOrigin(request, origin, onFailure);
      return;
    }
    onFailure(error.message);
    failAnswer(stream);
  });
  sendBody(request, upstream);
}

/**
 * A body of unknown length is sent in chunks, save under `disableChunkedEncoding`; so is the missing body of a request
 * that usually has one. The request always asks for keep-alive.
 */
function requestHeaders(request: TunnelRequest, origin: Origin): OriginHeaders {
  const headers: OriginHeaders = { ...originHeaders(request, origin), Connection: 'keep-alive' };
  const isFramed = headers['Content-Length'] !== undefined || origin.disableChunkedEncoding;
  const isExpected = !request.isBodyless || USUALLY_WITH_BODY.has(request.method);
  return isFramed || !isExpected ? headers : { ...headers, 'Transfer-Encoding': 'chunked' };
}

/**
 * Assumption: under `disableChunkedEncoding` a body without a length is not sent at all. cloudflared sends it without
 * any framing, which origins refuse.
 */
function sendBody({ isBodyless, stream }: TunnelRequest, upstream: ClientRequest): void {
  const isFramed = upstream.hasHeader('transfer-encoding') || upstream.hasHeader('content-length');
  if (isBodyless || !isFramed) upstream.end();
  else pipeline(stream, upstream, () => undefined); // failures surface as the upstream's own error
}
