import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stopAfterTest } from './support/stop-after-test.ts';

export interface TestOrigin {
  readonly server: Server;
  readonly address: string;
  /** The number of accepted TCP connections. */
  connections(): number;
}

/** An HTTP server on loopback that acts as a Pod. */
export async function anOrigin(listener: RequestListener): Promise<TestOrigin> {
  const server = createServer(listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  stopAfterTest(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections };
}
