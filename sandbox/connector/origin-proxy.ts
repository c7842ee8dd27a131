import { type ClientRequest, type IncomingMessage, request as startRequest, type ServerResponse } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream';
import type { OriginAgent } from './origin-agent.ts';

/** Where and how one rule's requests are sent. */
export interface Origin {
  readonly host: string;
  readonly port: number;
  readonly agent: OriginAgent;
  /** Replaces the public host name; empty keeps it. */
  readonly hostHeader: string;
  readonly connectorId: string;
}

/** Headers that concern one connection only. */
const HOP_BY_HOP = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);
const REPLAYABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Sends one request to the origin and streams the answer back, with back-pressure both ways.
 *
 * An origin that cannot be reached gives 502 without a body, and `onFailure` gets the reason. Like Go's transport, a
 * request without a body is sent again when a pooled connection turns out to be dead.
 */
export function proxyToOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  origin: Origin,
  onFailure: (reason: string) => void,
): void {
  const isReplayable = REPLAYABLE.has(request.method ?? '') && !hasBody(request);
  const upstream = startRequest({
    host: origin.host,
    port: origin.port,
    agent: origin.agent,
    method: request.method,
    path: request.url,
    headers: originHeaders(request, origin),
  });
  const abandon = () => upstream.destroy();
  response.once('close', abandon);
  upstream.once('response', (answer) => relay(answer, response));
  upstream.once('error', (error) => {
    response.off('close', abandon);
    if (response.destroyed) return;
    if (isReplayable && upstream.reusedSocket && !response.headersSent) {
      proxyToOrigin(request, response, origin, onFailure);
      return;
    }
    onFailure(error.message);
    failResponse(response);
  });
  sendBody(request, upstream, isReplayable);
}

function sendBody(request: IncomingMessage, upstream: ClientRequest, isReplayable: boolean): void {
  if (isReplayable) upstream.end();
  else pipeline(request, upstream, () => undefined); // failures surface as the upstream's own error
}

function relay(answer: IncomingMessage, response: ServerResponse): void {
  const headers = Object.entries(answer.headersDistinct).filter(([name]) => !HOP_BY_HOP.has(name));
  response.writeHead(
    answer.statusCode ?? 502,
    answer.statusMessage,
    Object.fromEntries(headers) as OutgoingHttpHeaders,
  );
  pipeline(answer, response, () => undefined); // either end going away destroys the other
}

function originHeaders(request: IncomingMessage, { hostHeader, connectorId }: Origin): OutgoingHttpHeaders {
  const dropped = new Set([...HOP_BY_HOP, ...(request.headers.connection ?? '').toLowerCase().split(/,\s*/)]);
  const kept = Object.entries(request.headers).filter(([name]) => !dropped.has(name));
  return {
    ...Object.fromEntries(kept),
    ...(request.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
    ...(hostHeader === '' ? {} : { host: hostHeader, 'x-forwarded-host': request.headers.host }),
    'cf-warp-tag-id': connectorId,
  };
}

function failResponse(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(502).end();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
