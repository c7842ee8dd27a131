import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running HTTP server that only this machine can reach. */
export interface LoopbackServer {
  readonly port: number;
  /** Ends at once, open connections too. */
  stop(): Promise<void>;
}

/** Starts an HTTP server; port 0 takes any free one. */
export async function startLoopbackServer(
  port: number,
  listener: RequestListener,
  host = '127.0.0.1',
): Promise<LoopbackServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, stop: () => stop(server) };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
