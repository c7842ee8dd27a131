import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string;
}

export type Routes = Readonly<Record<string, () => Reply | Promise<Reply>>>;

/** A small HTTP server for probes and metrics. */
export interface HttpEndpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves fixed paths on an address such as `:8080` or `127.0.0.1:0`. Every other path answers 404. */
export async function serveHttp(address: string, routes: Routes): Promise<HttpEndpoint> {
  const { host, port } = parseAddress(address);
  const server = http.createServer((request, response) => {
    void respond(request.url ?? '/', routes, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(url: string, routes: Routes, response: http.ServerResponse): Promise<void> {
  const { status, contentType = 'text/plain', body } = await answer(url, routes);
  response.writeHead(status, { 'content-type': contentType }).end(body);
}

async function answer(url: string, routes: Routes): Promise<Reply> {
  const route = routes[url.replace(/\?.*$/, '')];
  if (route === undefined) return { status: 404, body: 'not found\n' };
  try {
    return await route();
  } catch (error) {
    return { status: 500, body: `${String(error)}\n` };
  }
}

/** `:8080`, `127.0.0.1:8080` or `[::1]:8080`. */
function parseAddress(address: string): { readonly host: string | undefined; readonly port: number } {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: host === '' ? undefined : host, port: Number(address.slice(colon + 1)) };
}
