import { type IncomingMessage, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { afterEach } from '@jest/globals';
import { type KeyPair, aKeyPair } from 'cftunnel-sandbox/testing/certificates';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

export interface SecureServer extends KeyPair {
  readonly port: number;
  /** The connections of its clients, in order. */
  readonly connections: readonly Socket[];
}

/** An HTTPS server for a name, which answers every request with this body. Stopped after the test. */
export async function aSecureServer(name: string, body: string): Promise<SecureServer> {
  const pair = await aKeyPair(name);
  const connections: Socket[] = [];
  const server = createTlsServer(pair, (request, response) => {
    connections.push(request.socket);
    response.end(body);
  });
  const port = await listen(server);
  stops.push(() => server.close().closeAllConnections());
  return { ...pair, port, connections };
}

export interface ConnectProxy {
  readonly port: number;
  /** The targets and credentials of the requests. */
  readonly requests: readonly { readonly target: string; readonly authorization: string | undefined }[];
}

/** An HTTP proxy that connects every CONNECT to one loopback port, or answers it with `refusal`. */
export async function aConnectProxy(leadsTo: number, refusal?: string): Promise<ConnectProxy> {
  const requests: { target: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Socket) => {
    requests.push({ target: url, authorization: headers['proxy-authorization'] });
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal}\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(leadsTo, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const])
      one.on('error', () => other.destroy());
  });
  const port = await listen(server);
  stops.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port, requests };
}

async function listen(server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
