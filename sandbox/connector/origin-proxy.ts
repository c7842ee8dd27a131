import { type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http';
import { pipeline } from 'node:stream';
import type { Origin } from './origin.ts';
import { answerHeaders, originHeaders } from './origin-headers.ts';
import { beginAnswer, failAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';

const REPLAYABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

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
  upstream.once('response', (answer) => relay(answer, request));
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

/** Passes an answer on. */
export function relay(answer: IncomingMessage, { method, stream }: TunnelRequest): void {
  const status = answer.statusCode ?? 502;
  const headers = answerHeaders(answer);
  const endStream = method === 'HEAD' || status === 204 || status === 304;
  const waitForTrailers = !endStream && answer.headers['content-length'] === undefined;
  if (!beginAnswer(stream, { status, headers, src: 'origin' }, { endStream, waitForTrailers })) {
    answer.destroy();
    return;
  }
  if (endStream) {
    answer.resume();
    return;
  }
  stream.once('wantTrailers', () => stream.sendTrailers(answer.trailers));
  pipeline(answer, stream, () => undefined); // either end going away destroys the other
}

/** A body of unknown length is sent in chunks, save under `disableChunkedEncoding`. */
function requestHeaders(request: TunnelRequest, origin: Origin): ReturnType<typeof originHeaders> {
  const headers = originHeaders(request, origin);
  if (request.isBodyless || headers['content-length'] !== undefined || origin.disableChunkedEncoding) return headers;
  return { ...headers, 'transfer-encoding': 'chunked' };
}

/** Assumption: under `disableChunkedEncoding` a body without a length is not sent at all, there being no way to. */
function sendBody({ isBodyless, stream, headers }: TunnelRequest, upstream: ClientRequest): void {
  const isFramed = upstream.hasHeader('transfer-encoding') || headers['content-length'] !== undefined;
  if (isBodyless || !isFramed) upstream.end();
  else pipeline(stream, upstream, () => undefined); // failures surface as the upstream's own error
}
