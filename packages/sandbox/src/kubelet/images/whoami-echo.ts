import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';

/** Limits upgrades to `/echo`. Any other path answers an upgrade as a plain request. */
export const ECHO_UPGRADES = { shouldUpgradeCallback: ({ url = '/' }: IncomingMessage) => pathOf(url) === '/echo' };

/** Answers every message of a WebSocket at `/echo` with the message itself. Returns what ends them all at once. */
export function echoWebSockets(server: Server): () => void {
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('error', () => undefined); // the close that follows ends it
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
  };
}

function pathOf(url: string): string {
  return new URL(url, 'http://whoami').pathname;
}
