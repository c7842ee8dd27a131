import { createServer, type Socket } from 'node:net';
import { type Container, KILLED } from '../image.ts';

export interface TcpServerOptions {
  /** The port inside the container. */
  readonly port: number;
  /** Called for each client. The server destroys the socket when the container ends. */
  readonly serve: (client: Socket) => void;
}

/** A container that serves one TCP port, on loopback. SIGTERM disconnects its clients, as it does in the real programs. */
export function startTcpServer({ port, serve }: TcpServerOptions): Container {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.on('error', () => undefined); // the close that follows ends it
    serve(client);
  });
  server.listen(0, '127.0.0.1');
  const { promise: exited, resolve: exit } = Promise.withResolvers<number>();
  const end = (code: number): void => {
    server.close();
    for (const client of clients) client.destroy();
    exit(code);
  };
  return {
    exited,
    terminate: () => end(0),
    kill: () => end(KILLED),
    addressOf(asked) {
      const address = server.address();
      return asked === port && typeof address === 'object' && address !== null
        ? `127.0.0.1:${address.port}`
        : undefined;
    },
  };
}
