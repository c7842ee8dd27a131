import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';

/** Cloudflare's own status for a hostname without a connection. */
export const NO_ROUTE = 530;

/** An error of the edge. */
export interface EdgeError {
  readonly status: number;
  /** Cloudflare's error code, or else the status. */
  readonly code: number;
  readonly ray: string;
  /** An explanation by the sandbox. */
  readonly note?: string | undefined;
}

/** An answer of the edge itself. */
export interface EdgePage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error as Cloudflare shows it to non-browser clients: `error code: 1033`. */
export function errorPage({ status, code, note }: EdgeError): EdgePage {
  const body = `error code: ${code}${note === undefined ? '' : `\n${note}`}`;
  return { status, headers: { 'content-type': 'text/plain; charset=UTF-8' }, body };
}

export function sendError(response: ServerResponse, error: EdgeError): void {
  sendPage(response, errorPage(error), error.ray);
}

/** The same over HTTP/2. */
export function sendErrorOn(stream: ServerHttp2Stream, error: EdgeError): void {
  sendPageOn(stream, errorPage(error), error.ray);
}

/** Sends a page. A response that has started is aborted. */
export function sendPage(response: ServerResponse, { status, headers, body }: EdgePage, ray: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...headers, server: 'cloudflare', 'cf-ray': ray });
  response.end(body);
}

/** The same over HTTP/2. */
export function sendPageOn(stream: ServerHttp2Stream, { status, headers, body }: EdgePage, ray: string): void {
  if (stream.destroyed || stream.headersSent) {
    stream.destroy();
    return;
  }
  stream.respond({ ':status': status, ...headers, server: 'cloudflare', 'cf-ray': ray });
  stream.end(body);
}

/** No connector is connected, or none accepts requests. */
export function noConnection(ray: string): EdgeError {
  return { status: NO_ROUTE, code: 1033, ray };
}

/** The connection to the connector, or from there to the origin, has failed. */
export function badGateway(ray: string): EdgeError {
  return { status: 502, code: 502, ray };
}

export function sendNoConnection(response: ServerResponse, ray: string): void {
  sendError(response, noConnection(ray));
}

export function sendBadGateway(response: ServerResponse, ray: string): void {
  sendError(response, badGateway(ray));
}
