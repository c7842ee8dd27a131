import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A running server that only this machine can reach. */
export interface LoopbackServer {
  readonly port: number;
  /** Ends at once, open connections too, whatever protocol they have been switched to. */
  stop(): Promise<void>;
}

/** Starts an HTTP server; port 0 takes any free one. */
export function startLoopbackServer(port: number, listener: RequestListener, host?: string): Promise<LoopbackServer> {
  return listenOnLoopback(createServer(listener), port, host);
}

/** Has a server of any kind listen; port 0 takes any free one. */
export async function listenOnLoopback(server: Server, port: number, host = '127.0.0.1'): Promise<LoopbackServer> {
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
