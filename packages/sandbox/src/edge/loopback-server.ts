import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A running server on loopback. */
export interface LoopbackServer {
  readonly port: number;
  /** Closes the server and all open connections, whatever their protocol. */
  stop(): Promise<void>;
}

/**
 * Options of an HTTP server that never closes an idle connection: a client on a busy machine may not have seen that
 * when it sends its next request, and loses it.
 */
export const KEEP_IDLE = { keepAliveTimeout: 0 } as const;

/** Starts an HTTP server. Port 0 selects any free port. */
export function startLoopbackServer(port: number, listener: RequestListener, host?: string): Promise<LoopbackServer> {
  return listenOnLoopback(createServer(listener), port, host);
}

/** Starts listening with any server. Port 0 selects any free port. An HTTP server keeps idle connections open. */
export async function listenOnLoopback(server: Server, port: number, host = '127.0.0.1'): Promise<LoopbackServer> {
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = KEEP_IDLE.keepAliveTimeout;
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, stop: () => stop(server, open) };
}

function stop(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of open) socket.destroy();
  });
}
