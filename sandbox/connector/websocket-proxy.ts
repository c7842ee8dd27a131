import { request as startRequest } from 'node:http';
import { pipeline } from 'node:stream';
import type { Duplex } from 'node:stream';
import type { Origin } from './origin.ts';
import { headerPairs, originHeaders } from './origin-headers.ts';
import { relay } from './origin-proxy.ts';
import { beginAnswer, failAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';

/**
 * Asks the origin for a WebSocket, on a connection of its own, and joins the two when it agrees. An origin that
 * declines is passed on as it answers.
 */
export function proxyWebSocket(request: TunnelRequest, origin: Origin, onFailure: (reason: string) => void): void {
  const { stream, method, url } = request;
  const { host, port, agent } = origin;
  const upstream = startRequest({
    host,
    port,
    method,
    path: url,
    headers: { ...originHeaders(request, origin), ...upgradeHeaders(request) },
    createConnection: (options, callback) => agent.createConnection(options, callback),
  });
  stream.once('close', () => upstream.destroy());
  upstream.once('response', (answer) => relay(answer, request));
  upstream.once('upgrade', (answer, socket, head) => {
    const headers = headerPairs(answer.rawHeaders);
    // A 101 has no place in HTTP/2: the edge reads it from the headers.
    if (beginAnswer(stream, { status: 200, headers, src: 'origin' })) join(stream, socket, head);
    else socket.destroy();
  });
  upstream.once('error', (error) => {
    if (stream.destroyed) return;
    onFailure(error.message);
    failAnswer(stream);
  });
  upstream.end();
}

/** The key and the version are the visitor's; an edge that keeps the version to itself means 13. */
function upgradeHeaders({ headers }: TunnelRequest): Record<string, string> {
  return {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': headers['sec-websocket-version'] ?? '13',
  };
}

function join(stream: Duplex, socket: Duplex, head: Buffer): void {
  if (head.length > 0) stream.write(head);
  pipeline(socket, stream, () => socket.destroy());
  pipeline(stream, socket, () => stream.destroy());
}
