import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { Socket } from 'node:net';

export interface CleartextHandlers {
  readonly http1: (request: IncomingMessage, response: ServerResponse) => void;
  readonly http2: (request: Http2ServerRequest, response: Http2ServerResponse) => void;
}

/** A server for HTTP/1.1, and for HTTP/2 without TLS. */
export interface CleartextServer {
  readonly server: Server;
  /** HTTP/2 connections end after the requests in progress, and those that have sent nothing soon. */
  readonly retire: () => void;
  /** Cuts the connections that `server` does not know. */
  readonly destroy: () => void;
}

/** The beginning of what an HTTP/2 client sends first. No HTTP/1.1 method begins so. */
const PREFACE = Buffer.from('PRI ');

/** Go's servers wait so long for the first request of a new connection before they end. */
const SILENCE_MS = 5_000;

/** Both versions on one port, as Go's `h2c.NewHandler` serves a client that knows that the server speaks HTTP/2. */
export function createCleartextServer(options: ServerOptions, handlers: CleartextHandlers): CleartextServer {
  const server = createServer(options, handlers.http1);
  const http2 = createHttp2Server(handlers.http2);
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => undefined); // the close that follows ends it
  });
  const silent = sortConnections(server, (socket) => http2.emit('connection', socket));
  const disconnectSilent = () => {
    for (const socket of silent) socket.destroy();
  };
  return {
    server,
    retire() {
      setTimeout(disconnectSilent, SILENCE_MS).unref();
      for (const session of sessions) session.close();
    },
    destroy() {
      disconnectSilent();
      for (const session of sessions) session.destroy();
    },
  };
}

/** Leaves only connections with HTTP/1.1 to the server. Returns those that have sent nothing yet. */
function sortConnections(server: Server, takeHttp2: (socket: Socket) => void): ReadonlySet<Socket> {
  const takeHttp1 = server.listeners('connection');
  const silent = new Set<Socket>();
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const forget = () => silent.delete(socket);
    silent.add(socket);
    socket.on('error', () => undefined); // the close that follows ends it
    socket.once('close', forget).once('readable', () => {
      forget();
      const head = socket.read() as Buffer | null;
      if (head === null) return; // it has ended
      socket.unshift(head);
      if (head.subarray(0, PREFACE.length).equals(PREFACE)) takeHttp2(socket);
      else for (const take of takeHttp1) Reflect.apply(take, server, [socket]);
    });
  });
  return silent;
}
