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
 * Sends a request to the origin and streams the response back, with back-pressure in both directions and trailers.
 *
 * An unreachable origin causes a 502 without a body, and `onFailure` receives the reason. Like Go's transport, a
 * request without a body is sent again if a pooled connection is stale.
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
 * A body of unknown length is chunked, except with `disableChunkedEncoding`. So is the empty body of a method that
 * usually has one. The request always uses keep-alive.
 */
function requestHeaders(request: TunnelRequest, origin: Origin): OriginHeaders {
  const headers: OriginHeaders = { ...originHeaders(request, origin), Connection: 'keep-alive' };
  const isFramed = headers['Content-Length'] !== undefined || origin.disableChunkedEncoding;
  const isExpected = !request.isBodyless || USUALLY_WITH_BODY.has(request.method);
  return isFramed || !isExpected ? headers : { ...headers, 'Transfer-Encoding': 'chunked' };
}

/**
 * Assumption: with `disableChunkedEncoding`, a body of unknown length is not sent. cloudflared sends it without
 * framing, which origins reject.
 */
function sendBody({ isBodyless, stream }: TunnelRequest, upstream: ClientRequest): void {
  const isFramed = upstream.hasHeader('transfer-encoding') || upstream.hasHeader('content-length');
  if (isBodyless || !isFramed) upstream.end();
  else pipeline(stream, upstream, () => undefined); // failures are reported as an error of `upstream`
}
