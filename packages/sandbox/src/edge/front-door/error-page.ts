import type { ServerResponse } from 'node:http';

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
export function sendError(response: ServerResponse, { status, code, ray, note }: EdgeError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=UTF-8', server: 'cloudflare', 'cf-ray': ray });
  response.end(`error code: ${code}${note === undefined ? '' : `\n${note}`}`);
}

/** No connector is connected, or none accepts requests. */
export function sendNoConnection(response: ServerResponse, ray: string): void {
  sendError(response, { status: NO_ROUTE, code: 1033, ray });
}

/** The connection to the connector, or from there to the origin, has failed. */
export function sendBadGateway(response: ServerResponse, ray: string): void {
  sendError(response, { status: 502, code: 502, ray });
}
