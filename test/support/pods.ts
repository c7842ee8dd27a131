/** Pods on loopback that tell what they have received. */
import { once } from 'node:events';
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  createServer,
} from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { KEEP_IDLE } from 'cftunnel-sandbox/edge/loopback-server';
import type { Endpoint } from '../../src/core/proxy/compile.ts';

/** What a pod answers with, as JSON. */
export interface Echo {
  readonly pod: string;
  readonly method: string;
  readonly url: string;
  readonly version: string;
  readonly headers: IncomingHttpHeaders;
  /** As they were written. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface PodOptions {
  readonly isHttp2?: boolean;
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Takes the place of the echo. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

export interface Pod {
  readonly endpoint: Endpoint;
  readonly requests: readonly Echo[];
  readonly server: Server;
  stop(): Promise<void>;
}

export async function aPod(name: string, options: PodOptions = {}): Promise<Pod> {
  const requests: Echo[] = [];
  const sockets = new Set<Socket>();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', httpVersion: version, headers, rawHeaders } = request;
    const body = options.answer === undefined ? await text(request) : '';
    const echo = { pod: name, method, url, version, headers: { ...headers }, rawHeaders, body };
    requests.push(echo);
    if (options.answer !== undefined) return options.answer(request, response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(echo));
  };
  const server = serverFor(options, (request, response) => void handle(request, response));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: { address: '127.0.0.1', port, id: `id-of-${name}` },
    requests,
    server,
    stop: async () => {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function serverFor(
  { isHttp2, certificate }: PodOptions,
  handle: (q: IncomingMessage, r: ServerResponse) => void,
): Server {
  if (isHttp2 === true) return createHttp2Server(handle as never) as unknown as Server;
  return certificate === undefined
    ? createServer(KEEP_IDLE, handle)
    : createHttpsServer({ ...KEEP_IDLE, ...certificate }, handle);
}
