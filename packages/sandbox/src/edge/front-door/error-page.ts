import type { ServerResponse } from 'node:http';

/** Cloudflare's own status for a host name without a connection. */
export const NO_ROUTE = 530;

/** What went wrong at the edge. */
export interface EdgeError {
  readonly status: number;
  /** Cloudflare's own number for it; the status again where it has none. */
  readonly code: number;
  readonly ray: string;
  /** What the sandbox has to add. */
  readonly note?: string | undefined;
}

/** Answers as a client that is no browser sees Cloudflare's errors: `error code: 1033`. An answer under way is cut. */
export function sendError(response: ServerResponse, { status, code, ray, note }: EdgeError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=UTF-8', server: 'cloudflare', 'cf-ray': ray });
  response.end(`error code: ${code}${note === undefined ? '' : `\n${note}`}`);
}

/** No connector is connected, or none accepts requests any more. */
export function sendNoConnection(response: ServerResponse, ray: string): void {
  sendError(response, { status: NO_ROUTE, code: 1033, ray });
}

/** The connection to the connector, or the connector's to the origin, has failed. */
export function sendBadGateway(response: ServerResponse, ray: string): void {
  sendError(response, { status: 502, code: 502, ray });
}
