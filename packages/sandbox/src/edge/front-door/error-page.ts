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

/**
 * Sends an error as Cloudflare shows it to non-browser clients: `error code: 1033`. A response that has started is
 * aborted.
 */
export function sendError(response: ServerResponse, error: EdgeError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(error.status, headersOf(error));
  response.end(textOf(error));
}

/** The same over HTTP/2. */
export function sendErrorOn(stream: ServerHttp2Stream, error: EdgeError): void {
  if (stream.destroyed || stream.headersSent) {
    stream.destroy();
    return;
  }
  stream.respond({ ':status': error.status, ...headersOf(error) });
  stream.end(textOf(error));
}

function headersOf({ ray }: EdgeError): Record<string, string> {
  return { 'content-type': 'text/plain; charset=UTF-8', server: 'cloudflare', 'cf-ray': ray };
}

function textOf({ code, note }: EdgeError): string {
  return `error code: ${code}${note === undefined ? '' : `\n${note}`}`;
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
